import type { ModuleKind } from '../cnb/module.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import type { Catalog } from '../plan/catalog.js'
import { buildpackCatalog, extensionCatalog } from '../plan/plan-builder.js'
import { resolveOrder, resolveSystem, type RefProblem } from '../plan/resolve-order.js'
import type { KeyPath } from '../toml/document.js'
import { baseOf, knownOf, saidWhen, type Known } from './base-of.js'
import { derived } from './derived.js'
import { fixOfReference } from './meant-module.js'
import { rule, type Finding, type Judged, type RefusedBy, type Rule } from './rule.js'

const ORDER = 'https://github.com/buildpacks/spec/blob/main/distribution.md#order-definitions'
const ORDER_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#ordertoml-toml'
const SYSTEM_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml'

type OrderParts = Pick<BuilderFacts, 'config' | 'locate' | 'buildpacks' | 'extensions'> & Judged

/** Where references stand, and what they can name. */
interface RefCheck {
  readonly kind: ModuleKind
  readonly isSystem: boolean
  readonly problems: readonly RefProblem[]
  /** What its kind of module has. */
  readonly own: Catalog
  /** What the other kind of module has. */
  readonly others: Catalog
  /** How much is known of what they can name. */
  readonly known: Known
}

const refChecks = derived((input: OrderParts): RefCheck[] => {
  const { config } = input
  const base = baseOf(input)
  const buildpacks = buildpackCatalog(input, base)
  const extensions = extensionCatalog(input, base)
  const ofBuildpacks = {
    kind: 'buildpack',
    own: buildpacks,
    others: extensions,
    known: knownOf(input, input.buildpacks),
  } as const
  const ofExtensions = {
    kind: 'extension',
    own: extensions,
    others: buildpacks,
    known: knownOf(input, input.extensions),
  } as const
  return [
    {
      ...ofBuildpacks,
      isSystem: false,
      problems: gather((add) => resolveOrder(config.order ?? [], buildpacks, ['order'], add)),
    },
    {
      ...ofExtensions,
      isSystem: false,
      problems: gather((add) => resolveOrder(config.orderExtensions ?? [], extensions, ['order-extensions'], add)),
    },
    { ...ofBuildpacks, isSystem: true, problems: gather((add) => resolveSystem(config.system, buildpacks, add)) },
  ]
})

function gather(resolve: (add: (problem: RefProblem) => void) => unknown): RefProblem[] {
  const problems: RefProblem[] = []
  resolve((problem) => problems.push(problem))
  return problems
}

/** A reference to nothing: pack makes no builder, and the lifecycle ends before it detects anything. */
const UNRESOLVED: RefusedBy = { pack: 'builder create', lifecycle: 'detect, exit 1' }

/** A rule about references of one sort that stand for no version. */
function refRule(options: {
  readonly id: string
  readonly summary: string
  readonly reference: string
  readonly refusedBy?: RefusedBy
  readonly applies: (check: RefCheck, problem: RefProblem) => boolean
  readonly find: (problem: RefProblem, check: RefCheck, group: string) => Omit<Finding, 'place'>
  readonly key: 'id' | 'version'
  /** What is left to be said by whoever reads the base: what it brings mends some references, and spoils others. */
  readonly isSpoiltByBase?: boolean
}): Rule {
  const { id, summary, reference, refusedBy = UNRESOLVED, applies, find, key, isSpoiltByBase = false } = options
  return rule({
    id,
    severity: 'error',
    summary,
    reference,
    refusedBy,
    needs: ['config', 'locate', 'buildpacks', 'extensions'],
    whole: [...(isSpoiltByBase ? (['base'] as const) : []), 'buildpacks', 'extensions'],
    check(input, report) {
      for (const check of refChecks(input)) {
        for (const problem of check.problems.filter((one) => applies(check, one))) {
          const finding = find(problem, check, groupName(problem.path))
          const said = problem.kind === 'ambiguous' ? finding : saidWhen(check.known, finding)
          report({ ...said, place: input.locate([...problem.path, key]) })
        }
      }
    },
  })
}

/** `group 2 of order`, `system.pre`: counted from 1, for people. */
function groupName(path: KeyPath): string {
  return path[0] === 'system' ? `system.${path[1]}` : `group ${Number(path[1]) + 1} of ${path[0]}`
}

const isNamedAsOther = (check: RefCheck, { kind, ref }: RefProblem): boolean =>
  kind === 'unknown-id' && check.others.has(ref.id)

const isUnknown = (check: RefCheck, problem: RefProblem): boolean =>
  check.known !== 'some' && problem.kind === 'unknown-id' && !isNamedAsOther(check, problem)

