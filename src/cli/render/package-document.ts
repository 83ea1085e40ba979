import type {
  InspectedEntry,
  InspectedOrder,
  InspectedPackage,
  Inspection,
  ModuleInPackage,
  Side,
} from '../../operations/inspected.js'
import { unlessNone, type DocumentObject } from './document.js'

/** A package for machines. pack has no such output of packages; the names of the keys are those of its output of builders. */
export function packageDocument(
  { name, remote, local }: Inspection<InspectedPackage>,
  kind: 'buildpack' | 'extension',
): DocumentObject {
  const side = (found: Side<InspectedPackage>): DocumentObject | null =>
    found.kind === 'found' ? packageObject(found.value, kind) : null
  return { [`${kind}_name`]: name, remote_info: side(remote), local_info: side(local) }
}

function packageObject(found: InspectedPackage, kind: 'buildpack' | 'extension'): DocumentObject {
  const { main, stacks, modules, order } = found
  const common = { id: main.id, version: main.version, [`${kind}s`]: modules.map(moduleObject) }
  if (kind === 'extension') return common
  return {
    ...common,
    stacks: unlessNone(stacks.map(({ id, mixins }) => ({ id, mixins: unlessNone(mixins) }))),
    detection_order: unlessNone(orderObjects(order)),
  }
}

function moduleObject({ id, name, version, homepage, api, targets, diffId }: ModuleInPackage): DocumentObject {
  return {
    id,
    name: name || undefined,
    version,
    homepage: homepage || undefined,
    api,
    targets: unlessNone(targets),
    layer_diff_id: diffId,
  }
}

function orderObjects(order: InspectedOrder): readonly DocumentObject[] {
  return order.map((group) => ({ buildpacks: unlessNone(group.map(entryObject)) }))
}

function entryObject({ id, version, optional, isCyclic, groups }: InspectedEntry): DocumentObject {
  return {
    id,
    version: version || undefined,
    optional: optional || undefined,
    cyclic: isCyclic || undefined,
    order: unlessNone(orderObjects(groups)),
  }
}
