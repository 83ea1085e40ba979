import { isComposite, moduleName, type ModuleId } from '../cnb/module.js'
import type { ModuleRef, Order } from '../cnb/order.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import { hasModule } from '../plan/catalog.js'
import type { ModulesInput } from '../plan/modules-input.js'
import { buildpackCatalog, extensionCatalog } from '../plan/plan-builder.js'
import type { KeyPath } from '../toml/document.js'
import { baseOf, knownOf, saidWhen, type BaseParts, type Known } from './base-of.js'
import { derived } from './derived.js'
import { listedBuildpacks, type ListedModule } from './listed-modules.js'
import { fixOfReference } from './meant-module.js'
import { moduleRule, rule, type Judged, type ReportFinding, type Rule } from './rule.js'

const COMPOSITE = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#order-buildpacks'

/** One reference in the order of a composite. */
export interface Member {
  readonly composite: ListedModule
  readonly ref: ModuleRef
  readonly path: KeyPath
}

function membersOf(composite: ListedModule): Member[] {
  return composite.module.descriptor.order.flatMap(({ refs = [] }, group) =>
    refs.map((ref, index) => ({ composite, ref, path: ['order', group, 'group', index] })),
  )
}

/** The references of all composites. */
export function allMembers(buildpacks: readonly ListedModule[]): Member[] {
  return buildpacks.flatMap(membersOf)
}

/** A pinned member that no buildpack on the builder is. */
interface AbsentMember extends Member {
  /** The versions of its id that are there; undefined when there is none. */
  readonly versions: readonly string[] | undefined
  readonly fix: string
  readonly isExtension: boolean
  readonly known: Known
}

/** None while an entry is unknown, because it could not be read. */
const absentMembers = derived((input: Judged & Pick<BuilderFacts, 'buildpacks' | 'extensions'>): AbsentMember[] => {
  const known = knownOf(input, input.buildpacks)
  if (known === 'some') return []
  const buildpacks = buildpackCatalog(input, baseOf(input))
  const extensions = extensionCatalog(input, baseOf(input))
  return allMembers(listedBuildpacks(input))
    .filter(({ ref }) => ref.version !== '' && !hasModule(buildpacks, ref))
    .map((member) => {
      const versions = buildpacks.get(member.ref.id)
      const fix = fixOfReference(member.ref, buildpacks, `add a [[buildpacks]] entry for ${moduleName(member.ref)}`)
      return { ...member, known, versions, fix, isExtension: versions === undefined && extensions.has(member.ref.id) }
    })
})

/** Said of builders and of packages. */
export const MISSING_DEPENDENCY = {
  id: 'order-composite-missing-dep',
  severity: 'error',
  summary: 'a composite names a buildpack that is not there',
  reference: COMPOSITE,
  refusedBy: { pack: 'buildpack package and builder create', lifecycle: 'detect, exit 22' },
} as const

const missingDependency = rule({
  ...MISSING_DEPENDENCY,
  needs: ['config', 'buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const { composite, ref, path, versions, isExtension, known, fix } of absentMembers(input)) {
      if (isExtension) continue
      const present = versions === undefined ? 'it is not on the builder' : `only ${versions.join(', ')} is present`
      const said = saidWhen(known, {
        message: `composite ${composite.name} wants ${moduleName(ref)}, but ${present}`,
        value: moduleName(ref),
        notes: [`${composite.name} comes from ${composite.module.from}`],
        fix,
      })
      report({ ...said, place: composite.module.locate([...path, versions === undefined ? 'id' : 'version']) })
    }
  },
})

const unpinned = moduleRule({
  id: 'order-composite-unpinned',
  severity: 'error',
  summary: 'a composite names a buildpack without its version',
  reference: COMPOSITE,
  refusedBy: {
    pack: 'buildpack package and builder create',
    lifecycle: 'detect, exit 22',
    spec: 'a version is a MUST in the order of a composite',
  },
  needs: ['buildpacks'],
  check(input, report) {
    for (const { composite, ref, path } of allMembers(listedBuildpacks(input))) {
      if (ref.version !== '') continue
      report({
        message: `composite ${composite.name} names ${ref.id === '' ? 'a buildpack without an id' : ref.id} without a version`,
        place: composite.module.locate([...path, 'id']),
        value: ref.id,
        fix: 'add the version that is meant: only builder.toml may leave it out',
      })
    }
  },
})

/** Said of what a composite names, and of what it says. */
export const COMPOSITE_EXTENSION = {
  id: 'order-composite-extension',
  severity: 'error',
  summary: 'a composite names an extension',
  reference: COMPOSITE,
  refusedBy: { pack: 'builder create', lifecycle: 'detect, exit 22', spec: 'extensions MUST NOT be in a composite' },
} as const

const extensionInside = rule({
  ...COMPOSITE_EXTENSION,
  needs: ['config', 'buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const { composite, ref, path, isExtension, known } of absentMembers(input)) {
      if (!isExtension) continue
      const said = saidWhen(known, {
        message: `composite ${composite.name} wants buildpack ${moduleName(ref)}, which is an extension`,
        value: ref.id,
        fix: 'name the extension in [[order-extensions]] of builder.toml instead',
      })
      report({ ...said, place: composite.module.locate([...path, 'id']) })
    }
  },
})

