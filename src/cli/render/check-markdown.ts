import {
  printProfile,
  type AllowedFinding,
  type CheckFinding,
  type CheckReport,
  type NotEvaluated,
} from '../../operations/check-report.js'
import { allowanceOf, checkSummary, gapOf, refusalsOf } from './check-words.js'
import { printWhere } from './diagnostics.js'
import { markdownCode, markdownText } from './markdown.js'

/** What `check` found, as a few tables for a pull request. */
export function checkMarkdown(report: CheckReport): string {
  const { findings, notEvaluated, allowed, asOf } = report
  return [
    `### trowel check: ${markdownText(checkSummary(report))}`,
    `For ${markdownText(printProfile(report.profile))}, as of ${markdownText(asOf)}: ${report.checked.map(({ name }) => markdownCode(name)).join(', ')}`,
    ...table(['severity', 'where', 'what', 'rule', 'what to do'], findings.map(findingRow)),
    ...section('Not evaluated', table(['of', 'rules and why'], notEvaluated.map(gapRow))),
    ...section('Allowed', table(['where', 'what', 'rule', 'why'], allowed.map(allowedRow))),
  ].join('\n\n')
}

function findingRow(finding: CheckFinding): string[] {
  const { severity, rule, message, place, also = [], notes = [], fix = '' } = finding
  const where = `${markdownCode(printWhere(place))}${also.length === 0 ? '' : ` and ${also.length} more`}`
  const what = [message, ...notes, ...refusalsOf(finding)].map(markdownText).join('<br>')
  return [severity, where, what, markdownCode(rule), markdownText(fix)]
}

function gapRow(gap: NotEvaluated): string[] {
  return [markdownCode(gap.subject), markdownText(gapOf(gap))]
}

function allowedRow(allowed: AllowedFinding): string[] {
  const { finding } = allowed
  const { rule, message, place } = finding
  return [
    markdownCode(printWhere(place)),
    markdownText(message),
    markdownCode(rule),
    markdownText(allowanceOf(allowed)),
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return [lines.join('\n')]
}

function section(title: string, tables: readonly string[]): string[] {
  return tables.length === 0 ? [] : [`#### ${title}`, ...tables]
}
