import { printApiVersion } from '../cnb/api-version.js'
import { hasFeature, highestSupported, PLATFORM_WITH } from '../cnb/lifecycle-apis.js'
import { MIXIN_SETS } from './data/mixin-sets.js'
import { baseOf } from './base-of.js'
import { listedBuildpacks, type ListedModule } from './listed-modules.js'
import {
  bareName,
  distinctSorted,
  hasMixin,
  isOnBuildImage,
  isOnRunImage,
  printMixin,
  RUN_STAGE,
  type Mixins,
} from './mixin-match.js'
import { mixinsOfRunImage } from './mixins.js'
import { builderAdvice, type Judged, type Rule } from './rule.js'
import { matchingStack, withStacks } from './stacks.js'
import type { BuilderSubject } from './subjects.js'
import { derived } from './derived.js'

const MIXINS = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#mixins'
const SATISFACTION = 'https://github.com/buildpacks/spec/blob/buildpack/v0.9/buildpack.md#mixin-satisfaction'

/** Mixins of the images, and what each buildpack needs on this stack. */
interface Supply {
  readonly onBuild: Mixins
  readonly onRun: readonly Mixins[]
  readonly needs: readonly { readonly listed: ListedModule; readonly mixins: Mixins }[]
}

/** undefined while an image or a module is unknown. */
const supplyOf = derived((input: Judged<BuilderSubject>): Supply | undefined => {
  const base = baseOf(input)
  const { runImages, limits } = input
  if (base === undefined || runImages === undefined) return undefined
  const onRun = runImages.map((image) => mixinsOfRunImage(image, limits)).filter((mixins) => mixins !== undefined)
  if (onRun.length < runImages.length) return undefined
  const needs = withStacks(listedBuildpacks({ buildpacks: input.buildpacks ?? [] })).map((listed) => ({
    listed,
    mixins: matchingStack(listed.module.descriptor.stacks, base.stackId)?.mixins ?? [],
  }))
  return { onBuild: base.mixins ?? [], onRun, needs: needs.filter(({ mixins }) => mixins.length > 0) }
})

const neverProvided = builderAdvice({
  id: 'mixin-never-provided',
  severity: 'warning',
  summary: 'a buildpack asks for a mixin that no image lists in any spelling',
  reference: SATISFACTION,
  refusedBy: { pack: 'builder create, unless it is for the run image', kpack: 'builder', spec: 'mixin satisfaction' },
  needs: ['base', 'labels', 'buildpacks', 'runImages'],
  whole: ['buildpacks', 'runImages'],
  check(input, report) {
    const supply = supplyOf(input)
    if (supply === undefined) return
    const provided = new Set([...supply.onBuild, ...supply.onRun.flat()].map(bareName))
    for (const [mixin, asking] of askingFor(supply)) {
      const [first, ...others] = asking
      if (first === undefined || provided.has(bareName(mixin))) continue
      report({
        message: `${printMixin(mixin)} is on no image, and ${asking.map(({ name }) => name).join(', ')} asks for it`,
        place: first.module.locate(['stacks']),
        also: others.map(({ module }) => module.locate(['stacks'])),
        value: mixin,
        notes: setNotes(mixin),
        fix: 'correct the name, or choose images that have it',
      })
    }
  },
})

/** Who asks for a mixin. */
function askingFor({ needs }: Supply): ReadonlyMap<string, readonly ListedModule[]> {
  const asking = new Map<string, ListedModule[]>()
  for (const { listed, mixins } of needs) {
    for (const mixin of new Set(mixins)) {
      const others = asking.get(mixin)
      if (others === undefined) asking.set(mixin, [listed])
      else others.push(listed)
    }
  }
  return asking
}

/** What a set stands for. */
function setNotes(mixin: string): string[] {
  const members = MIXIN_SETS.get(bareName(mixin).replace(/^set=/, '')) ?? []
  return members.length === 0 ? [] : [`${mixin} stands for ${members.join(', ')}`]
}

