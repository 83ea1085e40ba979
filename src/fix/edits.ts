import type { TomlEntry, TomlTable } from '../toml/document.js'
import { type TextEdit, indentAt, lineEnd, lineStart, newlineOf } from '../toml/edit.js'
import type { Statement, TomlLayout } from '../toml/layout.js'

/** Every statement that says something of a key of the root: its headers with what is below them, or its pairs. */
export function statementsOf(layout: TomlLayout, entry: TomlEntry): readonly Statement[] {
  const named = layout.tokensOf(entry).flatMap(({ start }) => layout.statementAt(start) ?? [])
  return named.flatMap((statement) =>
    statement.kind === 'header' ? [statement, ...layout.pairsBelow(statement)] : [statement],
  )
}

/** Takes statements away, given in the order of the file. Comments on their lines and between them stay, each on its own line. */
export function removeStatements(layout: TomlLayout, statements: readonly Statement[]): TextEdit[] {
  return adjacentRuns(layout, statements).map(([first, last]) => removeRun(layout, first, last))
}

/** The first and the last of statements that follow each other. */
function adjacentRuns(layout: TomlLayout, statements: readonly Statement[]): [Statement, Statement][] {
  const chosen = new Set(statements)
  const runs: [Statement, Statement][] = []
  let isOpen = false
  for (const statement of layout.statements) {
    const run = runs.at(-1)
    if (!chosen.has(statement)) isOpen = false
    else if (isOpen && run !== undefined) run[1] = statement
    else {
      runs.push([statement, statement])
      isOpen = true
    }
  }
  return runs
}

function removeRun(layout: TomlLayout, first: Statement, last: Statement): TextEdit {
  const { source } = layout.document
  const start = lineStart(source, first.start)
  const end = lineEnd(source, last.end)
  const comments = layout.commentsIn(start, end)
  if (comments.length > 0) {
    const indent = indentAt(source, first.start)
    return { start, end, text: comments.map((comment) => `${indent}${comment}${newlineOf(source)}`).join('') }
  }
  // One of the empty lines around it goes along, so that no gap stays.
  const isSection = first.kind === 'header'
  const behind = isSection ? end + blankLines(source.slice(end)).length : end
  if (behind < source.length) return { start, end: behind, text: '' }
  const before = source.slice(0, start)
  return { start: isSection ? before.trimEnd().length + lineBreak(before).length : start, end: behind, text: '' }
}

/** The empty lines that a text begins with. */
export function blankLines(text: string): string {
  return /^(?:[ \t]*\r?\n)*/.exec(text)?.[0] ?? ''
}

/** The line end behind the last character that is not blank. */
function lineBreak(text: string): string {
  return /^[ \t]*\r?\n/.exec(text.slice(text.trimEnd().length))?.[0] ?? ''
}

/** Takes a key out of a table, whether it stands on a line of its own or between commas. */
export function removeKey(layout: TomlLayout, table: TomlTable, entry: TomlEntry): TextEdit[] {
  const statement = layout.statementAt(entry.keyStart)
  if (statement?.keys.at(-1)?.entry === entry) return removeStatements(layout, [statement])
  const entries = [...table.entries.values()]
  const at = entries.indexOf(entry)
  const before = entries[at - 1]
  const after = entries[at + 1]
  if (before !== undefined) return [{ start: layout.endOf(before.node), end: layout.endOf(entry.node), text: '' }]
  return [{ start: entry.keyStart, end: after?.keyStart ?? layout.endOf(entry.node), text: '' }]
}

/** Puts another name in every place where a key is written. */
export function renameKey(layout: TomlLayout, entry: TomlEntry, name: string): TextEdit[] {
  return layout.tokensOf(entry).map(({ start, end }) => ({ start, end, text: name }))
}
