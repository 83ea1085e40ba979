import type { RefResult, OrdersResult } from '../../operations/builder-result.js'

/** The resolved orders as indented lines, one ref a line; parts that say nothing are left out. */
export function printOrders(orders: OrdersResult): string[] {
  return [
    ...groups('order', orders.order),
    ...groups('order of extensions', orders.orderExtensions),
    ...refs('before every group', orders.system.pre),
    ...refs('after every group', orders.system.post),
  ]
}

function groups(title: string, order: readonly (readonly RefResult[])[]): string[] {
  return order.flatMap((group, i) => refs(`${title}, group ${i + 1} of ${order.length}`, group))
}

function refs(title: string, group: readonly RefResult[]): string[] {
  if (group.length === 0) return []
  return ['', title, ...group.map(({ id, version, optional }) => `  ${id}@${version}${optional ? ' (optional)' : ''}`)]
}
