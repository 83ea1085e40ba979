import type { Diagnostic } from '../errors.js'
import { CnbError } from '../errors.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import type { MatrixInput } from '../rules/matrix/input.js'
import type { Judged, Rule } from '../rules/rule.js'
import { judge } from '../rules/run-rules.js'
import type { Profile } from '../rules/profile.js'
import type { BaseConstraint } from '../rules/subjects.js'
import type { Replacements } from '../sources/replacements.js'
import type { Target } from '../cnb/target.js'
import type { CheckOptions } from './check-options.js'
import type { NotEvaluated } from './check-report.js'
import type { ImageRequest } from './image-request.js'
import type { Problems } from './problems.js'
import type { RunSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'
import type { Connections } from './connections.js'

/** What every part of a check works with. */
export interface CheckContext extends Connections {
  readonly options: CheckOptions
  readonly profile: Profile
  readonly asOf: string
  /** Of trowel.toml. */
  readonly baseConstraints: readonly BaseConstraint[]
  readonly settings: RunSettings
  readonly replacements: Replacements
  readonly flagTargets: readonly Target[]
  readonly problems: Problems
  readonly surroundings: Surroundings
}

/** What the flags say of whatever is read: nothing is written. */
export function imageRequestOf({ flagTargets, settings, replacements, profile }: CheckContext): ImageRequest {
  return { flagTargets, settings, replacements, profile, labels: new Map(), names: [], outputs: [] }
}

/** Why rules could not be asked. */
export interface Reasons<Input> {
  /** Why a part of the input is not there; parts that may be missing without harm have no reason. */
  readonly missing?: PartReasons<Input>
  /** Why a part is not whole, of those that are not. */
  readonly partly?: PartReasons<Input>
}

type PartReasons<Input> = { readonly [Part in keyof Input]?: string | undefined }

/** Why the entries of a table are not whole; undefined when each was read. */
export function unreadEntries(table: string, entries: readonly unknown[] = []): string | undefined {
  const numbers = entries.flatMap((entry, i) => (entry === undefined ? [i + 1] : []))
  return numbers.length === 0 ? undefined : `entry ${numbers.join(', ')} of ${table} was not read`
}

/** A builder as it was read, one input a platform. */
export interface CheckedBuilder {
  readonly name: string
  readonly inputs: readonly MatrixInput[]
}

/** One run of `check`: takes what rules say, and what they could not be asked. */
export class CheckRun {
  readonly context: CheckContext
  readonly #notEvaluated = new Map<string, { subject: string; reason: string; rules: Set<string> }>()
  /** Descriptors of modules that were judged. */
  readonly judgedModules = new Set<string>()
  /** Their descriptors with the folder or archive of each: several files may name one module. */
  readonly judgedTrees = new Set<string>()
  /** The files of modules, by the same. */
  readonly moduleFiles = new Map<string, Promise<ModuleFiles | undefined>>()
  /** What a matrix is made of. */
  readonly builders: CheckedBuilder[] = []

  constructor(context: CheckContext) {
    this.context = context
  }

  /** Rules that could not be judged, in the order in which they were met. */
  get notEvaluated(): NotEvaluated[] {
    return [...this.#notEvaluated.values()].map((entry) => ({ ...entry, rules: [...entry.rules].sort() }))
  }

  /** Judges `input` by `rules`; a rule that misses a part is put down under the reason of that part. */
  judge<Input>(subject: string, input: Judged<Input>, rules: readonly Rule<Input>[], reasons: Reasons<Input>): void {
    const { problems } = this.context
    const { findings, unjudged } = judge(input, rules, (part) => reasons.partly?.[part] !== undefined)
    findings.filter(({ place }) => !problems.isWrongType(place)).forEach(problems.report)
    for (const { rule, missing } of unjudged) {
      const reason = reasons.partly?.[missing] ?? reasons.missing?.[missing]
      if (reason !== undefined) this.leaveOut(subject, reason, [rule])
    }
  }

  /** Notes that rules could not be judged. */
  leaveOut(subject: string, reason: string, rules: readonly string[]): void {
    const key = JSON.stringify([subject, reason])
    const entry = this.#notEvaluated.get(key) ?? { subject, reason, rules: new Set() }
    this.#notEvaluated.set(key, entry)
    for (const rule of rules) entry.rules.add(rule)
  }
}

/** Rules of the catalogue for what ends the reading of something. */
const RULE_OF_CODE: Readonly<Record<string, string>> = {
  E_DESCRIPTOR: 'descriptor-missing',
  E_PLATFORM: 'target-multiarch-missing-manifest',
  E_USAGE: 'reference-malformed',
}

/** True for what the network would have told. */
export function isUnread({ kind }: CnbError): boolean {
  return kind === 'network' || kind === 'credentials'
}

/** A failure to read something as a finding. */
export function findingOf({ code, message, place, value, hint }: CnbError, subject: string): Diagnostic {
  return {
    rule: RULE_OF_CODE[code] ?? code,
    severity: 'error',
    message,
    place: place ?? { file: subject },
    value,
    fix: hint,
  }
}
