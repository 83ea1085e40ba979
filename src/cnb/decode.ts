import type { Diagnostic, Report } from '../errors.js'
import {
  type KeyPath,
  type TomlDocument,
  type TomlEntry,
  type TomlNode,
  type TomlTable,
  foldKey,
} from '../toml/document.js'
import { nearest } from '../nearest.js'
import { type Decoded, type Key, type Scalar, type Schema, STRING, type TableSchema } from './schema.js'

/** How a file's reader takes keys that it does not know. */
export interface UnknownKeys {
  readonly rule: string
  readonly severity: Diagnostic['severity']
}

interface Context {
  readonly document: TomlDocument
  readonly report: Report
  /** undefined when the readers of the file ignore such keys without a word. */
  readonly unknown: UnknownKeys | undefined
}

/**
 * What `document` says, by `schema`. Keys match exactly or else in other case, as in pack. Every problem goes to `report`
 * with its place, and the value is then taken for absent (in a list: for empty), so that one run shows all problems.
 *
 * @throws never
 */
export function decode<S extends TableSchema>(
  schema: S,
  document: TomlDocument,
  report: Report,
  unknown?: UnknownKeys,
): Decoded<S> {
  // The one place where the schema's type and the schema's data are taken to agree: decodeTable makes what they describe.
  return decodeTable(schema, document.root, [], { document, report, unknown }) as Decoded<S>
}

function decodeTable(schema: TableSchema, table: TomlTable, path: KeyPath, context: Context): object {
  const found = matchKeys(schema, table, path, context)
  return Object.fromEntries(
    Object.entries(schema.keys).map(([name, key]) => {
      const entry = found.get(name)
      return [name, entry && decodeEntry(key, entry, [...path, name], context)]
    }),
  )
}

/** The entries of `table` by the schema's name for them. */
function matchKeys(
  schema: TableSchema,
  table: TomlTable,
  path: KeyPath,
  context: Context,
): ReadonlyMap<string, TomlEntry> {
  const names = new Map(Object.keys(schema.keys).map((name) => [foldKey(name), name]))
  const found = new Map<string, TomlEntry & { readonly spelling: string }>()
  for (const [spelling, entry] of table.entries) {
    const name = names.get(foldKey(spelling))
    if (name === undefined) {
      reportUnknown(schema, spelling, entry, path, context)
      continue
    }
    const first = found.get(name)
    if (first === undefined) found.set(name, { ...entry, spelling })
    else reportTwoSpellings(first, spelling, entry, path, context)
  }
  return found
}

function decodeEntry(key: Key, entry: TomlEntry, path: KeyPath, context: Context): unknown {
  if (key.deprecated !== undefined) {
    context.report({
      rule: 'toml-deprecated-key',
      severity: 'warning',
      message: `${printKeyPath(path)} is deprecated`,
      place: context.document.placeAt(entry.keyStart),
      fix: key.deprecated,
    })
  }
  return decodeNode(key.schema, entry.node, path, context, key)
}

function decodeNode(schema: Schema, node: TomlNode, path: KeyPath, context: Context, key: Key): unknown {
  switch (schema.kind) {
    case 'any':
      return node
    case 'string':
      if (node.kind === 'string') return node.value
      if (schema.isDay === true && node.kind === 'local-date') return node.text
      break
    case 'boolean':
      if (node.kind === 'boolean') return node.value
      break
    case 'scalar': {
      const scalar = scalarOf(node)
      if (scalar !== undefined) return scalar
      break
    }
    case 'list':
      if (node.kind !== 'array') break
      return node.items
        .map((item, i) => decodeNode(schema.of, item, [...path, i], context, key) ?? emptyOf(schema.of))
        .filter((item) => item !== undefined)
    case 'table':
      if (node.kind === 'table') return decodeTable(schema, node, path, context)
      break
    case 'map':
      if (node.kind === 'table') return decodeMap(node, path, context, key)
      break
  }
  reportWrongType(schema, node, path, context, key)
  return undefined
}

function decodeMap(table: TomlTable, path: KeyPath, context: Context, key: Key): ReadonlyMap<string, string> {
  const map = new Map<string, string>()
  for (const [name, { node }] of table.entries) {
    if (node.kind === 'string') map.set(name, node.value)
    else reportWrongType(STRING, node, [...path, name], context, key)
  }
  return map
}

