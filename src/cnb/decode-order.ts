import type { Decoded } from './schema.js'
import type { MODULE_INFO, ORDER, REFS, TARGETS } from './module-schema.js'
import type { ModuleInfo } from './module.js'
import type { ModuleRef, Order } from './order.js'
import type { Target } from './target.js'

type DecodedInfo = Decoded<{ readonly kind: 'table'; readonly keys: typeof MODULE_INFO }>

/** The parts of a module's self-description, absent ones empty. */
export function moduleInfoOf(info: DecodedInfo | undefined): ModuleInfo {
  return {
    id: info?.id ?? '',
    name: info?.name ?? '',
    version: info?.version ?? '',
    description: info?.description ?? '',
    homepage: info?.homepage ?? '',
    keywords: info?.keywords ?? [],
    execEnv: info?.['exec-env'] ?? [],
    licenses: info?.licenses?.map(({ type = '', uri = '' }) => ({ type, uri })) ?? [],
    clearEnv: info?.['clear-env'] ?? false,
  }
}

/** An order as the file has it; a group without a `group` key stays apart from an empty one. */
export function orderOf(order: Decoded<typeof ORDER> | undefined): Order {
  return order?.map(({ group }) => ({ refs: group && refsOf(group) })) ?? []
}

/** References in the order of the file. */
export function refsOf(refs: Decoded<typeof REFS> | undefined): readonly ModuleRef[] {
  return refs?.map((ref) => ({ ...moduleInfoOf(ref), optional: ref.optional ?? false })) ?? []
}

/** Targets in the order of the file, absent parts empty. */
export function targetsOf(targets: Decoded<typeof TARGETS> | undefined): readonly Target[] {
  return (
    targets?.map(({ os = '', arch = '', variant = '', distros = [] }) => ({
      os,
      arch,
      variant,
      distros: distros.map(({ name = '', version = '' }) => ({ name, version })),
    })) ?? []
  )
}
