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
import { printable } from './text.js'

/** What `check` found, for people: by file, then what could not be judged, what is allowed, and a line that sums it up. */
export function checkText(report: CheckReport, palette: Palette, sourceLine: SourceLine): string {
  const { findings, notEvaluated, allowed } = report
  const files = [...groupedBy(findings, ({ place }) => place.file)].map(([file, group]) =>
    fileBlock(file, group, palette, sourceLine),
  )
  return [
    ...files,
    ...block(
      'not evaluated',
      notEvaluated.flatMap((gap) => gapLines(gap, palette)),
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

/** Why, and below that which rules. */
function gapLines({ subject, reason, rules }: NotEvaluated, palette: Palette): string[] {
  return [
    printable(`  ${subject}: ${reason}`),
    ...wrapped(rules).map((line) => `    ${palette.faint(printable(line))}`),
  ]
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
