import { encodeUtf8 } from '../bytes.js'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import type { KeyPath, TomlDocument, TomlEntry, TomlTable } from '../toml/document.js'
import { type TextEdit, applyEdits, indentAt, lineEnd, lineStart, newlineOf } from '../toml/edit.js'
import { printToml, printTomlPair, printTomlValue, type PrintableTable, type PrintableValue } from '../toml/encode.js'
import { type Statement, TomlLayout } from '../toml/layout.js'
import { parseToml } from '../toml/parse.js'
import { removeStatements, statementsOf } from './edits.js'
import { addInlineKey, insertInline, removeInline, removeOneKey } from './inline-edits.js'
import { changesBetween, isList, type PrintableItem, type ValueChange } from './value-changes.js'

/**
 * `document` with other values: it says `after` where it said `before`. Whatever both say stays as it is written, and so do
 * comments, and keys that neither of them has. Tables are those of the root, or items of its lists.
 *
 * @throws CnbError E_USAGE when the limits do not allow what comes of it
 */
export function changeValues(
  document: TomlDocument,
  { before, after }: { readonly before: PrintableTable; readonly after: PrintableTable },
  limits: Limits,
): TomlDocument {
  return changesBetween(before, after).reduce((changed, change) => changedBy(changed, change, limits), document)
}

function changedBy(document: TomlDocument, change: ValueChange, limits: Limits): TomlDocument {
  const { file, source } = document
  const bytes = encodeUtf8(applyEdits(source, editsOf(new TomlLayout(document), change)))
  const changed = parseToml(bytes, {
    file,
    limits,
    report: ({ message, place, fix }) => {
      throw new CnbError('E_USAGE', `${file} could not be read any more: ${message}`, { place, hint: fix })
    },
  })
  if (changed === undefined) throw new Error('what is refused was not reported')
  return changed
}

function editsOf(layout: TomlLayout, change: ValueChange): readonly TextEdit[] {
  const { path } = change
  switch (change.kind) {
    case 'set':
      return setEdits(layout, path, change.value)
    case 'insert':
      return insertEdits(layout, change)
    case 'remove':
      return removeEdits(layout, path)
  }
}

function setEdits(layout: TomlLayout, path: KeyPath, value: PrintableValue): readonly TextEdit[] {
  const node = layout.document.valueAt(path)
  if (node === undefined) return addEdits(layout, path, value)
  return [{ start: node.start, end: layout.endOf(node), text: printTomlValue(value) }]
}

/** A key that is not there, in a table that may not be there either. */
function addEdits(layout: TomlLayout, path: KeyPath, value: PrintableValue): readonly TextEdit[] {
  const { document } = layout
  const [parent, key] = [path.slice(0, -1), String(path.at(-1))]
  const entry = document.entryAt(parent)
  if (entry === undefined) return addEdits(layout, parent, new Map([[key, value]]))
  const pair = printTomlPair(key, value)
  if (parent.length === 0) {
    const isPair = typeof value !== 'object' || (isList(value) && typeof value[0] === 'string')
    return [isPair ? firstPairs(layout, pair) : sectionAtEnd(document, new Map([[key, value]]))]
  }
  const table = entry.node
  const statement = layout.statementAt(table.start)
  if (table.kind !== 'table' || statement === undefined) throw new Error(`there is no table at ${parent.join('.')}`)
  if (document.source[table.start] === '{') return addInlineKey(layout, table, pair)
  return [statement.kind === 'header' ? pairBelow(layout, statement, pair) : dottedPair(layout, entry, pair)]
}

/** A pair of the root, behind those that are there: before the first header, and what is written about that. */
function firstPairs(layout: TomlLayout, pair: string): TextEdit {
  const { source } = layout.document
  const first = layout.statements.findIndex(({ kind }) => kind === 'header')
  const header = layout.statements[first]
  const last = (header === undefined ? layout.statements : layout.statements.slice(0, first)).at(-1)
  if (last !== undefined || header === undefined) return lineBehind(source, last?.end ?? source.length, pair)
  const at = aboveComments(source, lineStart(source, header.start))
  return { start: at, end: at, text: `${pair}${newlineOf(source).repeat(2)}` }
}

