import { entryOf } from '../toml/document.js'
import { removeStatements, statementsOf } from './edits.js'
import type { Fix, FixContext, Fixer } from './fix.js'

/**
 * `[[stacks]]` of a composite go: pack refuses them there, and those of its members count. Its `[[targets]]` stay, as they are to be
 * in package.toml: without them there, a package would say nothing of what it is for.
 */
export const COMPOSITE_STACKS: Fixer = {
  rules: ['target-on-composite'],
  kinds: ['buildpack'],
  keepsMeaning: false,
  fixes(context) {
    const order = context.document.valueAt(['order'])
    if (order?.kind !== 'array' || order.items.length === 0) return []
    return removal(context, 'stacks', {
      rule: 'target-on-composite',
      about: '[[stacks]] goes: a composite runs wherever its components do',
    })
  },
}

/** `[[stacks]]` of an extension go: there are none, and every reader passes them over. */
export const EXTENSION_STACKS: Fixer = {
  rules: ['extension-order-or-stacks'],
  kinds: ['extension'],
  keepsMeaning: true,
  fixes: (context) =>
    removal(context, 'stacks', {
      rule: 'extension-order-or-stacks',
      about: '[[stacks]] goes: nobody reads it in an extension',
    }),
}

function removal({ document, layout }: FixContext, name: string, what: Pick<Fix, 'rule' | 'about'>): Fix[] {
  const entry = entryOf(document.root, name)
  if (entry === undefined) return []
  const edits = removeStatements(layout, statementsOf(layout, entry))
  return [{ ...what, place: document.placeAt(entry.keyStart), edits }]
}