const contractDivergence = builderAdvice({
  id: 'mixin-contract-divergence',
  severity: 'warning',
  summary: 'a mixin is there by the rules of the specification, but not to the letter, as pack wants it',
  reference: SATISFACTION,
  refusedBy: { pack: 'builder create, or build below Platform API 0.12' },
  needs: ['config', 'base', 'labels', 'buildpacks', 'runImages'],
  whole: ['buildpacks', 'runImages'],
  check(input, report) {
    const supply = supplyOf(input)
    if (supply === undefined) return
    for (const { listed, mixins } of supply.needs) {
      const diverging = distinctSorted(
        mixins.filter((mixin) => isByRule(mixin, supply) && !isToTheLetter(mixin, supply)),
      )
      if (diverging.length === 0) continue
      report({
        message: `${listed.name} asks for ${diverging.map(printMixin).join(', ')}: there by the specification, and not for pack, which compares letters`,
        place: listed.module.locate(['stacks']),
        value: diverging.join(', '),
        fix: `list both spellings on the images: ${diverging.map((mixin) => `${bareName(mixin)} and ${spelt(mixin)}`).join(', ')}`,
      })
    }
  },
})

function isByRule(mixin: string, { onBuild, onRun }: Supply): boolean {
  return isOnBuildImage(mixin, onBuild) && onRun.every((mixins) => isOnRunImage(mixin, mixins))
}

/** As pack compares: what is for the run image there, and everything else on the build image. */
function isToTheLetter(mixin: string, { onBuild, onRun }: Supply): boolean {
  return (mixin.startsWith(RUN_STAGE) ? onRun : [onBuild]).every((mixins) => hasMixin(mixins, mixin))
}

/** The other spelling of a mixin: with its stage, or with those of both images. */
function spelt(mixin: string): string {
  return bareName(mixin) === mixin ? `build:${mixin} or run:${mixin}` : mixin
}

const notEnforced = builderAdvice({
  id: 'mixin-not-enforced',
  severity: 'info',
  summary: 'buildpacks ask for mixins, and nobody looks at them when an application is built',
  reference: MIXINS,
  needs: ['base', 'labels', 'buildpacks', 'runImages', 'lifecycle'],
  whole: ['buildpacks', 'runImages'],
  check(input, report) {
    const { platform } = input.lifecycle.descriptor.apis
    const asking = supplyOf(input)?.needs.map(({ listed }) => listed) ?? []
    const [first, ...others] = asking
    if (first === undefined || hasFeature(platform, 'targets') !== true) return
    report({
      message: `${asking.map(({ name }) => name).join(', ')} asks for mixins, which are not looked at with Platform API ${printApiVersion(PLATFORM_WITH.targets)} and later`,
      place: first.module.locate(['stacks']),
      also: others.map(({ module }) => module.locate(['stacks'])),
      value: printApiVersion(highestSupported(platform) ?? PLATFORM_WITH.targets),
      fix: 'look for what is needed in bin/detect, and say there what is missing',
    })
  },
})

/** How many names a message tells. */
const NAMES_SHOWN = 5

const unused = builderAdvice({
  id: 'mixin-unused',
  severity: 'info',
  summary: 'images list mixins that no buildpack asks for',
  reference: 'https://github.com/buildpacks/rfcs/blob/main/text/0031-bionic-mixins.md',
  needs: ['locate', 'base', 'labels', 'buildpacks', 'runImages'],
  whole: ['buildpacks', 'runImages'],
  check(input, report) {
    const supply = supplyOf(input)
    // Where nobody asks for mixins, those of the images are there for older buildpacks.
    if (supply === undefined || supply.needs.length === 0) return
    const asked = new Set(supply.needs.flatMap(({ mixins }) => mixins.map(bareName)))
    const names = distinctSorted([...supply.onBuild, ...supply.onRun.flat()].map(bareName))
    const idle = names.filter((name) => !asked.has(name))
    if (idle.length === 0) return
    const more = idle.length > NAMES_SHOWN ? ` and ${idle.length - NAMES_SHOWN} more` : ''
    report({
      message: `the images list mixins that no buildpack asks for: ${idle.slice(0, NAMES_SHOWN).join(', ')}${more}`,
      place: input.locate(['build', 'image']),
      value: idle[0],
      fix: 'leave them out of smaller images, where nothing else needs them',
    })
  },
})

/** Mixins that buildpacks ask for, against what all images list. */
export const BUILDER_MIXIN_ADVICE: readonly Rule<BuilderSubject>[] = [
  neverProvided,
  contractDivergence,
  notEnforced,
  unused,
]
