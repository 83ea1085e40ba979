import { DESCRIPTOR_FILES, type DescriptorKind } from '../cnb/descriptor-files.js'
import type { Schema, TableSchema } from '../cnb/schema.js'
import { type TomlNode, type TomlTable, entryOf } from '../toml/document.js'
import { renameKey } from './edits.js'
import type { Fix, Fixer } from './fix.js'
import { writtenKeys } from './walk.js'

const RULES: Readonly<Record<DescriptorKind, string>> = {
  builder: 'toml-unknown-key-builder',
  package: 'toml-unknown-key-package',
  buildpack: 'toml-unknown-key-descriptor',
  extension: 'toml-unknown-key-descriptor',
}

/**
 * `[[dependency]]` becomes `[[dependencies]]`: a key that differs from the one that there is in nothing but its number or
 * `_` for `-`, and whose value is what that one takes. Slips of the pen are left to their author.
 */
export const MISSPELLED_KEYS: Fixer = {
  rules: [...new Set(Object.values(RULES))],
  kinds: ['builder', 'package', 'buildpack', 'extension'],
  keepsMeaning: false,
  fixes({ document, layout, kind }) {
    const fixes: Fix[] = []
    for (const { table, schema, spelling, entry, key } of writtenKeys(DESCRIPTOR_FILES[kind].schema, document.root)) {
      const meant = key === undefined ? meantKey(spelling, entry.node, { table, schema }) : undefined
      if (meant === undefined) continue
      fixes.push({
        rule: RULES[kind],
        about: `${spelling} becomes ${meant}`,
        place: document.placeAt(entry.keyStart),
        edits: renameKey(layout, entry, meant),
      })
    }
    return fixes
  },
}

function meantKey(
  spelling: string,
  node: TomlNode,
  { table, schema }: { readonly table: TomlTable; readonly schema: TableSchema },
): string | undefined {
  const [meant, ...others] = Object.keys(schema.keys).filter((name) => singular(name) === singular(spelling))
  const key = meant === undefined ? undefined : schema.keys[meant]
  if (meant === undefined || key === undefined || others.length > 0 || !takes(key.schema, node)) return undefined
  const rivals = [...table.entries.keys()].filter((name) => singular(name) === singular(spelling))
  return rivals.length === 1 && entryOf(table, meant) === undefined ? meant : undefined
}

function singular(key: string): string {
  const folded = key.toLowerCase().replaceAll('_', '-')
  return folded.replace(/ies$/, 'y').replace(/s$/, '')
}

/** Whether a value is of the kind that a key takes. What is in it is looked at when the fix was made. */
function takes(schema: Schema, node: TomlNode): boolean {
  if (schema.kind === 'list') return node.kind === 'array' && node.items.every((item) => takes(schema.of, item))
  if (schema.kind === 'map') return node.kind === 'table'
  return schema.kind === 'any' || schema.kind === 'scalar' ? node.kind === 'string' : schema.kind === node.kind
}