const self = moduleRule({
  id: 'order-composite-self',
  severity: 'error',
  summary: 'a composite names itself, on which the lifecycle crashes',
  reference: COMPOSITE,
  refusedBy: { pack: 'buildpack package', lifecycle: 'detect, exit 2' },
  needs: ['buildpacks'],
  check(input, report) {
    for (const { composite, ref, path } of allMembers(listedBuildpacks(input))) {
      if (!isSameModule(ref, composite)) continue
      report({
        message: `composite ${composite.name} names itself`,
        place: composite.module.locate([...path, 'id']),
        value: composite.name,
        notes: ['pack accepts it, and then the detector of the lifecycle runs out of stack'],
        fix: 'remove this member',
      })
    }
  },
})

function isSameModule(a: ModuleId, b: ModuleId): boolean {
  return a.id === b.id && a.version === b.version
}

const CYCLE = {
  id: 'order-composite-cycle',
  severity: 'error',
  summary: 'composites name each other in a circle, on which the lifecycle crashes',
  reference: COMPOSITE,
  refusedBy: { lifecycle: 'detect, exit 2' },
  needs: ['buildpacks'],
} as const

const cycle = rule({ ...CYCLE, check: (input, report) => reportCircles(input, baseOrders(input), report) })
const packagedCycle = moduleRule({ ...CYCLE, check: (input, report) => reportCircles(input, [], report) })

/** Reports circles at a composite that is added; `there` has the orders of what is there already, by `id@version`. */
function reportCircles(
  input: Pick<ModulesInput, 'buildpacks'>,
  there: Iterable<readonly [string, Order]>,
  report: ReportFinding,
): void {
  const composites = listedBuildpacks(input).filter(({ module }) => isComposite(module.descriptor))
  const orders = new Map(there)
  for (const { name, module } of composites) orders.set(name, module.descriptor.order)
  for (const circle of circles(orders)) {
    const at = circle.findIndex((name) => composites.some((listed) => listed.name === name))
    const composite = composites.find(({ name }) => name === circle[at])
    if (composite === undefined) continue
    const turned = [...circle.slice(at), ...circle.slice(0, at + 1)]
    const member = membersOf(composite).find(({ ref }) => moduleName(ref) === turned[1])
    report({
      message: `composites name each other in a circle: ${turned.join(' -> ')}`,
      place: composite.module.locate([...(member?.path ?? ['order']), 'id']),
      value: turned[1],
      notes: ['pack accepts it, and then the detector of the lifecycle runs out of stack'],
      fix: 'remove one of these references',
    })
  }
}

function baseOrders(input: BaseParts): [string, Order][] {
  return (baseOf(input)?.buildpackLayers ?? []).map((layer) => [moduleName(layer), layer.order])
}

/** Circles of two or more composites, no two with a composite in common; `orders` by `id@version`. */
function circles(orders: ReadonlyMap<string, Order>): string[][] {
  const next = new Map<string, Set<string>>()
  for (const [name, order] of orders) {
    const names = order.flatMap(({ refs = [] }) => refs.map(moduleName))
    next.set(name, new Set(names.filter((other) => other !== name && orders.has(other))))
  }
  const found: string[][] = []
  for (;;) {
    dropDeadEnds(next)
    const [start] = next.keys()
    if (start === undefined) return found
    const circle = walkToCircle(start, next)
    found.push(circle)
    for (const name of circle) next.delete(name)
  }
}

/** Removes what leads nowhere, until each of the rest leads to another of the rest. */
function dropDeadEnds(next: Map<string, Set<string>>): void {
  for (let changed = true; changed;) {
    changed = false
    for (const [name, names] of next) {
      for (const other of names) if (!next.has(other)) names.delete(other)
      if (names.size > 0) continue
      next.delete(name)
      changed = true
    }
  }
}

/** Follows first references until a name comes again. Everything in `next` leads to something in it. */
function walkToCircle(start: string, next: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const path: string[] = []
  for (let name = start; ;) {
    const seen = path.indexOf(name)
    if (seen !== -1) return path.slice(seen)
    path.push(name)
    const [following] = next.get(name) ?? []
    if (following === undefined) throw new Error(`composite ${name} leads nowhere`)
    name = following
  }
}

/** Stacks of a package are those that all members have; targets are named by whoever packages. */
const COMPOSITE_FIXES = {
  stacks: 'remove [[stacks]]: those of its members count',
  targets: 'move [[targets]] to package.toml, which says what a composite is packaged for; --target does too',
} as const

const targetOnComposite = moduleRule({
  id: 'target-on-composite',
  severity: 'error',
  summary: 'a composite has stacks or targets of its own',
  reference: COMPOSITE,
  refusedBy: { pack: 'buildpack package and builder create', spec: 'a composite MUST NOT have stacks or targets' },
  needs: ['buildpacks'],
  check(input, report) {
    for (const { name, module } of listedBuildpacks(input)) {
      const { descriptor, packaged } = module
      if (packaged || !isComposite(descriptor)) continue
      for (const key of ['stacks', 'targets'] as const) {
        if (descriptor[key].length === 0) continue
        report({
          message: `composite ${name} has both an order and ${key}`,
          place: module.locate([key]),
          fix: COMPOSITE_FIXES[key],
        })
      }
    }
  },
})

/** Composites: whether they say what they must, and lead to an end, wherever they are. */
const ORDERLY_RULES: readonly Rule<ModulesInput>[] = [unpinned, self, targetOnComposite]

/** Composites on a builder: whether their members are there and lead to an end. */
export const COMPOSITE_RULES: readonly Rule[] = [...ORDERLY_RULES, missingDependency, extensionInside, cycle]

/** Composites by themselves, and in a package; whether their members are there is a matter of `[[dependencies]]`. */
export const PACKAGED_COMPOSITE_RULES: readonly Rule<ModulesInput>[] = [...ORDERLY_RULES, packagedCycle]
