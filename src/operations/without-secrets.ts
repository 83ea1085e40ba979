import { CnbError, type Diagnostic } from '../errors.js'
import { redactLine, redactLocator, redactText } from '../redact.js'

/** The problem, fit to be printed: no locator in it has a user name, a password or a query. */
export function withoutSecrets(diagnostic: Diagnostic): Diagnostic {
  const { rule, message, value, notes, fix } = diagnostic
  return {
    ...diagnostic,
    message: redactText(message),
    value: shownValue(rule, value),
    notes: notes?.map(redactText),
    fix: fix === undefined ? undefined : redactText(fix),
  }
}

/** The error with all that it says, and its trace, fit to be printed. */
export function errorWithoutSecrets(error: CnbError): CnbError {
  const { code, message, place, value, hint, cause, stack } = error
  const shown = new CnbError(code, redactText(message), {
    cause,
    place,
    value: shownValue(code, value),
    hint: hint === undefined ? undefined : redactText(hint),
    diagnostics: error.diagnostics.map(withoutSecrets),
  })
  if (stack !== undefined) shown.stack = redactText(stack)
  return shown
}

/** Where TOML is broken the value is the rest of a line. */
function shownValue(rule: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (rule === 'toml-syntax') return redactLine(value)
  return redactText(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? redactLocator(value) : value)
}
