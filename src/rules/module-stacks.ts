import { BUILDPACK_WITH, hasBuildpackFeature } from '../cnb/lifecycle-apis.js'
import { printApiVersion } from '../cnb/api-version.js'
import { isComposite, isSpecId } from '../cnb/module.js'
import type { Stack } from '../cnb/stack.js'
import { STACKS_AS_OF, STACK_LIVES, type StackLife } from './data/stacks.js'
import { moduleAdvice, type Finding, type Rule } from './rule.js'
import { ANY_STACK } from './stacks.js'
import type { ModuleSubject } from './subjects.js'

const STACK_ID = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#stack-id'
const STACKS = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#stacks-array'
const DEPRECATED = 'https://github.com/buildpacks/rfcs/blob/main/text/0096-remove-stacks-mixins.md'

/** A notation that RFC 0031 thought of and left for later: a stack, and the set of mixins that is wanted on it. */
const SHORTCUT = /^([^#]+)#(.+)$/

/** What is wrong with the id of a stack, if anything is. */
export function stackIdProblem(id: string): Omit<Finding, 'place'> | undefined {
  if (isSpecId(id)) return undefined
  const shortcut = SHORTCUT.exec(id)
  if (shortcut === null) {
    return {
      message: `${id === '' ? 'a stack without an id' : `stack ${id}`} cannot be on an image: ids are letters, digits, ".", "/" and "-"`,
      value: id,
      fix: 'write the id as the label io.buildpacks.stack.id of the image has it',
    }
  }
  const [, stack = '', set = ''] = shortcut
  return {
    severity: 'error',
    message: `stack ${id} is on no image: the short form with # was proposed, and no tool has ever read it`,
    value: id,
    fix: `write id = "${stack}" and mixins = ["set=${set}"]`,
  }
}

const idCharset = moduleAdvice({
  id: 'stack-id-charset',
  severity: 'warning',
  summary: 'the id of a stack has characters that none can have',
  reference: STACK_ID,
  refusedBy: { spec: 'a stack id is made of letters, digits, ".", "/" and "-"' },
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    descriptor.stacks.forEach(({ id }, index) => {
      const problem = id === ANY_STACK ? undefined : stackIdProblem(id)
      if (problem !== undefined) report({ ...problem, place: locate(['stacks', index, 'id']) })
    })
  },
})

const duplicate = moduleAdvice({
  id: 'stack-duplicate',
  severity: 'warning',
  summary: 'a buildpack lists one stack twice, and only the first counts',
  reference: STACKS,
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    const seen = new Set<string>()
    descriptor.stacks.forEach(({ id }, index) => {
      if (seen.has(id)) {
        report({
          message: `stack ${id} is listed twice, and the mixins of the second are passed over`,
          place: locate(['stacks', index, 'id']),
          value: id,
          fix: 'write one entry with the mixins of both',
        })
      }
      seen.add(id)
    })
  },
})

/** Position of the first `*`; -1 when there is none. */
function wildcardOf(stacks: readonly Stack[]): number {
  return stacks.findIndex(({ id }) => id === ANY_STACK)
}

/** An entry of `[[stacks]]`. */
interface PlacedStack extends Stack {
  readonly index: number
}

/** The entries that name a stack. */
function named(stacks: readonly Stack[]): PlacedStack[] {
  return stacks.map((stack, index) => ({ ...stack, index })).filter(({ id }) => id !== ANY_STACK)
}

const wildcardShadows = moduleAdvice({
  id: 'stack-wildcard-shadows',
  severity: 'warning',
  summary: 'a stack with mixins stands behind *, so that its mixins are never compared',
  reference: 'pack 0.40.6, builder create: the first entry that fits counts',
  needs: ['descriptor', 'locate'],
  check({ descriptor: { stacks }, locate }, report) {
    const wildcard = wildcardOf(stacks)
    if (wildcard === -1) return
    for (const { id, mixins, index } of named(stacks)) {
      if (index < wildcard || mixins.length === 0) continue
      report({
        message: `stack ${id} stands behind *, so nobody asks for its mixins: ${mixins.join(', ')}`,
        place: locate(['stacks', index, 'id']),
        value: id,
        fix: 'put * last',
      })
    }
  },
})

