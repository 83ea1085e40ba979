import type { Key, Schema, TableSchema } from '../cnb/schema.js'
import { type TomlEntry, type TomlTable, foldKey } from '../toml/document.js'

/** A key of a file, with what is said of the table that it is in. */
interface WrittenKey {
  readonly table: TomlTable
  readonly schema: TableSchema
  readonly spelling: string
  readonly entry: TomlEntry
  /** undefined when the schema has no such key. */
  readonly key: Key | undefined
}

/** Every key of a table and of the tables in it, as far as `schema` goes. */
export function* writtenKeys(schema: TableSchema, table: TomlTable): Generator<WrittenKey> {
  const keys = new Map(Object.entries(schema.keys).map(([name, key]) => [foldKey(name), key]))
  for (const [spelling, entry] of table.entries) {
    const key = keys.get(foldKey(spelling))
    yield { table, schema, spelling, entry, key }
    if (key !== undefined) yield* keysBelow(key.schema, entry)
  }
}

function* keysBelow(schema: Schema, { node }: Pick<TomlEntry, 'node'>): Generator<WrittenKey> {
  if (schema.kind === 'table' && node.kind === 'table') yield* writtenKeys(schema, node)
  if (schema.kind === 'list' && node.kind === 'array')
    for (const item of node.items) yield* keysBelow(schema.of, { node: item })
}
