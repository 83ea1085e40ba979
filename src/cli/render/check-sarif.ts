import { createHash } from 'node:crypto'
import type { Severity } from '../../errors.js'
import {
  printProfile,
  type AllowedFinding,
  type CheckFinding,
  type CheckReport,
  type NotEvaluated,
} from '../../operations/check-report.js'
import { explained } from '../../operations/explain-rule.js'
import { furtherLines, gapOf, groupedBy } from './check-words.js'
import { explanationMarkdown } from './explain-markdown.js'
import { explanationText } from './explain-text.js'
import { artifactLocation, sarifLocation, SOURCE_ROOT } from './sarif-location.js'
import { PLAIN } from './style.js'
import { printable, printableDocument, sentence } from './text.js'

/** What a log of SARIF says of the run. */
export interface SarifRun {
  /** Of trowel. */
  readonly version: string
  /** Absolute: the folder in which the run was. */
  readonly cwd: string
}

const LEVEL: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

/**
 * What `check` found, as a log of SARIF 2.1.0 on one line. What is allowed is there as suppressed, and what was not evaluated as a
 * notification of the run.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function checkSarif(report: CheckReport, { version, cwd }: SarifRun): string {
  const { checked, findings, allowed, notEvaluated, failOn, asOf } = report
  const all = [...findings, ...allowed.map(({ finding }) => finding)]
  const ruleIds = [...new Set(all.map(({ rule }) => rule))].sort()
  const resultOf = resultsFor(ruleIds, cwd)
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'trowel', semanticVersion: version, rules: ruleIds.map(reportingDescriptor) } },
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: notEvaluated.map((gap) => notification(gap, cwd)) },
        ],
        originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: 'the folder in which trowel was run' } } },
        artifacts: artifacts(checked, cwd),
        columnKind: 'utf16CodeUnits',
        results: [
          ...findings.map((finding) => resultOf(finding)),
          ...allowed.map((one) => ({ ...resultOf(one.finding), suppressions: [suppression(one, cwd)] })),
        ],
        properties: { profile: printProfile(report.profile), failOn, asOf },
      },
    ],
  }
  return printableDocument(JSON.stringify(document))
}

/** What was checked, once each: one name may be given twice. */
function artifacts(checked: CheckReport['checked'], cwd: string): object[] {
  const all = checked.map(({ name, kind }) => ({ location: artifactLocation(name, cwd), kind }))
  return [...groupedBy(all, ({ location }) => location.uri).values()].flatMap(([first]) =>
    first === undefined
      ? []
      : [{ location: first.location, roles: ['analysisTarget'], description: { text: first.kind } }],
  )
}

/** A rule, or the code of an error, as far as more is known than its id. */
function reportingDescriptor(id: string): object {
  const found = explained(id)
  if (found === undefined) return { id }
  const help = { text: explanationText(found, PLAIN), markdown: explanationMarkdown(found) }
  if (found.kind !== 'rule') {
    const about = { text: sentence(found.kind === 'code' ? found.meaning : found.reason) }
    return { id, shortDescription: about, fullDescription: about, help }
  }
  const { summary, severity, family } = found
  return {
    id,
    shortDescription: { text: sentence(summary) },
    fullDescription: { text: sentence(summary) },
    help,
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: [family] },
  }
}

/** Makes results, of which each knows how many like it came before. */
function resultsFor(ruleIds: readonly string[], cwd: string): (finding: CheckFinding) => object {
  const seen = new Map<string, number>()
  return (finding) => {
    const { rule, severity, message, place, also = [] } = finding
    const location = sarifLocation(place, cwd)
    const print = fingerprint([rule, location.physicalLocation.artifactLocation.uri, message])
    const count = (seen.get(print) ?? 0) + 1
    seen.set(print, count)
    return {
      ruleId: rule,
      ruleIndex: ruleIds.indexOf(rule),
      level: LEVEL[severity],
      message: { text: [message, ...furtherLines(finding)].map(messageText).join('\n') },
      locations: [location],
      ...(also.length === 0
        ? {}
        : { relatedLocations: also.map((other, id) => ({ id, ...sarifLocation(other, cwd) })) }),
      // The name that GitHub looks for. No line is part of it, so that it outlives edits above.
      partialFingerprints: { primaryLocationLineHash: `${print}:${count}` },
    }
  }
}

function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

function suppression({ reason, until, place }: AllowedFinding, cwd: string): object {
  const justification = until === undefined ? reason : `${reason} (until ${until})`
  return {
    kind: 'external',
    status: 'accepted',
    justification: printable(justification),
    location: sarifLocation(place, cwd),
  }
}

function notification(gap: NotEvaluated, cwd: string): object {
  return {
    level: 'note',
    message: { text: messageText(`not evaluated: ${gapOf(gap)}`) },
    locations: [{ physicalLocation: { artifactLocation: artifactLocation(gap.subject, cwd) } }],
    properties: { rules: gap.rules },
  }
}

/** A message in which nothing is a placeholder (3.11.5) or a link (3.11.6): who shows it would make one of what the input says. */
function messageText(text: string): string {
  return printable(text).replace(/[{}]/g, '$&$&').replaceAll('](', '] (')
}
