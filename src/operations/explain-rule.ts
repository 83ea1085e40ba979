import { nearest } from '../nearest.js'
import { CnbError, ERROR_KINDS, EXIT_STATUS, type ErrorCode } from '../errors.js'
import { FIXABLE_RULES } from '../fix/fixers.js'
import { CATALOGUE, RULES_LEFT_OUT, type CatalogueEntry } from '../rules/catalogue.js'
import { EXAMPLES } from '../rules/examples/all.js'
import type { RuleExample } from '../rules/examples/example.js'
import { AUTHORITIES, type Row } from '../rules/distribution/row.js'
import { DIST_ROWS } from '../rules/distribution/rows.js'
import { FAMILIES, familyOf } from '../rules/families.js'
import { CODE_MEANINGS } from './code-meanings.js'

/** What a finding, a failure or a gap in the catalogue means. */
export type Explanation = ExplainedRule | ExplainedGap | ExplainedCode | ExplainedRow

/** A rule. */
export interface ExplainedRule extends CatalogueEntry {
  readonly kind: 'rule'
  readonly family: string
  readonly example?: RuleExample | undefined
  /** Whether `trowel check --fix` mends it where that is certain. */
  readonly isFixable: boolean
}

/** A rule that is not made. */
export interface ExplainedGap {
  readonly kind: 'left out'
  readonly id: string
  readonly family: string
  /** One sentence. */
  readonly reason: string
}

/** A code that ends a run. */
export interface ExplainedCode {
  readonly kind: 'code'
  readonly id: ErrorCode
  /** One sentence. */
  readonly meaning: string
  readonly exitStatus: number
}

/** A row of the checklist for what is published, which a finding of `artifact-conformance` begins with. */
export interface ExplainedRow extends Pick<Row, 'id' | 'level' | 'summary'> {
  readonly kind: 'row'
  /** Who wants it, in words. */
  readonly authority: readonly string[]
  /** Rules that say it; `artifact-conformance` where it is judged by itself. */
  readonly rules: readonly string[]
}

/** All that can be explained, in the order in which it is shown. */
export interface ExplainedCatalogue {
  readonly families: readonly ExplainedFamily[]
  readonly codes: readonly ExplainedCode[]
}

/** The rules of one family, each sorted by id. */
export interface ExplainedFamily {
  readonly title: string
  readonly rules: readonly ExplainedRule[]
  readonly leftOut: readonly ExplainedGap[]
}

/** What `id` means. @throws CnbError E_USAGE when there is no such thing, with the nearest there is */
export function explain(id: string): Explanation {
  const found = explained(id) ?? explainedRow(id)
  if (found !== undefined) return found
  const known = [
    ...CATALOGUE.keys(),
    ...RULES_LEFT_OUT.keys(),
    ...Object.keys(ERROR_KINDS),
    ...DIST_ROWS.map((row) => row.id),
  ]
  const meant = nearest(id, known)
  throw new CnbError('E_USAGE', `there is no rule and no code '${id}'`, {
    hint: meant === undefined ? 'trowel explain lists them' : `did you mean ${meant}? trowel explain lists them`,
  })
}

/** The same of what a finding can be named after; undefined when there is no such thing. */
export function explained(id: string): Exclude<Explanation, ExplainedRow> | undefined {
  const rule = CATALOGUE.get(id)
  if (rule !== undefined) {
    const isFixable = FIXABLE_RULES.has(id)
    return { kind: 'rule', family: familyOf(id).title, ...rule, example: EXAMPLES[id], isFixable }
  }
  const reason = RULES_LEFT_OUT.get(id)
  if (reason !== undefined) return { kind: 'left out', id, family: familyOf(id).title, reason }
  return isErrorCode(id) ? explainedCode(id) : undefined
}

/** Everything there is to explain. */
export function explainedCatalogue(): ExplainedCatalogue {
  const all = [...new Set([...CATALOGUE.keys(), ...RULES_LEFT_OUT.keys()])].sort().map((id) => explained(id))
  const families = FAMILIES.map(({ title }) => ({
    title,
    rules: all.filter((one) => one?.kind === 'rule').filter(({ family }) => family === title),
    leftOut: all.filter((one) => one?.kind === 'left out').filter(({ family }) => family === title),
  }))
  return {
    families: families.filter(({ rules, leftOut }) => rules.length + leftOut.length > 0),
    codes: (Object.keys(ERROR_KINDS) as ErrorCode[]).map(explainedCode),
  }
}

function explainedRow(text: string): ExplainedRow | undefined {
  const row = DIST_ROWS.find(({ id }) => id === text)
  if (row === undefined) return undefined
  const { id, level, summary, authority, judged } = row
  const rules = judged.flatMap((one) => (one.by === 'rules' ? one.ids : 'of' in one ? ['artifact-conformance'] : []))
  return {
    kind: 'row',
    id,
    level,
    summary,
    authority: authority.map((one) => AUTHORITIES[one]),
    rules: [...new Set(rules)],
  }
}

function isErrorCode(id: string): id is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, id)
}

function explainedCode(id: ErrorCode): ExplainedCode {
  return { kind: 'code', id, meaning: CODE_MEANINGS[id], exitStatus: EXIT_STATUS[ERROR_KINDS[id]] }
}
