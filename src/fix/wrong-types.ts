import { DESCRIPTOR_FILES } from '../cnb/descriptor-files.js'
import { nameOfSchema } from '../cnb/decode.js'
import type { Key, Schema } from '../cnb/schema.js'
import type { TomlNode } from '../toml/document.js'
import type { Fix, FixContext, Fixer } from './fix.js'
import { writtenKeys } from './walk.js'

/** A number or a date that says the same between quotes. */
const PLAIN = /^\d[0-9A-Za-z.:+-]*$/

/** `version = 1.10` gets quotes, `optional = "true"` loses them, `mixins = "git"` gets brackets. */
export const WRONG_TYPES: Fixer = {
  rules: ['toml-wrong-type', 'exec-env-shape'],
  kinds: ['builder', 'package', 'buildpack', 'extension'],
  keepsMeaning: false,
  fixes(context) {
    const fixes: Fix[] = []
    for (const { spelling, entry, key } of writtenKeys(DESCRIPTOR_FILES[context.kind].schema, context.document.root)) {
      if (key !== undefined) fixes.push(...fixesOf({ spelling, key }, key.schema, entry.node, context))
    }
    return fixes
  },
}

/** A key, as it is written and as it is described. */
interface Named {
  readonly spelling: string
  readonly key: Key
}

function fixesOf(named: Named, schema: Schema, node: TomlNode, context: FixContext): Fix[] {
  if (schema.kind === 'list' && node.kind === 'array') {
    return node.items.flatMap((item) => (item.kind === 'table' ? [] : fixesOf(named, schema.of, item, context)))
  }
  const text = rightText(schema, node)
  if (text === undefined || !('text' in node)) return []
  const { document, layout } = context
  return [
    {
      rule: named.key.wrongType?.rule ?? 'toml-wrong-type',
      about: `${named.spelling} becomes the ${nameOfSchema(schema)} that it should be`,
      place: document.placeAt(node.start),
      edits: [{ start: node.start, end: layout.endOf(node), text }],
    },
  ]
}

/** How a value is written as what it should be; undefined when it is that, or cannot become it. */
function rightText(schema: Schema, node: TomlNode): string | undefined {
  if (!('text' in node)) return undefined
  if (schema.kind === 'boolean')
    return node.kind === 'string' && /^(?:true|false)$/.test(node.value) ? node.value : undefined
  if (schema.kind === 'list' && schema.of.kind === 'string')
    return node.kind === 'string' ? `[${node.text}]` : undefined
  if (schema.kind !== 'string' || node.kind === 'string') return undefined
  return PLAIN.test(node.text) ? `"${node.text}"` : undefined
}
