import { parseReference } from '../oci/reference.js'
import { type TomlNode, entryOf } from '../toml/document.js'
import type { TomlLayout } from '../toml/layout.js'
import { renameKey } from './edits.js'
import type { Fix, Fixer } from './fix.js'

const LISTS = {
  builder: ['buildpacks', 'extensions'],
  package: ['dependencies'],
  buildpack: [],
  extension: [],
} as const

/** `image = "acme/java"` becomes `uri = "docker://acme/java"`. */
export const MODULE_IMAGE: Fixer = {
  rules: ['toml-deprecated-key'],
  kinds: ['builder', 'package'],
  keepsMeaning: true,
  fixes: ({ document, layout, kind }) =>
    LISTS[kind].flatMap((list) => {
      const node = document.valueAt([list])
      return node?.kind === 'array' ? node.items.flatMap((item) => fixOf(item, layout)) : []
    }),
}

function fixOf(item: TomlNode, layout: TomlLayout): Fix[] {
  if (item.kind !== 'table' || entryOf(item, 'uri') !== undefined) return []
  const entry = entryOf(item, 'image')
  if (entry?.node.kind !== 'string' || parseReference(entry.node.value) === undefined) return []
  const { value, text, start } = entry.node
  const quote = text.startsWith("'") ? "'" : '"'
  return [
    {
      rule: 'toml-deprecated-key',
      about: `image = ${text} becomes uri = "docker://${value}"`,
      place: layout.document.placeAt(entry.keyStart),
      edits: [
        ...renameKey(layout, entry, 'uri'),
        { start, end: layout.endOf(entry.node), text: `${quote}docker://${value}${quote}` },
      ],
    },
  ]
}