function scalarOf(node: TomlNode): Scalar | undefined {
  if (node.kind === 'string') return { kind: node.kind, text: node.value }
  if (node.kind === 'integer' || node.kind === 'float' || node.kind === 'boolean') {
    return { kind: node.kind, text: node.text.replaceAll('_', '') }
  }
  return undefined
}

/** What stands for an item of the wrong type, so that the items after it keep their positions; a scalar has none. */
function emptyOf(schema: Schema): unknown {
  if (schema.kind === 'table') return Object.fromEntries(Object.keys(schema.keys).map((name) => [name, undefined]))
  return schema.kind === 'string' ? '' : undefined
}

function reportUnknown(
  schema: TableSchema,
  spelling: string,
  { keyStart }: TomlEntry,
  path: KeyPath,
  { document, report, unknown }: Context,
): void {
  if (unknown === undefined) return
  const known = Object.keys(schema.keys)
  const retired = schema.retired?.get(foldKey(spelling))
  const suggestion = nearest(spelling, known)
  report({
    ...unknown,
    rule: retired === undefined ? unknown.rule : 'toml-legacy-target-keys',
    message: `unknown key ${printKeyPath([...path, spelling])}`,
    place: document.placeAt(keyStart),
    value: spelling,
    fix: retired ?? (suggestion === undefined ? `known here: ${known.join(', ')}` : `did you mean ${suggestion}?`),
  })
}

function reportTwoSpellings(
  first: { readonly spelling: string; readonly keyStart: number },
  spelling: string,
  { keyStart }: TomlEntry,
  path: KeyPath,
  { document, report }: Context,
): void {
  const { line } = document.placeAt(first.keyStart)
  report({
    rule: 'toml-key-case',
    severity: 'error',
    message: `${printKeyPath([...path, spelling])} is the same key as ${first.spelling} in line ${line}`,
    place: document.placeAt(keyStart),
    value: spelling,
    notes: ['pack takes one of the two at random'],
    fix: 'keep one of the two',
  })
}

function reportWrongType(schema: Schema, node: TomlNode, path: KeyPath, { document, report }: Context, key: Key): void {
  const text = 'text' in node ? node.text : undefined
  report({
    rule: key.wrongType?.rule ?? 'toml-wrong-type',
    severity: 'error',
    message: `${printKeyPath(path)}: expected ${nameOfSchema(schema)}, got ${NODE_NAMES[node.kind]}`,
    place: document.placeAt(node.start),
    value: text,
    fix: key.wrongType?.fix ?? fixOfType(schema, node, path, text),
  })
}

/** Characters of a number or date that are worth repeating in a fix. */
const QUOTABLE = 60

function fixOfType(schema: Schema, node: TomlNode, path: KeyPath, text: string | undefined): string {
  const last = String(path.at(-1))
  if (schema.kind === 'string' && text !== undefined && text.length <= QUOTABLE) return `quote it: "${text}"`
  if (schema.kind === 'boolean' && node.kind === 'string') return 'write true or false without quotes'
  if (schema.kind === 'list' && schema.of.kind === 'table' && node.kind === 'table') return `write [[${last}]]`
  if (schema.kind === 'list') return 'put it in brackets'
  if ((schema.kind === 'table' || schema.kind === 'map') && node.kind === 'array') return `write [${last}] once`
  return `write ${withArticle(nameOfSchema(schema))} here`
}

function withArticle(name: string): string {
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`
}

const NODE_NAMES: Readonly<Record<TomlNode['kind'], string>> = {
  string: 'string',
  integer: 'integer',
  float: 'float',
  boolean: 'boolean',
  'offset-date-time': 'date',
  'local-date-time': 'date',
  'local-date': 'date',
  'local-time': 'time',
  array: 'array',
  table: 'table',
}

/** What a value is called that `schema` describes. */
export function nameOfSchema(schema: Schema): string {
  if (schema.kind === 'list') return schema.of.kind === 'table' ? 'array of tables' : `array of ${schema.of.kind}s`
  if (schema.kind === 'map') return 'table'
  return schema.kind === 'scalar' ? 'string' : schema.kind
}

/** `buildpacks[3].uri`; keys that are not bare are quoted. */
export function printKeyPath(path: KeyPath): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`
      const key = /^[A-Za-z0-9_-]+$/.test(step) ? step : JSON.stringify(step)
      return i === 0 ? key : `.${key}`
    })
    .join('')
}
