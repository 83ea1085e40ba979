import type { KeyPath, TomlDocument, TomlTable } from '../toml/document.js'

/** The references in the groups of an order. */
export function groupRefs(document: TomlDocument, order: 'order' | 'order-extensions'): readonly TomlTable[] {
  return tablesAt(document, [order]).flatMap((_, i) => tablesAt(document, [order, i, 'group']))
}

/** The references to buildpacks that every group gets. */
export function systemRefs(document: TomlDocument): readonly TomlTable[] {
  return ['pre', 'post'].flatMap((when) => tablesAt(document, ['system', when, 'buildpacks']))
}

/** The tables of the array at `path`. */
export function tablesAt(document: TomlDocument, path: KeyPath): readonly TomlTable[] {
  const node = document.valueAt(path)
  return node?.kind === 'array' ? node.items.filter((item) => item.kind === 'table') : []
}
