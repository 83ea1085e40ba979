import { compareBytes } from '../bytes.js'
import { isComposite, type Module } from '../cnb/module.js'
import type { Stack } from '../cnb/stack.js'
import { allModules } from '../plan/catalog.js'
import { mergeStacks, type MergedStacks } from '../plan/merge-stacks.js'
import type { PackageInput } from '../plan/package-input.js'
import { derived } from './derived.js'
import type { ListedModule } from './listed-modules.js'
import { absentMembers, allListed } from './package-members.js'
import { packageAdvice, packageRule, type Judged, type Rule } from './rule.js'
import { ANY_STACK } from './stacks.js'
import type { PackageSubject } from './subjects.js'

const BUILDPACKAGE = 'https://github.com/buildpacks/spec/blob/main/distribution.md#buildpackage'

/** The modules of a package of a buildpack, with the stacks that they have in common. */
interface Merged extends MergedStacks {
  readonly listed: readonly ListedModule[]
  readonly modules: readonly Module[]
  /** True when nothing is shared, and pack does not see it. */
  readonly isMasked: boolean
}

/** undefined while an entry is unknown, and for extensions, which have no stacks. */
const mergedOf = derived((input: Judged<PackageInput> & Pick<PackageInput, 'buildpacks'>): Merged | undefined => {
  const listed = allListed(input)
  if (input.kind !== 'buildpack' || listed.length === 0) return undefined
  const modules = allModules(input.buildpacks)
  const merged = mergeStacks(modules)
  return { listed, modules, ...merged, isMasked: merged.misfit !== undefined && isMasked(modules, merged.misfit) }
})

const noIntersection = packageRule({
  id: 'stack-no-intersection',
  severity: 'error',
  summary: 'there is no stack that every buildpack of the package runs on',
  reference: BUILDPACKAGE,
  refusedBy: { pack: 'buildpack package', spec: 'a package names at least one stack' },
  needs: ['kind', 'locate', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const merged = mergedOf(input)
    if (merged === undefined || merged.stacks.length > 0 || merged.isMasked) return
    const { listed, misfit } = merged
    if (misfit === undefined) {
      // Those that are missing may be components; and where each composite names another, they lead in a circle, which is told.
      if (absentMembers(listed).length > 0 || listed.every(hasMembers)) return
      report({
        message: 'the package has no component, so nothing says on which stacks it runs',
        place: input.locate(['buildpacks', 0]),
        fix: 'name components in its order, and bring them with [[dependencies]]',
      })
      return
    }
    report(findingOf(listed, misfit))
  },
})

const intersectionMasked = packageRule({
  id: 'stack-intersection-masked',
  severity: 'error',
  summary: 'there is no stack that every buildpack of the package runs on, and pack promises one all the same',
  reference: `${BUILDPACKAGE}; pack 0.40.6 starts anew with the stacks of the next buildpack where nothing is left`,
  refusedBy: { spec: 'a package names the stacks that all of its buildpacks run on' },
  needs: ['kind', 'locate', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const merged = mergedOf(input)
    if (merged?.misfit === undefined || !merged.isMasked) return
    report({
      ...findingOf(merged.listed, merged.misfit),
      notes: [
        'pack starts anew with the stacks of the next buildpack, and so promises stacks on which only that one runs',
      ],
    })
  },
})

function hasMembers({ module }: ListedModule): boolean {
  return module.descriptor.order.some(({ refs = [] }) => refs.length > 0)
}

/** True when pack, which goes on behind a misfit as if nothing had been before, ends with some stack. */
function isMasked(modules: readonly Module[], misfit: Module): boolean {
  let behind = modules.indexOf(misfit) + 1
  for (;;) {
    const rest = mergeStacks(modules.slice(behind))
    if (rest.misfit === undefined) return rest.stacks.length > 0
    behind = modules.indexOf(rest.misfit, behind) + 1
  }
}

function findingOf(listed: readonly ListedModule[], misfit: Module) {
  const name = listed.find(({ module }) => module === misfit)?.name ?? ''
  const ids = misfit.descriptor.stacks.map(({ id }) => id).join(', ')
  return {
    message: `${name} runs on ${ids}, which is no stack that all before it have in common`,
    place: misfit.locate(['stacks']),
    value: ids,
    fix: 'choose versions that have a stack in common, or that have targets instead',
  }
}

const mergeLosesEntry = packageAdvice({
  id: 'stack-merge-loses-entry',
  severity: 'warning',
  summary: 'a stack or its mixins get lost where buildpacks with and without * are packaged together',
  reference: `${BUILDPACKAGE}; pack 0.40.6 takes the list of the one as it is where the other lists *`,
  needs: ['kind', 'locate', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const merged = mergedOf(input)
    if (merged === undefined || merged.stacks.length === 0) return
    const said = mixinsByStack(merged.stacks)
    const lost = inAll(merged.modules).flatMap(({ id, mixins }) => {
      const gone = mixins.filter((mixin) => said.get(id)?.has(mixin) !== true)
      return gone.length === 0 ? [] : [`mixins ${gone.join(', ')} of ${id}`]
    })
    if (lost.length === 0) return
    report({
      message: `the label of the package will not say ${lost.join('; ')}: one buildpack lists * beside it`,
      place: input.locate(['buildpacks', 0]),
      value: lost[0],
      notes: ['whoever reads the label takes the package for less demanding than it is'],
      fix: 'remove * from the buildpack that lists these stacks too',
    })
  },
})

/** The named stacks that all of `modules` run on, where * stands for each; with the mixins that any of them needs there. */
function inAll(modules: readonly Module[]): Stack[] {
  const lists = modules
    .map(({ descriptor }) => descriptor)
    .filter((descriptor) => !isComposite(descriptor) && descriptor.stacks.length > 0)
    .map(({ stacks }) => stacks)
  const closed = lists.filter((stacks) => stacks.every(({ id }) => id !== ANY_STACK))
  const counts = new Map<string, number>()
  for (const stacks of closed) {
    for (const id of new Set(stacks.map((stack) => stack.id))) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const shared = lists.flat().filter(({ id }) => id !== ANY_STACK && (counts.get(id) ?? 0) === closed.length)
  return [...mixinsByStack(shared)].map(([id, mixins]) => ({ id, mixins: [...mixins].sort(compareBytes) }))
}

function mixinsByStack(stacks: readonly Stack[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byStack = new Map<string, Set<string>>()
  for (const { id, mixins } of stacks) {
    const known = byStack.get(id) ?? new Set()
    for (const mixin of mixins) known.add(mixin)
    byStack.set(id, known)
  }
  return byStack
}

/** The stacks that the modules of a package have in common. */
export const PACKAGE_STACK_RULES: readonly Rule<PackageInput>[] = [noIntersection, intersectionMasked]

/** What becomes of them in its label. */
export const PACKAGE_STACK_ADVICE: readonly Rule<PackageSubject>[] = [mergeLosesEntry]
