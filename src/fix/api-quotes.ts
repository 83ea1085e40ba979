import type { Fixer } from './fix.js'

/** A number that an API version can be; not one with an underscore, a sign or an exponent. */
const PLAIN_NUMBER = /^\d+(?:\.\d+)?$/

/** `api = 0.10` becomes `api = "0.10"`. */
export const API_QUOTES: Fixer = {
  rules: ['api-unquoted'],
  kinds: ['buildpack', 'extension'],
  // pack reads 0.10 as 0.1; trowel reads what is written.
  keepsMeaning: true,
  fixes({ document, layout }) {
    const node = document.valueAt(['api'])
    if (node?.kind !== 'integer' && node?.kind !== 'float') return []
    const { start, text } = node
    if (!PLAIN_NUMBER.test(text)) return []
    return [
      {
        rule: 'api-unquoted',
        about: `api = ${text} gets quotes`,
        place: document.placeAt(start),
        edits: [{ start, end: layout.endOf(node), text: `"${text}"` }],
      },
    ]
  },
}
