import { LEFT_OUT } from './left-out.js'
import { COMMAND_NOTICES, NOTICES } from './notices.js'
import { READER_RULES } from './reader-rules.js'
import { BUILDER_ADVICE, IMAGE_ADVICE, MODULE_ADVICE, PACKAGE_ADVICE } from './advice.js'
import { PACKAGE_RULES, RULES } from './rule-sets.js'
import type { RuleDescription } from './rule.js'

/** What a rule looks at: a run is one of any command, and `command` is what `check` never meets. */
export type RuleSubject = 'builder' | 'package' | 'module' | 'image' | 'file' | 'run' | 'command'

/** A rule, for people. */
export interface CatalogueEntry extends RuleDescription {
  /** More than one where the same is said of several things. */
  readonly about: readonly RuleSubject[]
}

const BY_SUBJECT: readonly (readonly [RuleSubject, readonly RuleDescription[]])[] = [
  ['run', NOTICES],
  ['command', COMMAND_NOTICES],
  ['file', READER_RULES],
  ['builder', RULES],
  ['builder', BUILDER_ADVICE],
  ['package', PACKAGE_RULES],
  ['package', PACKAGE_ADVICE],
  ['module', MODULE_ADVICE],
  ['image', IMAGE_ADVICE],
]

/** Every rule that there is, by its id, sorted. */
export const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = catalogue()

/** Rules that are not made, with the reason, by their id. */
export const RULES_LEFT_OUT: ReadonlyMap<string, string> = new Map(Object.entries(LEFT_OUT))

function catalogue(): Map<string, CatalogueEntry> {
  const entries = new Map<string, CatalogueEntry>()
  for (const [subject, rules] of BY_SUBJECT) {
    for (const { id, severity, summary, reference, refusedBy, isCommon } of rules) {
      const about = new Set([...(entries.get(id)?.about ?? []), subject])
      const described = { id, severity, summary, reference, refusedBy, isCommon }
      entries.set(id, { ...described, ...entries.get(id), about: [...about] })
    }
  }
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
}
