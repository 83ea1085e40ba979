import type { BuilderPlanResult } from '../../operations/builder-result.js'
import { printOrders } from './orders.js'
import { counted, printable } from './text.js'

/** The plan of a builder, for people: what it stands on, its layers from the bottom up, its orders. */
export function printPlan(plan: BuilderPlanResult): string {
  const lines = [`plan of ${plan.name}`]
  for (const place of plan.places) lines.push(`  to ${place}`)
  for (const { reference, place } of plan.replaced) lines.push(`  ${reference} is read from ${place}`)
  for (const { platform, base, layers } of plan.platforms) {
    lines.push('', platform, `  on ${base.reference} ${base.digest} (${counted(base.layers, 'layer')})`)
    for (const { role, title, modules, from } of layers) {
      lines.push(`  + ${title}${from.length > 0 ? `  from ${from.join(', ')}` : ''}`)
      if (role === 'flattened') for (const module of modules) lines.push(`      ${module}`)
    }
  }
  return [...lines, ...printOrders(plan.order)].map(printable).join('\n')
}
