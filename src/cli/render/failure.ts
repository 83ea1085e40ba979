import { CnbError, sortedDiagnostics, type Diagnostic, type Place } from '../../errors.js'
import { printDiagnostic, printWhere, summaryOf, type SourceLine } from './diagnostics.js'
import type { Palette } from './style.js'
import { printable, printableValue } from './text.js'

/** What ended a run, for people. */
export function printFailure(error: CnbError, palette: Palette, sourceLine: SourceLine): string {
  const blocks = sortedDiagnostics(error.diagnostics).map((d) => printDiagnostic(d, palette, sourceLine))
  // The failure is one of them, or else all of them are warnings that came before it.
  if (error.diagnostics.some(({ severity }) => severity === 'error'))
    return [...blocks, palette.error(`${error.message}: ${summaryOf(error.diagnostics)}`)].join('\n')
  const lines = [
    ...blocks,
    `${palette.error('error')}${palette.faint(`[${error.code}]`)} ${palette.strong(printable(error.message))}`,
  ]
  if (error.place !== undefined) lines.push(`  ${palette.faint('at')} ${printWhere(error.place)}`)
  if (error.value !== undefined) lines.push(`  ${palette.faint('value:')} ${printableValue(error.value)}`)
  if (error.hint !== undefined) lines.push(`  ${palette.info('fix:')} ${printable(error.hint)}`)
  return lines.join('\n')
}

interface ProblemJson {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly also?: readonly Place[] | undefined
  readonly value?: string | undefined
  readonly notes?: readonly string[] | undefined
  readonly fix?: string | undefined
}

/** A diagnostic as one JSON object. */
export function diagnosticJson(diagnostic: Diagnostic): ProblemJson {
  const { rule, severity, message, place, also, value, notes, fix } = diagnostic
  return { code: rule, severity, message, ...place, also, value, notes, fix }
}

/** What ended a run, for `--json`: one object a problem, in the order of the files. */
export function failureJson(error: CnbError): {
  readonly error: ProblemJson
  readonly problems: readonly ProblemJson[]
} {
  const { code, message, place, value, hint } = error
  const own: ProblemJson = { code, severity: 'error', message, ...place, value, fix: hint }
  const others = sortedDiagnostics(error.diagnostics)
  // Beside warnings that came before it, the failure is one of the problems.
  const isAmongThem = others.length === 0 || others.some(({ severity }) => severity === 'error')
  return { error: own, problems: [...(isAmongThem ? [] : [own]), ...others.map(diagnosticJson)] }
}
