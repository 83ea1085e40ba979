import { hasBuildpackFeature } from '../cnb/lifecycle-apis.js'
import { isComposite } from '../cnb/module.js'
import { nearest } from '../nearest.js'
import {
  architecturesOf,
  OPERATING_SYSTEMS,
  OTHER_NAMES,
  printTargets,
  type Distro,
  type Target,
} from '../cnb/target.js'
import { isBionicStack } from '../detect/targets.js'
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
import { ANY_STACK } from './stacks.js'
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

const distroIncomplete = moduleAdvice({
  id: 'target-distro-incomplete',
  severity: 'warning',
  summary: 'a distro has only a name or only a version',
  reference: TARGETS,
  refusedBy: { pack: 'builder create, when the build image says its distro' },
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    descriptor.targets.forEach(({ distros }, target) =>
      distros.forEach(({ name, version }, index) => {
        if (name !== '' && version !== '') return
        const has =
          name === '' ? (version === '' ? 'nothing' : `version ${version} and no name`) : `${name}, but no version`
        report({
          message: `this distro says ${has}: the lifecycle takes what is missing for any, pack for none`,
          place: locate(['targets', target, 'distros', index]),
          value: name || version,
          fix: 'write name and version of each distro',
        })
      }),
    )
  },
})

const variantNotEnforced = moduleAdvice({
  id: 'target-variant-not-enforced',
  severity: 'warning',
  summary: 'a target has a variant, which nothing compares',
  reference: TARGETS,
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    const [first, ...others] = descriptor.targets.flatMap(({ variant }, index) =>
      variant === '' ? [] : [{ variant, place: locate(['targets', index, 'variant']) }],
    )
    if (first === undefined) return
    report({
      message: `variant ${first.variant} keeps the module from no image: the lifecycle reads another key, and pack does not compare it`,
      place: first.place,
      also: others.map(({ place }) => place),
      value: first.variant,
      fix: 'do not rely on it: let bin/detect look at CNB_TARGET_ARCH_VARIANT',
    })
  },
})

const duplicate = moduleAdvice({
  id: 'target-duplicate',
  severity: 'warning',
  summary: 'a target only repeats what another one says',
  reference: TARGETS,
  needs: ['descriptor', 'locate'],
  check({ descriptor: { targets }, locate }, report) {
    if (targets.length > MAX_COMPARED) return
    targets.forEach((target, index) => {
      const other = targets.findIndex(
        (one, at) => at !== index && includes(one, target) && (at < index || !includes(target, one)),
      )
      if (other === -1) return
      report({
        message: `target ${index + 1}, ${printTargets([target])}, is part of target ${other + 1}, ${printTargets([targets[other]!])}`,
        place: locate(['targets', index]),
        value: printTargets([target]),
        fix: 'remove it',
      })
    })
  },
})

/** Targets of one module that are compared with each other. Nobody has as many. */
const MAX_COMPARED = 1000

/** True when whatever fits `part` fits `whole` too. */
function includes(whole: Target, part: Target): boolean {
  if (!(['os', 'arch', 'variant'] as const).every((key) => covers(whole[key], part[key]))) return false
  if (whole.distros.length === 0) return true
  const isThere = ({ name, version }: Distro): boolean =>
    whole.distros.some((one) => covers(one.name, name) && covers(one.version, version))
  return part.distros.length > 0 && part.distros.every(isThere)
}

function covers(whole: string, part: string): boolean {
  return whole === '' || whole === part
}

const bionicNarrowing = moduleAdvice({
  id: 'target-bionic-narrowing',
  severity: 'warning',
  summary: 'of several stacks only bionic stands for a target, so that the others no longer count',
  reference: TARGETS,
  needs: ['descriptor', 'locate'],
  check({ descriptor: { api, stacks, targets }, locate }, report) {
    const bionic = stacks.findIndex(isBionicStack)
    const isNarrowed = bionic !== -1 && stacks.length > 1 && !stacks.some(({ id }) => id === ANY_STACK)
    if (targets.length > 0 || !isNarrowed || !hasBuildpackFeature(api, 'targets')) return
    const others = stacks.filter((stack) => !isBionicStack(stack)).map(({ id }) => id)
    report({
      message: `beside stack ${stacks[bionic]?.id ?? ''}, which stands for linux/amd64 on ubuntu 18.04, ${others.join(', ')} no longer counts`,
      place: locate(['stacks', bionic, 'id']),
      value: stacks[bionic]?.id,
      fix: 'write [[targets]] for all that the buildpack runs on',
    })
  },
})

const undeclared = moduleAdvice({
  id: 'target-undeclared',
  severity: 'warning',
  summary: 'a buildpack has neither targets nor stacks, so that everybody assumes something else',
  reference: TARGETS,
  needs: ['kind', 'descriptor', 'locate'],
  check({ kind, descriptor, locate }, report) {
    const { info, stacks, targets } = descriptor
    if (kind !== 'buildpack' || isComposite(descriptor) || stacks.length + targets.length > 0) return
    report({
      message: `${info.id} does not say what it runs on: pack takes it to be for linux/amd64, the lifecycle for any linux`,
      place: locate(['buildpack']),
      value: info.id,
      fix: 'add [[targets]] with os = "linux", and arch unless it runs on any',
    })
  },
})

const EACH = [osMissing, unknownIdentifier, windows]

/** Targets of a module by themselves. */
export const MODULE_TARGET_ADVICE: readonly Rule<ModuleSubject>[] = [
  ...EACH.map(({ ofModule }) => ofModule),
  distroIncomplete,
  variantNotEnforced,
  duplicate,
  bionicNarrowing,
  undeclared,
]

/** `[[targets]]` of builder.toml. */
export const BUILDER_TARGET_ADVICE: readonly Rule<BuilderSubject>[] = EACH.map(({ ofBuilder }) => ofBuilder)

/** `[[targets]]` of package.toml. */
export const PACKAGE_TARGET_ADVICE: readonly Rule<PackageSubject>[] = [osMissing, windows].map(
  ({ ofPackage }) => ofPackage,
)

/** The target of a package by itself, whoever names it. */
export const PACKAGED_TARGET_RULES: readonly Rule<PackageInput>[] = [packagedUnknown]
