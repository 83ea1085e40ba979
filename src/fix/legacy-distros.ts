import { type TomlEntry, type TomlTable, entryOf } from '../toml/document.js'
import { type TextEdit, lineEnd, lineStart, newlineOf } from '../toml/edit.js'
import type { Statement, TomlLayout } from '../toml/layout.js'
import { renameKey } from './edits.js'
import type { Fix, FixContext, Fixer } from './fix.js'
import { tablesAt } from './refs.js'

/** `[[targets.distributions]]` becomes `[[targets.distros]]`, with a distro for each of its `versions`. */
export const LEGACY_DISTROS: Fixer = {
  rules: ['toml-legacy-target-keys'],
  kinds: ['builder', 'package', 'buildpack', 'extension'],
  keepsMeaning: false,
  fixes: (context) => tablesAt(context.document, ['targets']).flatMap((target) => fixOf(target, context)),
}

function fixOf(target: TomlTable, { document, layout }: FixContext): Fix[] {
  const older = entryOf(target, 'distributions')
  const newer = entryOf(target, 'distros')
  const list = older ?? newer
  if (list?.node.kind !== 'array' || (older !== undefined && newer !== undefined)) return []
  const versions = list.node.items.map((item) => (item.kind === 'table' ? versionEdits(item, layout) : []))
  const edits = [
    ...(older === undefined ? [] : renameKey(layout, older, 'distros')),
    ...versions.flatMap((edits) => edits ?? []),
  ]
  if (edits.length === 0 || versions.includes(undefined)) return []
  return [
    {
      rule: 'toml-legacy-target-keys',
      about: '[[targets.distributions]] and versions become [[targets.distros]] and version',
      place: document.placeAt(list.keyStart),
      edits,
    },
  ]
}

/** What makes `versions` of a distro one distro for each version; undefined where that is not certain. */
function versionEdits(distro: TomlTable, layout: TomlLayout): readonly TextEdit[] | undefined {
  const versions = entryOf(distro, 'versions')
  if (versions === undefined) return []
  if (versions.node.kind !== 'array' || entryOf(distro, 'version') !== undefined) return undefined
  const { start } = versions.node
  const end = layout.endOf(versions.node)
  const [first, ...others] = versions.node.items.flatMap((item) => (item.kind === 'string' ? [item.text] : []))
  if (first === undefined || others.length + 1 !== versions.node.items.length) return undefined
  if (layout.commentsIn(start, end).length > 0) return undefined
  const edits = [...renameKey(layout, versions, 'version'), { start, end, text: first }]
  if (others.length === 0) return edits
  const copies = copyOf(distro, versions, others, layout)
  return copies && [...edits, copies]
}

/** The same distro once more for each of `versions`, behind it. */
function copyOf(
  distro: TomlTable,
  key: TomlEntry,
  versions: readonly string[],
  layout: TomlLayout,
): TextEdit | undefined {
  const { source } = layout.document
  const header = layout.statementAt(distro.start)
  if (source[distro.start] === '{') {
    const end = layout.endOf(distro)
    const before = source.slice(distro.start, key.keyStart)
    const behind = source.slice(layout.endOf(key.node), end)
    const text = versions.map((version) => `, ${before}version = ${version}${behind}`).join('')
    return { start: end, end, text }
  }
  if (header?.kind !== 'header' || header.start !== distro.start) return undefined
  const pairs = layout.pairsBelow(header)
  const end = lineEnd(source, pairs.at(-1)?.end ?? header.end)
  const newline = newlineOf(source)
  const copies = versions.map((version) => {
    const lines = pairs.map((pair) => indented(source, pair, isOf(pair, key) ? `version = ${version}` : undefined))
    return [indented(source, header, '[[targets.distros]]'), ...lines].map((line) => `${line}${newline}`).join('')
  })
  const gap = source[end - 1] === '\n' ? newline : newline + newline
  return { start: end, end, text: copies.map((copy, i) => (i === 0 ? gap : newline) + copy).join('') }
}

function isOf(pair: Statement, entry: TomlEntry): boolean {
  return pair.keys.at(-1)?.entry === entry
}

/** A statement, or another text in its place, as far from the left as it stands. */
function indented(source: string, { start, end }: Statement, text?: string): string {
  return source.slice(lineStart(source, start), start) + (text ?? source.slice(start, end))
}
