import {
  printProfile,
  type AllowedFinding,
  type CheckFinding,
  type CheckReport,
  type NotEvaluated,
} from '../../operations/check-report.js'
import { allowanceOf, checkSummary, groupedBy, isFailing, refusalsOf } from './check-words.js'
import { printDiagnostic, printWhere, summaryOf, type SourceLine } from './diagnostics.js'
import type { Palette } from './style.js'
import { counted, printable } from './text.js'

/** How a report is shown to people. */
export interface CheckTextOptions {
  readonly palette: Palette
  readonly sourceLine: SourceLine
  /** With the ids of rules that were not asked. */
  readonly isVerbose: boolean
}

/** What `check` found, for people: by file, then what could not be judged, what is allowed, and a line that sums it up. */
export function checkText(report: CheckReport, { palette, sourceLine, isVerbose }: CheckTextOptions): string {
  const { findings, notEvaluated, allowed } = report
  const files = [...groupedBy(findings, ({ place }) => place.file)].map(([file, group]) =>
    fileBlock(file, group, palette, sourceLine),
  )
  return [
    ...files,
    ...block(
      'not evaluated',
      notEvaluated.flatMap((gap) => [gapLine(gap), ...(isVerbose ? ruleLines(gap, palette) : [])]),
      palette,
    ),
    ...block('allowed', allowed.map(allowedLine), palette),
    summaryLine(report, palette),
  ].join('\n\n')
}

function fileBlock(file: string, findings: readonly CheckFinding[], palette: Palette, sourceLine: SourceLine): string {
  const title = `${palette.strong(printable(file))}: ${summaryOf(findings)}`
  const told = findings.map((finding) =>
    printDiagnostic({ ...finding, notes: [...(finding.notes ?? []), ...refusalsOf(finding)] }, palette, sourceLine),
  )
  return [title, ...told].join('\n')
}

function block(title: string, lines: readonly string[], palette: Palette): string[] {
  return lines.length === 0 ? [] : [[palette.strong(title), ...lines].join('\n')]
}

/** `builder.toml: the build image was not read (3 rules)` */
function gapLine({ subject, reason, rules }: NotEvaluated): string {
  const count = rules.length === 0 ? '' : ` (${counted(rules.length, 'rule')})`
  return printable(`  ${subject}: ${reason}${count}`)
}

function ruleLines({ rules }: NotEvaluated, palette: Palette): string[] {
  return wrapped(rules).map((line) => `    ${palette.faint(printable(line))}`)
}

/** Characters of a line of rules. */
const WIDTH = 96

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(word)
    else lines.splice(-1, 1, `${last} ${word}`)
  }
  return lines
}

function allowedLine(allowed: AllowedFinding): string {
  const { finding, place } = allowed
  const what = `  ${printWhere(finding.place)}: ${finding.rule}: ${finding.message}`
  return `${printable(`${what}; ${allowanceOf(allowed)}`)} (${printWhere(place)})`
}

function summaryLine(report: CheckReport, palette: Palette): string {
  const { findings, asOf } = report
  const isBad = findings.some(({ severity }) => isFailing(severity, report))
  const colour = isBad ? palette.error : findings.length > 0 ? palette.warning : palette.strong
  return `${colour(checkSummary(report))} ${palette.faint(`(for ${printProfile(report.profile)}, as of ${asOf})`)}`
}