const wildcardRedundant = moduleAdvice({
  id: 'stack-wildcard-redundant',
  severity: 'info',
  summary: 'a buildpack lists * and, beside it, stacks that ask for nothing',
  reference: STACKS,
  needs: ['descriptor', 'locate'],
  check({ descriptor: { stacks }, locate }, report) {
    const idle = named(stacks).filter(({ mixins }) => mixins.length === 0)
    const [first, ...others] = idle
    if (first === undefined || wildcardOf(stacks) === -1) return
    report({
      message: `stack * stands for ${idle.map(({ id }) => id).join(', ')} too`,
      place: locate(['stacks', first.index, 'id']),
      also: others.map(({ index }) => locate(['stacks', index, 'id'])),
      value: first.id,
      fix: 'list * alone',
    })
  },
})

const wildcardApi = moduleAdvice({
  id: 'stack-wildcard-api',
  severity: 'warning',
  summary: 'a buildpack lists * though its Buildpack API has no such stack',
  reference: STACKS,
  refusedBy: { kpack: 'builder, as it takes * for the name of a stack' },
  needs: ['descriptor', 'locate'],
  check({ descriptor: { stacks, api }, locate }, report) {
    const index = wildcardOf(stacks)
    if (index === -1 || hasBuildpackFeature(api, 'anyStack')) return
    report({
      message: `stack * exists since Buildpack API ${printApiVersion(BUILDPACK_WITH.anyStack)}, but the buildpack is written for ${printApiVersion(api)}`,
      place: locate(['stacks', index, 'id']),
      value: ANY_STACK,
      fix: `raise api to ${printApiVersion(BUILDPACK_WITH.anyStack)} or later, or name the stacks`,
    })
  },
})

const deprecated = moduleAdvice({
  id: 'stack-deprecated',
  severity: 'info',
  summary: 'a buildpack has stacks and no targets, which replace them',
  reference: DEPRECATED,
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    const { stacks, targets, api, info } = descriptor
    if (stacks.length === 0 || targets.length > 0 || isComposite(descriptor)) return
    if (!hasBuildpackFeature(api, 'targets')) return
    report({
      message: `${info.id} has stacks and no targets: since Buildpack API ${printApiVersion(BUILDPACK_WITH.targets)} targets replace them`,
      place: locate(['stacks']),
      fix: 'add [[targets]] with os and arch, and distros where it matters; keep [[stacks]] while older platforms are in use',
    })
  },
})

/** The life of a stack when it is over on this day. */
export function endedStack(id: string, asOf: string): StackLife | undefined {
  const life = STACK_LIVES.get(id)
  return life !== undefined && life.end < asOf ? life : undefined
}

/** `stack heroku-18 (Heroku-18) has had no updates since 2023-04-30`. */
export function printEnded(id: string, { name, end }: StackLife): string {
  return `stack ${id} (${name}) has had no updates since ${end}`
}

/** The pages that say so, each once. */
export function sourcesOf(lives: readonly StackLife[]): string[] {
  return [...new Set(lives.map(({ source }) => `see ${source}`))]
}

/** What there is to say of rules about stacks without updates. */
export const STACK_EOL = {
  id: 'stack-eol',
  severity: 'warning',
  summary: 'a stack no longer gets updates',
  reference: `the pages of the vendors, as of ${STACKS_AS_OF}: https://ubuntu.com/about/release-cycle and others`,
} as const

const eol = moduleAdvice({
  ...STACK_EOL,
  needs: ['descriptor', 'locate', 'asOf'],
  check(input, report) {
    const { descriptor, locate, asOf } = input
    const ended = endedStacks(input, asOf)
    const [first, ...others] = ended
    if (first === undefined) return
    const isAll = ended.length === descriptor.stacks.length && descriptor.targets.length === 0
    report({
      severity: isAll ? 'warning' : 'info',
      message: ended.map(({ id, life }) => printEnded(id, life)).join('; '),
      place: locate(['stacks', first.index, 'id']),
      also: others.map(({ index }) => locate(['stacks', index, 'id'])),
      value: first.id,
      notes: [...(isAll ? ['it lists no other'] : []), ...sourcesOf(ended.map(({ life }) => life))],
      fix: 'add the stacks or targets that came after it, and remove this one once nobody needs it',
    })
  },
})

interface EndedStack {
  readonly index: number
  readonly id: string
  readonly life: StackLife
}

function endedStacks({ descriptor }: Pick<ModuleSubject, 'descriptor'>, asOf: string): EndedStack[] {
  return descriptor.stacks.flatMap(({ id }, index) => {
    const life = endedStack(id, asOf)
    return life === undefined ? [] : [{ index, id, life }]
  })
}

/** `[[stacks]]` of a buildpack. */
export const MODULE_STACK_ADVICE: readonly Rule<ModuleSubject>[] = [
  idCharset,
  duplicate,
  wildcardShadows,
  wildcardRedundant,
  wildcardApi,
  deprecated,
  eol,
]
