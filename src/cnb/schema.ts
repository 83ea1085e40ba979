/**
 * What a descriptor file may say, as data. `decode` reads files by it, and whatever else must know the keys (a JSON Schema,
 * the documentation) is made from it.
 */
export type Schema = StringSchema | BooleanSchema | ScalarSchema | ListSchema | TableSchema | MapSchema | AnySchema

interface StringSchema {
  readonly kind: 'string'
  /** What it can be, where something else looks at that: decoding takes every string. */
  readonly oneOf?: readonly string[]
  /** Whether a date without quotes is taken too, as its text. */
  readonly isDay?: boolean
}

interface BooleanSchema {
  readonly kind: 'boolean'
}

/** A string that pack also reads from a number, such as an API version. */
interface ScalarSchema {
  readonly kind: 'scalar'
  /** What its text must match, where something else looks at that: decoding takes every text. */
  readonly pattern?: RegExp
}

interface ListSchema {
  readonly kind: 'list'
  readonly of: Schema
}

/** A table with these keys and no others. */
export interface TableSchema {
  readonly kind: 'table'
  readonly keys: Readonly<Record<string, Key>>
  /** Keys of older drafts that nobody reads any more, with what to write instead. */
  readonly retired?: ReadonlyMap<string, string>
}

/** A table whose keys the author chooses, all with a string. */
interface MapSchema {
  readonly kind: 'map'
}

/** Free for authors: neither read nor checked. */
interface AnySchema {
  readonly kind: 'any'
}

/** A key of a table. */
export interface Key {
  readonly schema: Schema
  /** One sentence for people. */
  readonly about: string
  /** What to write instead. */
  readonly deprecated?: string
  /** What is said when the value has the wrong type, where the usual sentence would not help. */
  readonly wrongType?: { readonly rule: string; readonly fix: string }
}

/** The value that a file gives a `ScalarSchema`. */
export interface Scalar {
  readonly kind: 'string' | 'integer' | 'float' | 'boolean'
  /** The string, or the number as the file spells it. */
  readonly text: string
}

/** What `decode` makes of a schema: a key that the file leaves out is undefined. */
export type Decoded<S extends Schema> = S extends StringSchema
  ? string
  : S extends BooleanSchema
    ? boolean
    : S extends ScalarSchema
      ? Scalar
      : S extends MapSchema
        ? ReadonlyMap<string, string>
        : S extends { readonly kind: 'list'; readonly of: infer Item extends Schema }
          ? readonly Decoded<Item>[]
          : S extends { readonly kind: 'table'; readonly keys: infer Keys extends Record<string, Key> }
            ? { readonly [Name in keyof Keys]: Decoded<Keys[Name]['schema']> | undefined }
            : unknown

/** A string. */
export const STRING = { kind: 'string' } as const
/** A day, in quotes or as a date of TOML. */
export const DAY = { kind: 'string', isDay: true } as const
/** True or false. */
export const BOOLEAN = { kind: 'boolean' } as const
/** A string that may be written as a number. */
export const SCALAR = { kind: 'scalar' } as const
/** A table from names to strings. */
export const STRING_MAP = { kind: 'map' } as const
/** Whatever the author likes. */
export const ANY = { kind: 'any' } as const
/** An array of strings. */
export const STRINGS = { kind: 'list', of: STRING } as const

/** A table with these keys and no others. */
export function table<const Keys extends Record<string, Key>>(
  keys: Keys,
  retired: ReadonlyMap<string, string> = new Map(),
): { readonly kind: 'table'; readonly keys: Keys; readonly retired: ReadonlyMap<string, string> } {
  return { kind: 'table', keys, retired }
}

/** An array of tables with these keys and no others. */
export function tables<const Keys extends Record<string, Key>>(
  keys: Keys,
  retired: ReadonlyMap<string, string> = new Map(),
): { readonly kind: 'list'; readonly of: ReturnType<typeof table<Keys>> } {
  return { kind: 'list', of: table(keys, retired) }
}
