import type { BuilderPlanResult } from '../../operations/builder-result.js'
import type { PlatformPlan, Replaced } from '../../operations/image-result.js'
import type { PackagePlanResult } from '../../operations/package-result.js'
import { printOrders } from './orders.js'
import { counted, printable } from './text.js'

/** The plan of a builder, for people: what it stands on, its layers from the bottom up, its orders. */
export function printPlan(plan: BuilderPlanResult): string {
  const platforms = plan.platforms.flatMap(({ platform, base, layers }) => [
    '',
    platform,
    `  on ${base.reference} ${base.digest} (${counted(base.layers, 'layer')})`,
    ...layerLines(layers),
  ])
  return [...headLines(plan), ...platforms, ...printOrders(plan.order)].map(printable).join('\n')
}

/** The plan of a package, for people: its layers, and the stacks that it is going to run on. */
export function printPackagePlan(plan: PackagePlanResult): string {
  const platforms = plan.platforms.flatMap(({ platform, layers }) => ['', platform, ...layerLines(layers)])
  const stacks = (plan.stacks ?? []).map(({ id, mixins }) => `  ${[id, ...mixins].join(' ')}`)
  const lines = stacks.length === 0 ? [] : ['', 'stacks', ...stacks]
  return [...headLines(plan), ...platforms, ...lines].map(printable).join('\n')
}

interface Head {
  readonly name: string
  readonly places: readonly string[]
  readonly replaced: readonly Replaced[]
}

function headLines({ name, places, replaced }: Head): string[] {
  return [
    `plan of ${name}`,
    ...places.map((place) => `  to ${place}`),
    ...replaced.map(({ reference, place }) => `  ${reference} is read from ${place}`),
  ]
}

function layerLines(layers: PlatformPlan['layers']): string[] {
  return layers.flatMap(({ role, title, modules, from }) => [
    `  + ${title}${from.length > 0 ? `  from ${from.join(', ')}` : ''}`,
    ...(role === 'flattened' ? modules.map((module) => `      ${module}`) : []),
  ])
}
