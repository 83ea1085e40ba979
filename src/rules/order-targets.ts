import { moduleName } from '../cnb/module.js'
import { isWild } from '../detect/targets.js'
import { flattenOrder } from '../detect/sequences.js'
import type { Target } from '../cnb/target.js'
import type { JudgedOrder, OrderMember, OrderModules, OrderSequence } from './judged-order.js'
import { orderAdvice } from './order-advice.js'
import type { Rule } from './rule.js'
import type { BuilderSubject, PackageSubject } from './subjects.js'

const TARGET_DATA = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#target-data'
/** The detector wants every required buildpack to fit the run image. */
const NEVER_PASSES = { lifecycle: 'detect, exit 21' } as const

/** What an image must be to fit. An empty string stands for anything. */
type Fit = readonly [os: string, arch: string, distro: string, version: string]

const ANYTHING: Fit = ['', '', '', '']
/** Pairs of targets that are compared for one order: about a second. Whoever has more is not told. */
const MAX_COMPARED = 10_000_000

/** Looks for required buildpacks that no image can fit together. */
class Contradictions {
  readonly #modules: OrderModules
  readonly #fits = new Map<string, readonly Fit[]>()
  #compared = 0

  constructor(modules: OrderModules) {
    this.#modules = modules
  }

  /** The first buildpack that contradicts those before it, when there is one in each sequence. */
  inAll(sequences: readonly OrderSequence[]): string | undefined {
    const [first, ...others] = sequences
    if (first === undefined || !sequences.every(({ end }) => end.kind === 'whole')) return undefined
    const found = this.#in(first)
    if (found === undefined) return undefined
    return others.every((sequence) => this.#in(sequence) !== undefined) ? found : undefined
  }

  #in({ members }: OrderSequence): string | undefined {
    let fits: readonly Fit[] = [ANYTHING]
    for (const { member } of members) {
      if (member.optional) continue
      const name = moduleName(member)
      const both = this.#common(fits, this.#fitsOf(name, member))
      if (both === undefined) return undefined
      if (both.length === 0) return name
      fits = both
    }
    return undefined
  }

  #fitsOf(name: string, member: OrderMember): readonly Fit[] {
    const fits = this.#fits.get(name) ?? fitsOf(this.#modules.find(member)?.targets ?? [])
    this.#fits.set(name, fits)
    return fits
  }

  /** What fits both, each once; undefined once too much was compared. */
  #common(a: readonly Fit[], b: readonly Fit[]): readonly Fit[] | undefined {
    this.#compared += a.length * b.length
    if (this.#compared > MAX_COMPARED) return undefined
    const found = new Map<string, Fit>()
    for (const one of a) {
      for (const other of b) {
        if (!one.every((part, at) => isWild(part, other[at] ?? ''))) continue
        const both: Fit = [one[0] || other[0], one[1] || other[1], one[2] || other[2], one[3] || other[3]]
        found.set(JSON.stringify(both), both)
      }
    }
    return [...found.values()]
  }
}

function fitsOf(targets: readonly Target[]): readonly Fit[] {
  if (targets.length === 0) return [ANYTHING]
  return targets.flatMap(({ os, arch, distros }): Fit[] =>
    distros.length === 0 ? [[os, arch, '', '']] : distros.map(({ name, version }): Fit => [os, arch, name, version]),
  )
}

const groupEmpty = orderAdvice({
  id: 'target-group-empty',
  severity: 'warning',
  summary: 'no image can fit all required buildpacks of a group',
  reference: TARGET_DATA,
  refusedBy: NEVER_PASSES,
  check({ groups, modules }, report) {
    const contradictions = new Contradictions(modules)
    for (const { name, place, sequences } of groups) {
      const culprit = contradictions.inAll(sequences)
      if (culprit === undefined) continue
      report({
        message: `${name} can never pass: ${culprit} has no target in common with what is required before it`,
        place,
        value: culprit,
        fix: 'require buildpacks that have a target in common, or make a group of each',
      })
    }
  },
})

const compositeDead = orderAdvice({
  id: 'target-composite-dead',
  severity: 'warning',
  summary: 'no image can fit any alternative of a composite',
  reference: TARGET_DATA,
  refusedBy: NEVER_PASSES,
  check({ modules }, report) {
    const contradictions = new Contradictions(modules)
    const flattening = modules.flattening()
    for (const composite of modules.all) {
      const { id, version, order, locate } = composite
      if (order.length === 0 || locate === undefined) continue
      const place = locate(['order'])
      const member = { kind: 'buildpack', id, version, optional: false, place: () => place } as const
      const [sequences = []] = flattenOrder<OrderMember>([[member]], flattening).groups
      const culprit = contradictions.inAll(sequences)
      if (culprit === undefined) continue
      report({
        message: `no alternative of composite ${moduleName(composite)} can pass: ${culprit} has no target in common with what is required before it`,
        place,
        value: moduleName(composite),
        fix: 'require buildpacks that have a target in common, or make a group of each',
      })
    }
  },
})

/** Whether buildpacks are required by some group, or optional wherever they are, by `id@version`; others are in no order. */
export function rolesIn({ groups }: JudgedOrder): ReadonlyMap<string, 'required' | 'optional'> {
  const roles = new Map<string, 'required' | 'optional'>()
  for (const { member } of groups.flatMap(({ sequences }) => sequences.flatMap(({ members }) => members))) {
    const name = moduleName(member)
    if (!member.optional) roles.set(name, 'required')
    else if (!roles.has(name)) roles.set(name, 'optional')
  }
  return roles
}

const ADVICE = [groupEmpty, compositeDead]

/** Targets of the buildpacks of a builder's groups against each other. */
export const ORDER_TARGET_ADVICE: readonly Rule<BuilderSubject>[] = ADVICE.map(({ ofBuilder }) => ofBuilder)

/** The same for the order of a composite that is packaged. */
export const PACKAGED_TARGET_ADVICE: readonly Rule<PackageSubject>[] = ADVICE.map(({ ofPackage }) => ofPackage)
