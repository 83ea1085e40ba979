import { CnbError, type Diagnostic, type Place } from '../errors.js'
import type { Reporter, TrowelEvent } from '../events.js'
import { redactLine, redactLocator, redactText } from '../redact.js'
import { SecretSet } from '../secrets.js'

const NONE = new SecretSet()

/** The problem, fit to be printed: no locator in it has a user name, a password or a query, and nothing in it is in `secrets`. */
export function withoutSecrets(diagnostic: Diagnostic, secrets = NONE): Diagnostic {
  const { rule, message, place, also, value, notes, fix } = diagnostic
  const clean = (text: string): string => secrets.scrub(redactText(text))
  const cleanPlace = (place: Place): Place => ({ ...place, file: secrets.scrub(place.file) })
  return {
    ...diagnostic,
    message: clean(message),
    place: cleanPlace(place),
    also: also?.map(cleanPlace),
    value: shownValue(rule, value, secrets),
    notes: notes?.map(clean),
    fix: fix === undefined ? undefined : clean(fix),
  }
}

/** The error with all that it says, its trace, and what it was caused by, fit to be printed. */
export function errorWithoutSecrets(error: CnbError, secrets = NONE): CnbError {
  const { code, message, place, value, hint, cause, stack } = error
  const clean = (text: string): string => secrets.scrub(redactText(text))
  const shown = error.with({
    message: clean(message),
    cause: thrownWithoutSecrets(cause, secrets),
    place: place && { ...place, file: secrets.scrub(place.file) },
    value: shownValue(code, value, secrets),
    hint: hint === undefined ? undefined : clean(hint),
    diagnostics: error.diagnostics.map((diagnostic) => withoutSecrets(diagnostic, secrets)),
  })
  if (stack !== undefined) shown.stack = clean(stack)
  return shown
}

/** Whatever was thrown, fit to be printed. An error that is not one of ours stays the same one, and says less. */
export function thrownWithoutSecrets(thrown: unknown, secrets: SecretSet): unknown {
  if (thrown instanceof CnbError) return errorWithoutSecrets(thrown, secrets)
  if (!(thrown instanceof Error)) return thrown
  const { message, stack, cause } = thrown
  const clean = secrets.scrub(message)
  // The reason of a signal is known by its identity, and some errors do not let themselves be changed.
  if (clean !== message) Reflect.set(thrown, 'message', clean)
  if (stack !== undefined && secrets.scrub(stack) !== stack) Reflect.set(thrown, 'stack', secrets.scrub(stack))
  if (cause !== undefined) Reflect.set(thrown, 'cause', thrownWithoutSecrets(cause, secrets))
  return thrown
}

/** Passes events on to `report` without what is in `secrets` by then. */
export function reportWithoutSecrets(report: Reporter, secrets: SecretSet): Reporter {
  return (event) => report(eventWithoutSecrets(event, secrets))
}

function eventWithoutSecrets(event: TrowelEvent, secrets: SecretSet): TrowelEvent {
  if ('text' in event) return { ...event, text: secrets.scrub(event.text) }
  if ('place' in event) return { ...event, title: secrets.scrub(event.title), place: secrets.scrub(event.place) }
  if ('title' in event) return { ...event, title: secrets.scrub(event.title) }
  return event
}

/** Where TOML is broken the value is the rest of a line. */
function shownValue(rule: string, value: string | undefined, secrets: SecretSet): string | undefined {
  if (value === undefined) return undefined
  if (rule === 'toml-syntax') return secrets.scrub(redactLine(value))
  return secrets.scrub(redactText(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? redactLocator(value) : value))
}
