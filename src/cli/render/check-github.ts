import type { Place, Severity } from '../../errors.js'
import type { CheckFinding, CheckReport, NotEvaluated } from '../../operations/check-report.js'
import { checkSummary, furtherLines } from './check-words.js'
import { printPlaces } from './diagnostics.js'
import { counted, printable } from './text.js'

const COMMAND: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/**
 * What `check` found, as workflow commands of GitHub Actions, which shows them beside the lines that they are about; the last line
 * is for the log.
 */
export function checkGithub(report: CheckReport): string {
  const { findings, notEvaluated } = report
  return [...findings.map(findingCommand), ...gapCommands(notEvaluated), checkSummary(report)].join('\n')
}

function findingCommand(finding: CheckFinding): string {
  const { severity, rule, message, place, also = [] } = finding
  // Beside the first line; the others are told.
  const places = also.length === 0 ? [] : [`at ${printPlaces(place, also)}`]
  return command(COMMAND[severity], { ...place, title: rule }, [message, ...places, ...furtherLines(finding)])
}

/** Reasons that are told. */
const REASONS = 5

/** One notice for all gaps, because GitHub shows ten of a step: how many rules, and why. */
function gapCommands(gaps: readonly NotEvaluated[]): string[] {
  if (gaps.length === 0) return []
  const told = gaps.slice(0, REASONS).map(({ subject, rules, reason }) => {
    return `${subject}: ${rules.length === 0 ? '' : `${counted(rules.length, 'rule')}: `}${reason}`
  })
  const more = gaps.length > REASONS ? [`and ${gaps.length - REASONS} more`] : []
  return [command('notice', { title: 'not evaluated' }, [...told, ...more])]
}

/** `col` is what GitHub calls a column. */
function command(name: string, about: Partial<Place> & { readonly title: string }, lines: readonly string[]): string {
  const { file, line, column, title } = about
  const properties = Object.entries({ file, line, col: column, title }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${property(String(value))}`],
  )
  return `::${name} ${properties.join(',')}::${lines.map(data).join('%0A')}`
}

/** Text that no line break ends, and in which nothing stands for something else. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
