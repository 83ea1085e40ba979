import type { Order } from '../cnb/order.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import type { ModulesInput } from '../plan/modules-input.js'
import type { KeyPath, Locate } from '../toml/document.js'
import { listedBuildpacks } from './listed-modules.js'
import { moduleRule, rule, type ReportFinding, type Rule } from './rule.js'

const ORDER_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#ordertoml-toml'
const SYSTEM_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml'

const orderEmpty = rule({
  id: 'order-empty',
  severity: 'warning',
  summary: 'a builder has no order, so detection cannot find anything',
  reference: ORDER_TOML,
  refusedBy: { lifecycle: 'detect, exit 20' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    if (config.order !== undefined && config.order.length > 0) return
    report({
      message: 'there is no order, so the builder will detect nothing',
      place: locate(['order']),
      fix: 'add an [[order]] with a group of buildpacks',
    })
  },
})

/** An order as somebody wrote it. */
interface WrittenOrder {
  /** What the order belongs to, after `of`; its path unless it is that of a composite. */
  readonly of: string
  readonly order: Order
  readonly path: KeyPath
  readonly locate: Locate
  readonly isComposite: boolean
}

function builderOrders({ config, locate }: Pick<BuilderFacts, 'config' | 'locate'>): WrittenOrder[] {
  const own = { locate, isComposite: false }
  return [
    { of: 'order', order: config.order ?? [], path: ['order'], ...own },
    { of: 'order-extensions', order: config.orderExtensions ?? [], path: ['order-extensions'], ...own },
  ]
}

/** Those of composites out of a package are left to whoever packages them. */
function compositeOrders(input: Pick<ModulesInput, 'buildpacks'>): WrittenOrder[] {
  return listedBuildpacks(input)
    .filter(({ module }) => !module.packaged)
    .map(({ name, module }) => {
      const { order } = module.descriptor
      return { of: name, order, path: ['order'], locate: module.locate, isComposite: true }
    })
}

const GROUP_EMPTY = {
  id: 'order-group-empty',
  severity: 'warning',
  summary: 'a group has no members: it never passes, or in a composite always',
  reference: ORDER_TOML,
  refusedBy: { lifecycle: 'detect, exit 20 when no other group passes' },
} as const

const groupEmpty = rule({
  ...GROUP_EMPTY,
  needs: ['config', 'locate', 'buildpacks'],
  check: (input, report) => reportEmptyGroups([...builderOrders(input), ...compositeOrders(input)], report),
})

const compositeGroupEmpty = moduleRule({
  ...GROUP_EMPTY,
  needs: ['buildpacks'],
  check: (input, report) => reportEmptyGroups(compositeOrders(input), report),
})

function reportEmptyGroups(orders: readonly WrittenOrder[], report: ReportFinding): void {
  for (const { of, order, path, locate, isComposite } of orders) {
    order.forEach(({ refs = [] }, index) => {
      if (refs.length > 0) return
      report({
        message: `group ${index + 1} of ${of} has no members, so it ${isComposite ? 'stands for nothing wherever the composite is named' : 'never passes detection'}`,
        place: locate([...path, index]),
        fix: 'add a member, or remove the group',
      })
    })
  }
}

const DUPLICATE_MEMBER = {
  id: 'order-duplicate-member',
  severity: 'warning',
  summary: 'a group names one id twice, and the lifecycle drops the second',
  reference: ORDER_TOML,
} as const

const duplicateMember = rule({
  ...DUPLICATE_MEMBER,
  needs: ['config', 'locate', 'buildpacks'],
  check: (input, report) => reportRepeated([...builderOrders(input), ...compositeOrders(input)], report),
})

const compositeDuplicateMember = moduleRule({
  ...DUPLICATE_MEMBER,
  needs: ['buildpacks'],
  check: (input, report) => reportRepeated(compositeOrders(input), report),
})

function reportRepeated(orders: readonly WrittenOrder[], report: ReportFinding): void {
  for (const { of, order, path, locate } of orders) {
    order.forEach(({ refs = [] }, group) => {
      const first = new Map<string, number>()
      refs.forEach(({ id }, index) => {
        const earlier = first.get(id)
        if (earlier === undefined) first.set(id, index)
        else {
          report({
            message: `group ${group + 1} of ${of} names ${id} twice, as members ${earlier + 1} and ${index + 1}; the second is never run`,
            place: locate([...path, group, 'group', index, 'id']),
            value: id,
            fix: 'remove one of them',
          })
        }
      })
    })
  }
}

const systemOptionalIgnored = rule({
  id: 'system-optional-ignored',
  severity: 'warning',
  summary: 'a system buildpack is optional, which the lifecycle does not read',
  reference: SYSTEM_TOML,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    for (const when of ['pre', 'post'] as const) {
      config.system[when].forEach(({ id, optional }, index) => {
        if (!optional) return
        report({
          message: `system.${when} calls ${id} optional, but the lifecycle treats every system buildpack as required`,
          place: locate(['system', when, 'buildpacks', index, 'optional']),
          value: 'true',
          fix: 'make sure that the detection of this buildpack always passes, or leave it out',
        })
      })
    }
  },
})

/** Orders and system buildpacks: what is odd about them. */
export const ORDER_RULES: readonly Rule[] = [orderEmpty, groupEmpty, duplicateMember, systemOptionalIgnored]

/** Orders of composites. */
export const COMPOSITE_ORDER_RULES: readonly Rule<ModulesInput>[] = [compositeGroupEmpty, compositeDuplicateMember]
