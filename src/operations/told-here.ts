import { CnbError } from '../errors.js'
import { redactLocator } from '../redact.js'
import { hintOfNoPath } from '../sources/not-a-path.js'

/** What the command line names. */
interface NamedHere {
  /** As written. */
  readonly text: string
  /** What it is for people. */
  readonly what: string
  /** Absolute folder in which the user stands. */
  readonly cwd: string
}

/** A failure to read what the command line names, with that name, unless it says already where it arose. */
export function toldHere(error: CnbError, { text, what, cwd }: NamedHere): CnbError {
  const shown = redactLocator(text)
  const own = error.hint ?? (error.code === 'E_OFFLINE' ? 'leave out --offline' : undefined)
  const hint = hintOfNoPath(error.with({ hint: own }), text, cwd)
  if (error.place !== undefined) return error.with({ hint })
  const { message } = error
  return error.with({
    message: message.includes(shown) ? message : `the ${what} ${shown}: ${message}`,
    place: { file: 'command line' },
    value: shown,
    hint,
  })
}

/** What `read` returns. @throws CnbError as `toldHere` tells it */
export async function readHere<Value>(named: NamedHere, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    throw error instanceof CnbError ? toldHere(error, named) : error
  }
}
