import { entryOf } from '../toml/document.js'
import { removeKey } from './edits.js'
import type { Fix, Fixer } from './fix.js'
import { groupRefs } from './refs.js'

/** `optional` beside an extension goes: every extension is. */
export const EXTENSION_OPTIONAL: Fixer = {
  rules: ['order-extensions-optional'],
  kinds: ['builder'],
  keepsMeaning: true,
  fixes: ({ document, layout }) =>
    groupRefs(document, 'order-extensions').flatMap((ref): Fix[] => {
      const optional = entryOf(ref, 'optional')
      if (optional?.node.kind !== 'boolean') return []
      return [
        {
          rule: 'order-extensions-optional',
          about: 'optional goes: every extension is',
          place: document.placeAt(optional.keyStart),
          edits: removeKey(layout, ref, optional),
        },
      ]
    }),
}
