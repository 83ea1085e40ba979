import { isComposite } from '../cnb/module.js'
import { printTargets, type Target } from '../cnb/target.js'
import type { PackageInput } from '../plan/package-input.js'
import { SUPPORTED_OS } from './base.js'
import { isPackaged, listedModules } from './listed-modules.js'
import { packageRule, type Rule } from './rule.js'

const TARGETS = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#targets-array'

const os = packageRule({
  id: 'package-os',
  severity: 'error',
  summary: 'the package is for an operating system that no module can be for',
  reference: TARGETS,
  needs: ['locate', 'target'],
  check({ locate, target }, report) {
    if (SUPPORTED_OS.has(target.os)) return
    report({
      message: `the package is for ${target.os || 'no operating system'}, but packages are for linux or freebsd`,
      place: locate(['targets']),
      value: target.os,
      notes: target.os === 'windows' ? ['pack makes packages for windows as an experiment'] : [],
      fix: 'name a target for linux',
    })
  },
})

const architectureUnnamed = packageRule({
  id: 'package-no-targets',
  severity: 'info',
  summary: 'nothing says which architecture the package is for, so its image says none',
  reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties (architecture)',
  needs: ['kind', 'locate', 'target', 'buildpacks', 'extensions'],
  check(input, report) {
    const { kind, locate, target } = input
    // What could not be read may name one.
    if (target.arch !== '' || input[`${kind}s`][0] === undefined) return
    report({
      message: 'no architecture is named, so the package says none',
      place: locate(['targets']),
      fix: 'name what it is for: [[targets]] in the descriptor of a component, in package.toml for a composite, or --target',
    })
  },
})

const unsatisfied = packageRule({
  id: 'package-targets-vs-components',
  severity: 'error',
  summary: 'a dependency is not made for the platform of the package',
  reference: TARGETS,
  needs: ['locate', 'target', 'buildpacks', 'extensions'],
  whole: ['buildpacks'],
  check(input, report) {
    const { locate, target } = input
    for (const listed of listedModules(input)) {
      const { name, module, entry } = listed
      const { targets } = module.descriptor
      if (isComposite(module.descriptor) || targets.length === 0 || targets.some((one) => fits(one, target))) continue
      report({
        // Whoever names the platform of a module with --target knows better than its descriptor.
        severity: isPackaged(listed) ? 'warning' : 'error',
        message: `${name} is for ${printTargets(targets)}, but the package is for ${printTargets([target])}`,
        place: isPackaged(listed) ? module.locate(['targets']) : locate(entry),
        value: printTargets(targets),
        fix: `add this target to ${name}, or leave it out of those of the package`,
      })
    }
  },
})

/** Parts that one side leaves out fit everything. Distros and variants are the lifecycle's to compare. */
function fits(a: Target, b: Target): boolean {
  return (['os', 'arch'] as const).every((part) => a[part] === '' || b[part] === '' || a[part] === b[part])
}

/** The platform of a package against what its modules are made for. */
export const PACKAGE_TARGET_RULES: readonly Rule<PackageInput>[] = [os, architectureUnnamed, unsatisfied]