/** Where the comment lines begin that stand right above the line at `start`. */
function aboveComments(source: string, start: number): number {
  let at = start
  while (at > 0 && /^[ \t]*#/.test(source.slice(lineStart(source, at - 1), at))) at = lineStart(source, at - 1)
  return at
}

function pairBelow(layout: TomlLayout, header: Statement, pair: string): TextEdit {
  const { source } = layout.document
  const last = layout.pairsBelow(header).at(-1)
  const indent = last === undefined ? `${indentAt(source, header.start)}  ` : indentAt(source, last.start)
  return lineBehind(source, (last ?? header).end, `${indent}${pair}`)
}

/** Behind the last `table.key = value`, a line like it. */
function dottedPair(layout: TomlLayout, table: TomlEntry, pair: string): TextEdit {
  const { source } = layout.document
  const token = layout.tokensOf(table).at(-1)
  const statement = token && layout.statementAt(token.start)
  if (token === undefined || statement === undefined) throw new Error('a dotted key has no statement')
  const prefix = source.slice(statement.start, token.end)
  return lineBehind(source, statement.end, `${indentAt(source, statement.start)}${prefix}.${pair}`)
}

/** A line behind the one in which `offset` stands. */
function lineBehind(source: string, offset: number, line: string): TextEdit {
  const at = lineEnd(source, offset)
  const newline = newlineOf(source)
  const isOpen = at > 0 && source[at - 1] !== '\n'
  return { start: at, end: at, text: isOpen ? `${newline}${line}` : `${line}${newline}` }
}

function sectionAtEnd({ source }: TomlDocument, section: PrintableTable): TextEdit {
  const newline = newlineOf(source)
  const ended = source === '' || source.endsWith('\n') ? '' : newline
  const gap = source.trim() === '' ? '' : newline
  const text = `${ended}${gap}${printToml(section).replaceAll('\n', newline)}`
  return { start: source.length, end: source.length, text }
}

function insertEdits(
  layout: TomlLayout,
  { path, index, item }: { readonly path: KeyPath; readonly index: number; readonly item: PrintableItem },
): readonly TextEdit[] {
  const { document } = layout
  const entry = document.entryAt(path)
  if (entry === undefined) return addEdits(layout, path, typeof item === 'string' ? [item] : [item])
  const { node } = entry
  if (node.kind !== 'array') throw new Error(`there is no list at ${path.join('.')}`)
  if (document.source[node.start] === '[') return insertInline(layout, node, index, printTomlValue(item))
  if (typeof item === 'string') throw new Error(`the list at ${path.join('.')} is of tables`)
  return [index === 0 ? firstSection(layout, entry, item) : sectionBehind(layout, entry, index - 1, item)]
}

/** Before the first section of a list, a new one. */
function firstSection(layout: TomlLayout, list: TomlEntry, item: PrintableTable): TextEdit {
  const { source } = layout.document
  const at = lineStart(source, sectionsOf(layout, list)[0]?.[0]?.start ?? 0)
  return {
    start: at,
    end: at,
    text: `${section(layout, list, item).join(newlineOf(source))}${newlineOf(source).repeat(2)}`,
  }
}

function sectionBehind(layout: TomlLayout, list: TomlEntry, index: number, item: PrintableTable): TextEdit {
  const { source } = layout.document
  const last = sectionsOf(layout, list)[index]?.at(-1)
  return lineBehind(source, last?.end ?? source.length, ['', ...section(layout, list, item)].join(newlineOf(source)))
}

/** The lines of a section that is written as the first one of its list is. */
function section(layout: TomlLayout, list: TomlEntry, item: PrintableTable): string[] {
  const { source } = layout.document
  const [header, pair] = sectionsOf(layout, list)[0] ?? []
  const name = header?.keys.at(-1)
  if (header === undefined || name === undefined) throw new Error('a list of tables has no header')
  const outer = indentAt(source, header.start)
  const inner = pair?.kind === 'pair' ? indentAt(source, pair.start) : `${outer}  `
  const pairs = [...item].flatMap(([key, value]) => (value === undefined ? [] : `${inner}${printTomlPair(key, value)}`))
  return [`${outer}[[${source.slice(name.start, name.end)}]]`, ...pairs]
}

/** Of each item of a list of tables its statements, from the header on. */
function sectionsOf(layout: TomlLayout, list: TomlEntry): Statement[][] {
  const sections: Statement[][] = []
  for (const statement of statementsOf(layout, list)) {
    if (statement.kind === 'header' && statement.keys.at(-1)?.entry === list) sections.push([statement])
    else sections.at(-1)?.push(statement)
  }
  return sections
}

function removeEdits(layout: TomlLayout, path: KeyPath): readonly TextEdit[] {
  const { document } = layout
  const [parent, step] = [path.slice(0, -1), path.at(-1)]
  const [holder, entry] = [document.entryAt(parent), document.entryAt(path)]
  if (entry === undefined || holder === undefined) throw new Error(`nothing is at ${path.join('.')}`)
  const { node } = holder
  if (typeof step === 'number' && node.kind === 'array') {
    return document.source[node.start] === '['
      ? removeInline(layout, node, step)
      : removeStatements(layout, sectionsOf(layout, holder)[step] ?? [])
  }
  if (parent.length === 0) return removeStatements(layout, statementsOf(layout, entry))
  return removeOneKey(layout, node as TomlTable, entry)
}
