import type { AllowedFinding, CheckFinding, CheckReport, NotEvaluated } from '../../operations/check-report.js'
import { allowanceOf, furtherLines, gapOf, groupedBy, isFailing } from './check-words.js'
import { printPlaces } from './diagnostics.js'
import { escapeUnit, printable } from './text.js'

/** One test of a suite. */
interface Case {
  readonly file: string
  readonly name: string
  /** What became of it; nothing is below one that passed without a word. */
  readonly outcome: 'failed' | 'skipped' | 'passed'
  readonly body: readonly string[]
}

/**
 * What `check` found, as JUnit has tests: a suite for each file, a test for each finding. What does not fail the run has passed, with
 * words; what is allowed and what was not evaluated is skipped.
 */
export function checkJunit(report: CheckReport): string {
  const cases = [
    ...report.findings.map((finding) => findingCase(finding, report)),
    ...report.allowed.map(allowedCase),
    ...report.notEvaluated.map(gapCase),
  ]
  const told = new Set(cases.map(({ file }) => file))
  const sound = report.checked.filter(({ name }) => !told.has(name)).map(soundCase)
  const all = [...cases, ...sound]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="trowel check"${counts(all)}>`,
    ...[...groupedBy(all, ({ file }) => file)].flatMap(([file, group]) => suite(file, group)),
    '</testsuites>',
  ].join('\n')
}

function findingCase(finding: CheckFinding, report: CheckReport): Case {
  const { severity, rule, message, place, also } = finding
  const isFailed = isFailing(severity, report)
  const lines = [`${severity}: ${message}`, `at ${printPlaces(place, also)}`, ...furtherLines(finding)]
  const body = isFailed
    ? [`<failure${attributes({ message, type: rule })}>${text(lines)}</failure>`]
    : [`<system-out>${text(lines)}</system-out>`]
  return { file: place.file, name: `${rule}: ${message}`, outcome: isFailed ? 'failed' : 'passed', body }
}

function allowedCase(allowed: AllowedFinding): Case {
  const { rule, message, place } = allowed.finding
  const body = [`<skipped${attributes({ message: allowanceOf(allowed) })}/>`]
  return { file: place.file, name: `${rule}: ${message}`, outcome: 'skipped', body }
}

function gapCase(gap: NotEvaluated): Case {
  const body = [`<skipped${attributes({ message: gapOf(gap) })}/>`]
  return { file: gap.subject, name: 'not evaluated', outcome: 'skipped', body }
}

function soundCase({ name, kind }: CheckReport['checked'][number]): Case {
  return { file: name, name: `${kind}: no findings`, outcome: 'passed', body: [] }
}

function suite(file: string, cases: readonly Case[]): string[] {
  return [
    `  <testsuite${attributes({ name: file })}${counts(cases)}>`,
    ...cases.flatMap(({ name, file, body }) => {
      const test = `    <testcase${attributes({ name, classname: file, file, time: '0' })}`
      return body.length === 0 ? [`${test}/>`] : [`${test}>`, ...body.map((line) => `      ${line}`), '    </testcase>']
    }),
    '  </testsuite>',
  ]
}

function counts(cases: readonly Case[]): string {
  const count = (outcome: Case['outcome']): number => cases.filter((one) => one.outcome === outcome).length
  return attributes({
    tests: String(cases.length),
    failures: String(count('failed')),
    errors: '0',
    skipped: String(count('skipped')),
    time: '0',
  })
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('')
}

function text(lines: readonly string[]): string {
  return lines.map(escaped).join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text in which nothing is markup, of characters that XML 1.0 allows: not even a reference may stand for any other. */
function escaped(value: string): string {
  return printable(value)
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, escapeUnit)
    .replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c)
}
