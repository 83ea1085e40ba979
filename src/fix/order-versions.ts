import { type TomlEntry, type TomlTable, entryOf } from '../toml/document.js'
import { type TextEdit, indentAt, lineEnd, newlineOf } from '../toml/edit.js'
import type { TomlLayout } from '../toml/layout.js'
import type { Fix, FixContext, Fixer } from './fix.js'
import { groupRefs, systemRefs } from './refs.js'

/** What needs no escape between quotes. */
const PLAIN = /^[0-9A-Za-z.+-]+$/

/** A reference without a version gets the only one that there is, which is the one that pack fills in. */
export const ORDER_VERSIONS: Fixer = {
  rules: ['order-ref-unpinned'],
  kinds: ['builder'],
  // As pack decides; the file itself said less.
  keepsMeaning: false,
  fixes: (context) =>
    [
      ...groupRefs(context.document, 'order'),
      ...groupRefs(context.document, 'order-extensions'),
      ...systemRefs(context.document),
    ].flatMap((ref) => fixOf(ref, context)),
}

function fixOf(ref: TomlTable, { document, layout, facts }: FixContext): Fix[] {
  const id = entryOf(ref, 'id')
  const version = entryOf(ref, 'version')
  const isOpen = version === undefined || (version.node.kind === 'string' && version.node.value === '')
  if (id?.node.kind !== 'string' || !isOpen) return []
  const [only = '', ...others] = facts.versions.get(id.node.value) ?? []
  if (!PLAIN.test(only) || others.length > 0) return []
  return [
    {
      rule: 'order-ref-unpinned',
      about: `${id.node.value} gets version ${only}, the only one there is`,
      place: document.placeAt(id.keyStart),
      edits: [version === undefined ? versionBehind(id, only, layout) : valueOf(version, only, layout)],
    },
  ]
}

function valueOf({ node }: TomlEntry, version: string, layout: TomlLayout): TextEdit {
  return { start: node.start, end: layout.endOf(node), text: `"${version}"` }
}

/** On the next line, or behind a comma where the reference is written between braces. */
function versionBehind(id: TomlEntry, version: string, layout: TomlLayout): TextEdit {
  const { source } = layout.document
  const statement = layout.statementAt(id.keyStart)
  const at = layout.endOf(id.node)
  if (statement?.keys.at(-1)?.entry !== id) return { start: at, end: at, text: `, version = "${version}"` }
  const next = lineEnd(source, at)
  const text = `${indentAt(source, statement.start)}version = "${version}"`
  const newline = newlineOf(source)
  return { start: next, end: next, text: source[next - 1] === '\n' ? `${text}${newline}` : `${newline}${text}` }
}
