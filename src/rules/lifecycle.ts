import { REQUIRED_BINARIES } from '../cnb/lifecycle.js'
import { normaliseSemver } from '../cnb/semver.js'
import { rule, type Rule } from './rule.js'

const LIFECYCLE = 'https://buildpacks.io/docs/reference/config/builder-config/#lifecycle-optional'

const both = rule({
  id: 'builder-lifecycle-both',
  severity: 'error',
  summary: 'the lifecycle is named by version and by uri',
  reference: LIFECYCLE,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    const { version, uri } = config.lifecycle
    if (version === '' || uri === '') return
    report({
      message: `lifecycle has both version ${version} and uri ${uri}`,
      place: locate(['lifecycle']),
      value: version,
      fix: 'remove one of the two',
    })
  },
})

const notSemver = rule({
  id: 'builder-lifecycle-not-semver',
  severity: 'error',
  summary: 'the version of the lifecycle is no semantic version',
  reference: LIFECYCLE,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    const { version } = config.lifecycle
    if (version === '' || normaliseSemver(version) !== undefined) return
    report({
      message: `lifecycle.version is no semantic version: ${version}`,
      place: locate(['lifecycle', 'version']),
      value: version,
      fix: 'write major, minor and patch, such as "0.21.0"',
    })
  },
})

const incomplete = rule({
  id: 'builder-lifecycle-incomplete',
  severity: 'error',
  summary: 'the lifecycle lacks a program that every build needs',
  reference: 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#lifecycle-interface',
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate', 'lifecycle'],
  check({ locate, lifecycle }, report) {
    const missing = REQUIRED_BINARIES.filter((name) => !lifecycle.binaries.includes(name))
    if (missing.length === 0) return
    report({
      message: `lifecycle ${lifecycle.from} lacks ${missing.join(', ')}`,
      place: locate(['lifecycle']),
      value: missing.join(', '),
      fix: 'use a released lifecycle archive: programs lie one folder deep in it, such as lifecycle/creator',
    })
  },
})

const versionMissing = rule({
  id: 'lifecycle-version-missing',
  severity: 'warning',
  summary: 'lifecycle.toml names no version',
  reference: LIFECYCLE,
  needs: ['lifecycle'],
  check({ lifecycle }, report) {
    if (lifecycle.descriptor.version !== '') return
    report({
      message: `lifecycle ${lifecycle.from} does not say its version`,
      place: lifecycle.locate(['lifecycle', 'version']),
      fix: 'write [lifecycle] with version = "…" into its lifecycle.toml',
    })
  },
})

const noExtender = rule({
  id: 'builder-lifecycle-no-extender',
  severity: 'warning',
  summary: 'the builder has extensions, but its lifecycle has no extender',
  reference: 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#extender-optional',
  needs: ['config', 'locate', 'lifecycle'],
  check({ config, locate, lifecycle }, report) {
    if (config.extensions.length === 0 || lifecycle.binaries.includes('extender')) return
    report({
      message: `lifecycle ${lifecycle.from} has no extender, so the extensions can never run`,
      place: locate(['extensions']),
      fix: 'use a lifecycle that has the program extender, or leave the extensions out',
    })
  },
})

/** `[lifecycle]`, and the lifecycle that was found. */
export const LIFECYCLE_RULES: readonly Rule[] = [both, notSemver, incomplete, versionMissing, noExtender]
