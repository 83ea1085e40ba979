import type { Key, Schema, TableSchema } from './schema.js'

/** A JSON Schema as data, keys in the order in which they are printed. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What a schema is called, and how strict it is. */
export interface JsonSchemaOptions {
  readonly title: string
  readonly about: string
  /** Whether a key that is not in the schema is an error. */
  readonly isClosed: boolean
}

/**
 * The draft that both Taplo and Even Better TOML read. They support no more than draft 4, so only keywords that mean the same in
 * both are written: no `const`, no `if`, no schema that is `true` or `false`.
 */
const DRAFT = 'http://json-schema.org/draft-07/schema#'

/** A schema that nothing fits. `false` is none in draft 4. */
const NOTHING = { not: {} } as const

/** Where Taplo shows a key to nobody who looks for one. */
const HIDDEN = { 'x-taplo': { hidden: true } } as const

/**
 * `schema` as a JSON Schema, for editors. It says the spelling of the keys: that other readers also take them in other case is
 * nothing that an editor should propose.
 */
export function jsonSchemaOf(schema: TableSchema, { title, about, isClosed }: JsonSchemaOptions): JsonSchema {
  return { $schema: DRAFT, title, description: sentence(about), ...tableOf(schema, isClosed) }
}

function schemaOf(schema: Schema, isClosed: boolean): JsonSchema {
  switch (schema.kind) {
    case 'string':
      return { type: 'string', ...(schema.oneOf && { enum: schema.oneOf }) }
    case 'boolean':
      return { type: 'boolean' }
    case 'scalar':
      // A number is read too, and warned about: 0.10 is 0.1.
      return { type: 'string', ...(schema.pattern && { pattern: schema.pattern.source }) }
    case 'list':
      return { type: 'array', items: schemaOf(schema.of, isClosed) }
    case 'table':
      return tableOf(schema, isClosed)
    case 'map':
      return { type: 'object', additionalProperties: { type: 'string' } }
    case 'any':
      return {}
  }
}

function tableOf({ keys, retired = new Map() }: TableSchema, isClosed: boolean): JsonSchema {
  const known = Object.entries(keys).map(([name, key]) => [name, keyOf(key, isClosed)])
  const refused = [...retired].map(([name, fix]) => [
    name,
    { description: `Read by no tool: ${fix}.`, ...NOTHING, ...HIDDEN },
  ])
  return {
    type: 'object',
    properties: Object.fromEntries([...known, ...refused]),
    ...(isClosed && { additionalProperties: false }),
  }
}

function keyOf({ schema, about, deprecated }: Key, isClosed: boolean): JsonSchema {
  const sentences = [about, ...(deprecated === undefined ? [] : [`deprecated: ${deprecated}`])]
  return {
    description: sentences.map(sentence).join(' '),
    // Of a later draft, and read by editors nonetheless.
    ...(deprecated !== undefined && { deprecated: true }),
    ...schemaOf(schema, isClosed),
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
