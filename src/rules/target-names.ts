import { architecturesOf, OPERATING_SYSTEMS, OTHER_NAMES, type Target } from '../cnb/target.js'
import { nearest } from '../nearest.js'
import type { PackageInput } from '../plan/package-input.js'
import type { KeyPath, Locate } from '../toml/document.js'
import {
  builderAdvice,
  moduleAdvice,
  packageAdvice,
  packageRule,
  type Finding,
  type ReportFinding,
  type Rule,
  type RuleDescription,
} from './rule.js'
import type { BuilderSubject, ModuleSubject, PackageSubject } from './subjects.js'

const TARGETS = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#targets-array'
const WINDOWS = 'https://github.com/buildpacks/rfcs/blob/main/text/0133-deprecate-windows.md'

/** `[[targets]]` of a file. */
interface TargetList {
  readonly targets: readonly Target[]
  readonly locate: Locate
}

/** Something wrong with one target: where below it, and what. */
type TargetProblem = Omit<Finding, 'place'> & { readonly key?: KeyPath }

/** A rule that looks at each target by itself, whatever file it is in. */
interface TargetRule {
  readonly ofModule: Rule<ModuleSubject>
  readonly ofBuilder: Rule<BuilderSubject>
  readonly ofPackage: Rule<PackageSubject>
}

function targetRule({
  find,
  ...description
}: RuleDescription & { readonly find: (target: Target) => TargetProblem | undefined }): TargetRule {
  const check = ({ targets, locate }: TargetList, report: ReportFinding): void => {
    const found = targets.flatMap((target, index) => {
      const problem = find(target)
      return problem === undefined ? [] : [{ ...problem, place: locate(['targets', index, ...(problem.key ?? [])]) }]
    })
    for (const { key: _, ...finding } of found) report(finding)
  }
  return {
    ofModule: moduleAdvice({
      ...description,
      needs: ['descriptor', 'locate'],
      check: ({ descriptor, locate }, report) => check({ targets: descriptor.targets, locate }, report),
    }),
    ofBuilder: builderAdvice({
      ...description,
      needs: ['config', 'locate'],
      check: ({ config, locate }, report) => check({ targets: config.targets, locate }, report),
    }),
    ofPackage: packageAdvice({
      ...description,
      needs: ['config', 'locate'],
      check: ({ config, locate }, report) => check({ targets: config.targets, locate }, report),
    }),
  }
}

const osMissing = targetRule({
  id: 'target-os-missing',
  severity: 'warning',
  summary: 'a target names no operating system',
  reference: TARGETS,
  refusedBy: { pack: 'builder create' },
  find: ({ os, arch }) =>
    os !== ''
      ? undefined
      : {
          message: `this target names ${arch === '' ? 'nothing at all' : `architecture ${arch} and no operating system`}; pack takes that for none that there is`,
          value: arch,
          fix: 'add os = "linux"',
        },
})

function suggestion(name: string, known: readonly string[]): string | undefined {
  const meant = OTHER_NAMES.get(name.toLowerCase()) ?? nearest(name, known)
  return meant !== undefined && known.includes(meant) ? meant : undefined
}

const ALL_ARCHITECTURES = [...new Set(OPERATING_SYSTEMS.flatMap((os) => architecturesOf(os) ?? []))].sort()

const UNKNOWN_IDENTIFIER = {
  id: 'target-unknown-identifier',
  severity: 'warning',
  summary: 'a target names an operating system or an architecture that no image has',
  reference: TARGETS,
} as const

const unknownIdentifier = targetRule({ ...UNKNOWN_IDENTIFIER, find: unknownIn })

function unknownIn({ os, arch }: Target): TargetProblem | undefined {
  if (os !== '' && architecturesOf(os) === undefined) return unknownName('os', os, OPERATING_SYSTEMS)
  const known = os === '' ? ALL_ARCHITECTURES : (architecturesOf(os) ?? [])
  return arch === '' || known.includes(arch) ? undefined : unknownName('arch', arch, known)
}

const packagedUnknown = packageRule({
  ...UNKNOWN_IDENTIFIER,
  needs: ['kind', 'locate', 'target', 'buildpacks', 'extensions'],
  check(input, report) {
    const { kind, locate, target } = input
    const problem = unknownIn(target)
    // That the operating system is none for packages is an error of its own.
    if (problem === undefined || architecturesOf(target.os) === undefined) return
    const [main] = input[`${kind}s`][0] ?? []
    const index = main?.descriptor.targets.findIndex(({ os, arch }) => os === target.os && arch === target.arch) ?? -1
    const { key = [], ...finding } = problem
    report({
      ...finding,
      place: main === undefined || index === -1 ? locate(['targets']) : main.locate(['targets', index, ...key]),
    })
  },
})

function unknownName(key: 'os' | 'arch', name: string, known: readonly string[]): TargetProblem {
  const meant = suggestion(name, known)
  return {
    key: [key],
    message: `${key} ${name} is that of no image, so the target fits none`,
    value: name,
    fix: `write ${meant === undefined ? `one of ${known.join(', ')}` : `${key} = "${meant}"`}`,
  }
}

const windows = targetRule({
  id: 'target-windows',
  severity: 'warning',
  summary: 'a target is for Windows, which lifecycles no longer support',
  reference: WINDOWS,
  find: ({ os }) =>
    os !== 'windows'
      ? undefined
      : {
          key: ['os'],
          message: 'this target is for Windows, for which the lifecycle has no builds since 0.20.6',
          value: os,
          fix: 'leave the target out',
        },
})

const EACH = [osMissing, unknownIdentifier, windows]

/** `[[targets]]` of a module. */
export const MODULE_TARGET_ADVICE: readonly Rule<ModuleSubject>[] = EACH.map(({ ofModule }) => ofModule)

/** `[[targets]]` of builder.toml. */
export const BUILDER_TARGET_ADVICE: readonly Rule<BuilderSubject>[] = EACH.map(({ ofBuilder }) => ofBuilder)

/** `[[targets]]` of package.toml. */
export const PACKAGE_TARGET_ADVICE: readonly Rule<PackageSubject>[] = [osMissing, windows].map(
  ({ ofPackage }) => ofPackage,
)

/** The target of a package by itself, whoever names it. */
export const PACKAGED_TARGET_RULES: readonly Rule<PackageInput>[] = [packagedUnknown]
