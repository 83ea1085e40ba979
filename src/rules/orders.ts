import type { Order } from '../cnb/order.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import type { KeyPath } from '../toml/document.js'
import { groupName } from './order-refs.js'
import { rule, type ReportFinding, type Rule } from './rule.js'

const ORDER_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#ordertoml-toml'
const SYSTEM_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml'

const orderEmpty = rule({
  id: 'order-empty',
  severity: 'warning',
  summary: 'a builder has no order, so detection cannot find anything',
  reference: ORDER_TOML,
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

function eachOrder(config: BuilderFacts['config'], visit: (order: Order, path: KeyPath) => void): void {
  visit(config.order ?? [], ['order'])
  visit(config.orderExtensions ?? [], ['order-extensions'])
}

const groupEmpty = rule({
  id: 'order-group-empty',
  severity: 'warning',
  summary: 'a group has no members',
  reference: ORDER_TOML,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    eachOrder(config, (order, path) => {
      order.forEach(({ refs = [] }, index) => {
        if (refs.length > 0) return
        report({
          message: `${groupName([...path, index])} has no members, so it never passes detection`,
          place: locate([...path, index]),
          fix: 'add a member, or remove the group',
        })
      })
    })
  },
})

const duplicateMember = rule({
  id: 'order-duplicate-member',
  severity: 'warning',
  summary: 'a group names one id twice, and the lifecycle drops the second',
  reference: ORDER_TOML,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    eachOrder(config, (order, path) => {
      order.forEach(({ refs = [] }, group) =>
        reportRepeated(
          refs.map(({ id }) => id),
          [...path, group],
          locate,
          report,
        ),
      )
    })
  },
})

function reportRepeated(
  ids: readonly string[],
  path: KeyPath,
  locate: BuilderFacts['locate'],
  report: ReportFinding,
): void {
  ids.forEach((id, index) => {
    const earlier = ids.indexOf(id)
    if (earlier === index) return
    report({
      message: `${groupName(path)} names ${id} twice, as members ${earlier + 1} and ${index + 1}; the second is never run`,
      place: locate([...path, 'group', index, 'id']),
      value: id,
      fix: 'remove one of them',
    })
  })
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