function unknownId({ ref }: RefProblem, { kind, own }: RefCheck, group: string): Omit<Finding, 'place'> {
  return {
    message: `${group} wants ${kind} ${ref.id === '' ? 'without an id' : ref.id}, but it is not on the builder`,
    value: ref.id,
    fix: fixOfReference(ref, own, `add a [[${kind}s]] entry for it`),
  }
}

function unknownVersion({ ref, available }: RefProblem, { kind }: RefCheck, group: string): Omit<Finding, 'place'> {
  const only = available.length === 1 ? 'only ' : ''
  return {
    message: `${group} wants ${kind} ${ref.id}@${ref.version}, but ${only}${available.join(', ')} is present`,
    value: ref.version,
    fix: `change the version to one of those, or leave it out when there is one only`,
  }
}

function ambiguous({ ref, available }: RefProblem, { kind }: RefCheck, group: string): Omit<Finding, 'place'> {
  return {
    message: `${group} wants ${kind} ${ref.id} without a version, but ${available.join(' and ')} are present`,
    value: ref.id,
    fix: 'add the version that is meant',
  }
}

const refUnknown = refRule({
  id: 'order-ref-unknown',
  summary: 'an order names a module that is not on the builder',
  reference: ORDER,
  applies: (check, problem) => !check.isSystem && isUnknown(check, problem),
  find: unknownId,
  key: 'id',
})

const refVersionUnknown = refRule({
  id: 'order-ref-version-unknown',
  summary: 'an order names a version that is not on the builder',
  reference: ORDER,
  applies: (check, { kind }) => !check.isSystem && check.known !== 'some' && kind === 'unknown-version',
  find: unknownVersion,
  key: 'version',
})

const refAmbiguous = refRule({
  id: 'order-ref-ambiguous',
  summary: 'an order names no version, and several are on the builder',
  reference: ORDER,
  refusedBy: { pack: 'builder create' },
  applies: (check, { kind }) => !check.isSystem && kind === 'ambiguous',
  find: ambiguous,
  key: 'id',
  isSpoiltByBase: true,
})

const systemRefUnknown = refRule({
  id: 'system-ref-unknown',
  summary: 'a system buildpack is not on the builder',
  reference: SYSTEM_TOML,
  applies: (check, problem) => check.isSystem && isUnknown(check, problem),
  find: unknownId,
  key: 'id',
})

const systemRefVersionUnknown = refRule({
  id: 'system-ref-version-unknown',
  summary: 'a system buildpack is named in a version that is not on the builder',
  reference: SYSTEM_TOML,
  applies: (check, { kind }) => check.isSystem && check.known !== 'some' && kind === 'unknown-version',
  find: unknownVersion,
  key: 'version',
})

const systemRefAmbiguous = refRule({
  id: 'system-ref-ambiguous',
  summary: 'a system buildpack is named without a version, and several are on the builder',
  reference: SYSTEM_TOML,
  refusedBy: { pack: 'builder create' },
  applies: (check, { kind }) => check.isSystem && kind === 'ambiguous',
  find: ambiguous,
  key: 'id',
  isSpoiltByBase: true,
})

const extensionInOrder = refRule({
  id: 'order-extension-in-order',
  summary: 'an extension stands where only buildpacks can',
  reference: ORDER_TOML,
  applies: (check, problem) => check.known !== 'some' && check.kind === 'buildpack' && isNamedAsOther(check, problem),
  find: ({ ref }, _check, group) => ({
    message: `${group} wants buildpack ${ref.id}, which is an extension`,
    value: ref.id,
    fix: 'name it in a group of [[order-extensions]]',
  }),
  key: 'id',
})

const buildpackInExtensions = refRule({
  id: 'order-buildpack-in-extensions',
  summary: 'a buildpack stands where only extensions can',
  reference: ORDER_TOML,
  applies: (check, problem) => check.known !== 'some' && check.kind === 'extension' && isNamedAsOther(check, problem),
  find: ({ ref }, _check, group) => ({
    message: `${group} wants extension ${ref.id}, which is a buildpack`,
    value: ref.id,
    fix: 'name it in a group of [[order]]',
  }),
  key: 'id',
})

/** References of orders and of `[system]` that stand for no version. */
export const ORDER_REF_RULES: readonly Rule[] = [
  refUnknown,
  refVersionUnknown,
  refAmbiguous,
  extensionInOrder,
  buildpackInExtensions,
  systemRefUnknown,
  systemRefVersionUnknown,
  systemRefAmbiguous,
]
