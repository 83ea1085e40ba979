import { type TomlEntry, type TomlNode, entryOf } from '../toml/document.js'
import { type TextEdit, indentAt, lineEnd, newlineOf } from '../toml/edit.js'
import type { Statement, TomlLayout } from '../toml/layout.js'
import { removeStatements, statementsOf } from './edits.js'
import type { Fixer } from './fix.js'

/** `[[buildpack.exec-env]]` with names, as the specification writes it, becomes the array of names that every tool reads. */
export const EXEC_ENV_TABLES: Fixer = {
  rules: ['exec-env-shape'],
  kinds: ['buildpack', 'extension'],
  keepsMeaning: false,
  fixes({ document, layout, kind }) {
    const entry = document.entryAt([kind, 'exec-env'])
    const names = entry?.node.kind === 'array' ? entry.node.items.map(nameOnly) : []
    if (entry === undefined || names.length === 0 || names.includes(undefined)) return []
    const value = `[${names.join(', ')}]`
    const statements = statementsOf(layout, entry)
    const edits =
      statements[0]?.kind === 'pair'
        ? rewritePair(layout, statements[0], { start: entry.node.start, end: layout.endOf(entry.node), text: value })
        : moveUp(layout, headerOf(layout, document.entryAt([kind])), statements, `exec-env = ${value}`)
    const about = '[[exec-env]] becomes the array of names that tools read'
    return edits === undefined
      ? []
      : [{ rule: 'exec-env-shape', about, place: document.placeAt(entry.keyStart), edits }]
  },
}

/** How the name of an execution environment is spelled; undefined where there is more than a name. */
function nameOnly(item: TomlNode): string | undefined {
  if (item.kind !== 'table' || item.entries.size !== 1) return undefined
  const name = entryOf(item, 'name')?.node
  return name?.kind === 'string' ? name.text : undefined
}

/** The header of a table of the root. */
function headerOf(layout: TomlLayout, table: TomlEntry | undefined): Statement | undefined {
  return layout.statements.find(({ kind, keys }) => kind === 'header' && keys.length === 1 && keys[0]?.entry === table)
}

function rewritePair(layout: TomlLayout, pair: Statement, edit: TextEdit): TextEdit[] | undefined {
  return layout.commentsIn(pair.start, pair.end).length === 0 ? [edit] : undefined
}

/** Puts a line below the other keys of the module, in place of sections further down. */
function moveUp(
  layout: TomlLayout,
  header: Statement | undefined,
  sections: readonly Statement[],
  line: string,
): TextEdit[] | undefined {
  if (header === undefined) return undefined
  const { source } = layout.document
  const last = layout.pairsBelow(header).at(-1) ?? header
  const at = lineEnd(source, last.end)
  const text = `${indentAt(source, last.start)}${line}${newlineOf(source)}`
  const [first, ...others] = removeStatements(layout, sections)
  if (first?.start === at) return [{ ...first, text: text + first.text }, ...others]
  return [{ start: at, end: at, text }, ...(first === undefined ? [] : [first]), ...others]
}
