import { hasBuildpackFeature } from '../cnb/lifecycle-apis.js'
import { isComposite } from '../cnb/module.js'
import { printTargets, type Distro, type Target } from '../cnb/target.js'
import { isBionicStack } from '../detect/targets.js'
import { moduleAdvice, type Rule } from './rule.js'
import { ANY_STACK } from './stacks.js'
import type { ModuleSubject } from './subjects.js'

const TARGETS = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#targets-array'

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

/** Targets of a module beside each other, and what stands in for them. */
export const MODULE_TARGET_LIST_ADVICE: readonly Rule<ModuleSubject>[] = [
  distroIncomplete,
  variantNotEnforced,
  duplicate,
  bionicNarrowing,
  undeclared,
]
