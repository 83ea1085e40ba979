import type { TomlArray, TomlEntry, TomlNode, TomlTable } from '../toml/document.js'
import { type TextEdit, indentAt, lineEnd, lineStart, newlineOf } from '../toml/edit.js'
import type { TomlLayout } from '../toml/layout.js'
import { removeKey } from './edits.js'

/** Puts an item into `[…]`, so that it stands at `index`: on a line of its own where its neighbour does. */
export function insertInline(layout: TomlLayout, array: TomlArray, index: number, text: string): TextEdit[] {
  const { source } = layout.document
  const newline = newlineOf(source)
  const next = array.items[index]
  const last = array.items.at(-1)
  if (next !== undefined) {
    const gap = beginsLine(source, next) ? `${newline}${indentAt(source, next.start)}` : ' '
    return [insertion(next.start, `${text},${gap}`)]
  }
  if (last === undefined) return [insertion(array.start + 1, text)]
  const end = layout.endOf(last)
  const comma = commaBehind(source, end)
  const line = lineEnd(source, comma ?? end)
  if (!beginsLine(source, last) || !endsLine(source, comma ?? end)) return [insertion(end, `, ${text}`)]
  const own = insertion(line, `${indentAt(source, last.start)}${text}${comma === undefined ? '' : ','}${newline}`)
  return comma === undefined ? [insertion(end, ','), own] : [own]
}

/** Takes an item out of `[…]`. */
export function removeInline(layout: TomlLayout, array: TomlArray, index: number): TextEdit[] {
  const { source } = layout.document
  const item = array.items[index]
  if (item === undefined) throw new Error(`an array has no item ${index}`)
  const end = layout.endOf(item)
  const comma = commaBehind(source, end)
  const before = array.items[index - 1]
  if (beginsLine(source, item) && /^[ \t]*\r?\n/.test(source.slice(comma ?? end))) {
    return keepingComments(layout, [cut(lineStart(source, item.start), lineEnd(source, comma ?? end))])
  }
  if (comma !== undefined) return keepingComments(layout, [cut(item.start, skip(/[ \t]*/y, source, comma))])
  if (before === undefined || layout.commentsIn(layout.endOf(before), item.start).length > 0) {
    return keepingComments(layout, [cut(item.start, end)])
  }
  return keepingComments(layout, [cut(layout.endOf(before), end)])
}

/** Puts a key into `{…}`, behind the others. */
export function addInlineKey(layout: TomlLayout, table: TomlTable, pair: string): TextEdit[] {
  const last = [...table.entries.values()].at(-1)
  return [last === undefined ? insertion(table.start + 1, ` ${pair}`) : insertion(layout.endOf(last.node), `, ${pair}`)]
}

/** Takes a key out of a table. */
export function removeOneKey(layout: TomlLayout, table: TomlTable, entry: TomlEntry): TextEdit[] {
  const edits = removeKey(layout, table, entry)
  return layout.document.source[table.start] === '{' ? keepingComments(layout, edits) : edits
}

/** Comments in what is taken out of a statement stand above it then. */
function keepingComments(layout: TomlLayout, edits: readonly TextEdit[]): TextEdit[] {
  const { source } = layout.document
  const kept = edits.flatMap(({ start, end }) => {
    const comments = layout.commentsIn(start, end)
    const statement = layout.statementAt(start)
    if (comments.length === 0 || statement === undefined) return []
    const gap = `${newlineOf(source)}${indentAt(source, statement.start)}`
    return [insertion(statement.start, comments.map((comment) => `${comment}${gap}`).join(''))]
  })
  return [...kept, ...edits]
}

function insertion(at: number, text: string): TextEdit {
  return { start: at, end: at, text }
}

function cut(start: number, end: number): TextEdit {
  return { start, end, text: '' }
}

function beginsLine(source: string, { start }: TomlNode): boolean {
  return source.slice(lineStart(source, start), start).trim() === ''
}

function endsLine(source: string, at: number): boolean {
  return /^[ \t]*(?:#|\r?\n)/.test(source.slice(at, lineEnd(source, at)))
}

/** Behind the comma that ends what stands before `at`, if there is one. */
function commaBehind(source: string, at: number): number | undefined {
  const next = skip(/(?:[ \t\r\n]|#[^\n]*)*/y, source, at)
  return source[next] === ',' ? next + 1 : undefined
}

function skip(blanks: RegExp, source: string, at: number): number {
  blanks.lastIndex = at
  return blanks.test(source) ? blanks.lastIndex : at
}
