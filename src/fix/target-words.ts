import { architecturesOf, OTHER_NAMES } from '../cnb/target.js'
import { type TomlTable, entryOf } from '../toml/document.js'
import type { Fix, FixContext, Fixer } from './fix.js'
import { tablesAt } from './refs.js'

/** Words that also say which variant it is, which `arch` would no longer. */
const WITH_VARIANT = /^arm(?:v\d|hf)/

/** `arch = "x86_64"` becomes `arch = "amd64"`, and `os = "Linux"` becomes `os = "linux"`: the others match no image. */
export const TARGET_WORDS: Fixer = {
  rules: ['target-unknown-identifier'],
  kinds: ['builder', 'package', 'buildpack', 'extension'],
  keepsMeaning: false,
  fixes: (context) => tablesAt(context.document, ['targets']).flatMap((target) => fixesOf(target, context)),
}

function fixesOf(target: TomlTable, context: FixContext): Fix[] {
  const os = textAt(target, 'os')
  const arch = textAt(target, 'arch')
  const meantOs = meantWord(os ?? 'linux')
  const meantArch = arch === undefined ? undefined : meantWord(arch)
  const known = architecturesOf(meantOs)
  if (known === undefined || (meantArch !== undefined && !known.includes(meantArch))) return []
  return [...fixOf(target, 'os', meantOs, context), ...fixOf(target, 'arch', meantArch, context)]
}

/** A word as images have it, when it is certain which one that is. */
function meantWord(written: string): string {
  const word = written.toLowerCase()
  return WITH_VARIANT.test(word) ? word : (OTHER_NAMES.get(word) ?? word)
}

function textAt(table: TomlTable, key: string): string | undefined {
  const node = entryOf(table, key)?.node
  return node?.kind === 'string' && node.value !== '' ? node.value : undefined
}

function fixOf(target: TomlTable, key: string, meant: string | undefined, { document, layout }: FixContext): Fix[] {
  const written = textAt(target, key)
  const node = entryOf(target, key)?.node
  if (node === undefined || written === undefined || meant === undefined || written === meant) return []
  return [
    {
      rule: 'target-unknown-identifier',
      about: `${key} = "${written}" becomes "${meant}", as images have it`,
      place: document.placeAt(node.start),
      edits: [{ start: node.start, end: layout.endOf(node), text: `"${meant}"` }],
    },
  ]
}
