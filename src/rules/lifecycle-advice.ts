import { classifyLocator } from '../cnb/locator.js'
import { normaliseSemver } from '../cnb/semver.js'
import { LIFECYCLE_RELEASES_AS_OF, NEWEST_PATCHES } from './data/lifecycle-releases.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const LIFECYCLE = 'https://buildpacks.io/docs/reference/config/builder-config/#lifecycle-optional'

const unpinned = builderAdvice({
  id: 'builder-lifecycle-unpinned',
  severity: 'warning',
  summary: 'builder.toml names no lifecycle, so that whoever makes the builder decides',
  reference: LIFECYCLE,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    const { version, uri } = config.lifecycle
    if (version !== '' || uri !== '') return
    report({
      message: 'no lifecycle is named, so it is the one that the tool knows best: 0.21.0 of trowel and of pack 0.40.6',
      place: locate(['lifecycle']),
      fix: 'write [lifecycle] with version = "…"',
    })
  },
})

const noChecksum = builderAdvice({
  id: 'builder-lifecycle-no-checksum',
  severity: 'warning',
  summary: 'the lifecycle comes from an address, and nothing says which bytes it is to have',
  reference: LIFECYCLE,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    const { uri } = config.lifecycle
    const locator = classifyLocator(uri, () => true)
    const isOpen =
      (locator.kind === 'url' && !/#sha256=[0-9a-f]{64}$/i.test(uri)) ||
      (locator.kind === 'image' && locator.reference.selector.kind === 'tag')
    if (!isOpen) return
    report({
      message: `the lifecycle is whatever is at ${uri} when the builder is made`,
      place: locate(['lifecycle', 'uri']),
      value: uri,
      fix: locator.kind === 'url' ? 'add #sha256=DIGEST at the end' : 'name the image by its digest',
    })
  },
})

const old = builderAdvice({
  id: 'builder-lifecycle-old',
  severity: 'warning',
  summary: 'there is a newer patch release of the lifecycle, and patch releases bring the fixes of security problems',
  reference: 'https://github.com/buildpacks/lifecycle/releases',
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    const { version } = config.lifecycle
    const normal = normaliseSemver(version)
    const [, minor = '', patch = ''] = /^(\d+\.\d+)\.(\d+)$/.exec(normal ?? '') ?? []
    const newest = NEWEST_PATCHES.get(minor)
    if (newest === undefined || Number(patch) >= newest) return
    report({
      message: `lifecycle ${version} is behind ${minor}.${newest}`,
      place: locate(['lifecycle', 'version']),
      value: version,
      notes: [`as of ${LIFECYCLE_RELEASES_AS_OF}`],
      fix: `write version = "${minor}.${newest}", or a newer one`,
    })
  },
})

/** `[lifecycle]`, as builder.toml has it. */
export const LIFECYCLE_ADVICE: readonly Rule<BuilderSubject>[] = [unpinned, noChecksum, old]
