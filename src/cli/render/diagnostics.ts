import type { Diagnostic, Place, Severity } from '../../errors.js'
import type { Palette, Style } from './style.js'
import { counted, printable, printableValue } from './text.js'

/** The text of a line of a file, or undefined when it cannot be had; shown above the caret. */
export type SourceLine = (place: Place) => string | undefined

/** `file:line:column`, as editors and terminals understand it. */
export function printWhere(place: Place): string {
  const { file, line, column } = place
  return printable([file, line, column].filter((part) => part !== undefined).join(':'))
}

/** One problem over several lines: what, where, the line with a caret, notes, fix. */
export function printDiagnostic(diagnostic: Diagnostic, palette: Palette, sourceLine: SourceLine): string {
  const { severity, rule, message, place, also, value, notes = [], fix } = diagnostic
  const lines = [
    `${colour(severity, palette)(severity)}${palette.faint(`[${rule}]`)} ${palette.strong(printableMessage(message))}`,
    `  ${palette.faint('at')} ${printPlaces(place, also)}`,
    ...caret(place, palette, sourceLine),
  ]
  if (value !== undefined && !message.includes(value))
    lines.push(`  ${palette.faint('value:')} ${printableValue(value)}`)
  for (const note of notes) lines.push(`  ${palette.faint('note:')} ${printableMessage(note)}`)
  if (fix !== undefined) lines.push(`  ${palette.info('fix:')} ${printableMessage(fix)}`)
  return lines.join('\n')
}

/** How many places are named beside the first. */
const MAX_PLACES = 5

/** `builder.toml:2:7 (and 41 more: 5:7, 8:7, …)`: those of the same file without its name. */
export function printPlaces(first: Place, also: readonly Place[] = []): string {
  if (also.length === 0) return printWhere(first)
  const named = also.slice(0, MAX_PLACES).map((place) => {
    const { file, line, column } = place
    return file === first.file && line !== undefined ? [line, column ?? 1].join(':') : printWhere(place)
  })
  const rest = also.length > MAX_PLACES ? ', …' : ''
  return `${printWhere(first)} (and ${also.length} more: ${named.join(', ')}${rest})`
}

/** `2 errors, 1 warning`. */
export function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const severities: readonly Severity[] = ['error', 'warning', 'info']
  return severities
    .map((severity) => ({ severity, count: diagnostics.filter((d) => d.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => (severity === 'info' ? `${count} info` : counted(count, severity)))
    .join(', ')
}

function printableMessage(text: string): string {
  return printable(text)
}

function colour(severity: Severity, palette: Palette): Style {
  return severity === 'error' ? palette.error : severity === 'warning' ? palette.warning : palette.info
}

const MAX_LINE = 160

function caret(place: Place, palette: Palette, sourceLine: SourceLine): string[] {
  const text = place.line === undefined ? undefined : sourceLine(place)
  if (text === undefined || place.line === undefined) return []
  const column = place.column ?? 1
  if (text.length > MAX_LINE || column > text.length + 1) return []
  const gutter = `  ${String(place.line).padStart(4)} | `
  const blank = `${' '.repeat(gutter.length - 2)}| `
  // Tabs and escapes keep their width, so that the caret stands below its character.
  const before = ' '.repeat(printable(text.slice(0, column - 1).replaceAll('\t', ' ')).length)
  return [
    `${palette.faint(gutter)}${printable(text.replaceAll('\t', ' '))}`,
    `${palette.faint(blank)}${before}${palette.error('^')}`,
  ]
}
