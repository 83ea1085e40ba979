import { CnbError, type ErrorCode } from '../errors.js'
import type { Limits } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'

/** What an engine said while it worked: one JSON object a line. */
export interface EngineMessage {
  /** What it has to say about its progress, without the line's end. */
  readonly text: string | undefined
  /** Why it gave up. The status of the whole answer was sent before it did. */
  readonly error: string | undefined
}

/** Bytes of one message, at most; docker's have a few hundred. */
const MESSAGE_BYTES = 1 << 20

/**
 * The messages of an answer, in order.
 *
 * @param name the engine, for messages
 * @throws CnbError E_ENGINE for what is no message, also when the last one is cut off
 */
export async function* readMessages(
  body: AsyncIterable<Uint8Array>,
  name: string,
  limits: Limits,
): AsyncGenerator<EngineMessage, void, undefined> {
  let rest = Buffer.alloc(0)
  for await (const piece of body) {
    rest = Buffer.concat([rest, piece])
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      const line = rest.subarray(0, end)
      rest = rest.subarray(end + 1)
      if (!isBlank(line)) yield parseMessage(line, name, limits)
    }
    if (rest.length > MESSAGE_BYTES) throw new CnbError('E_ENGINE', `${name} said more than it may in one message`)
  }
  if (!isBlank(rest)) yield parseMessage(rest, name, limits)
}

const NEWLINE = 0x0a

function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x0d)
}

function parseMessage(line: Uint8Array, name: string, limits: Limits): EngineMessage {
  let fields: Fields
  try {
    fields = Fields.of(parseJson(line, { file: name, limits }), { file: name, code: 'E_ENGINE' })
    const error = fields.optionalObject('errorDetail')?.optionalString('message') ?? fields.optionalString('error')
    const text = fields.optionalString('stream') ?? fields.optionalString('status')
    return { text: text?.trimEnd(), error }
  } catch (cause) {
    throw new CnbError('E_ENGINE', `${name} broke off in the middle of its answer`, { cause })
  }
}

/** Characters of what an engine says that are shown. */
const SHOWN = 1_000

/** The error that an engine gave up on something, in its own words. */
export function engineError(name: string, doing: string, said: string): CnbError {
  const text = said.trim()
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  return new CnbError(codeOf(text), `${name} failed at ${doing}: ${shown === '' ? 'it does not say why' : shown}`)
}

function codeOf(said: string): ErrorCode {
  return /no space left on device|disk quota exceeded/i.test(said) ? 'E_ENGINE_DISK' : 'E_ENGINE'
}
