import { DEFAULT_OS } from '../cnb/package-config.js'
import { entryOf } from '../toml/document.js'
import { removeStatements, statementsOf } from './edits.js'
import type { Fixer } from './fix.js'

/**
 * `[platform]` goes where it names the system that a package is for anyway. `[[targets]]` in its place would say more: of a
 * buildpack that is no composite, nobody reads them in package.toml.
 */
export const PACKAGE_PLATFORM: Fixer = {
  rules: ['toml-deprecated-key'],
  kinds: ['package'],
  keepsMeaning: true,
  fixes({ document, layout }) {
    const platform = entryOf(document.root, 'platform')
    if (platform?.node.kind !== 'table' || platform.node.entries.size !== 1) return []
    const os = entryOf(platform.node, 'os')
    if (os?.node.kind !== 'string' || os.node.value !== DEFAULT_OS) return []
    return [
      {
        rule: 'toml-deprecated-key',
        about: `[platform] goes: a package is for ${DEFAULT_OS} without it`,
        place: document.placeAt(os.keyStart),
        edits: removeStatements(layout, statementsOf(layout, platform)),
      },
    ]
  },
}
