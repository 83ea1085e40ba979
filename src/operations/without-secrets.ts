import { CnbError, type Diagnostic } from '../errors.js'
import { redactLine, redactLocator, redactText } from '../redact.js'
import { SecretSet } from '../secrets.js'

/**
 * The problem, fit to be printed: no locator in it has a user name, a password or a query, and nothing that the run knows to be
 * a secret is in it.
 */
export function withoutSecrets(diagnostic: Diagnostic, secrets = new SecretSet()): Diagnostic {
  const { rule, message, value, notes, fix } = diagnostic
  const shown = (text: string): string => secrets.scrub(redactText(text))
  return {
    ...diagnostic,
    message: shown(message),
    value: shownValue(rule, value, secrets),
    notes: notes?.map(shown),
    fix: fix === undefined ? undefined : shown(fix),
  }
}

/** The error with all that it says, and its trace, fit to be printed. */
export function errorWithoutSecrets(error: CnbError, secrets = new SecretSet()): CnbError {
  const { code, message, place, value, hint, cause, stack } = error
  const shownText = (text: string): string => secrets.scrub(redactText(text))
  const shown = new CnbError(code, shownText(message), {
    cause,
    place,
    value: shownValue(code, value, secrets),
    hint: hint === undefined ? undefined : shownText(hint),
    diagnostics: error.diagnostics.map((diagnostic) => withoutSecrets(diagnostic, secrets)),
  })
  if (stack !== undefined) shown.stack = shownText(stack)
  return shown
}

/** Where TOML is broken the value is the rest of a line. */
function shownValue(rule: string, value: string | undefined, secrets: SecretSet): string | undefined {
  if (value === undefined) return undefined
  if (rule === 'toml-syntax') return secrets.scrub(redactLine(value))
  return secrets.scrub(redactText(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? redactLocator(value) : value))
}
