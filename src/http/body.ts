import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Response } from './message.js'
import type { Clock, Timeouts } from './settings.js'
import { network } from './failure.js'

/** What a body in the making is watched by. */
export interface BodyWatch {
  /** Such as `GET https://example.org/a`. */
  readonly doing: string
  readonly clock: Clock
  readonly floor: Timeouts['floor']
  readonly signal: AbortSignal | undefined
  /** The failure behind what the stream threw. */
  readonly explain: (error: unknown) => unknown
  /** Called once, when nothing more will come. */
  readonly finished: (received: number, failure: unknown) => void
}

/** The body of an answer as it arrives. It ends with an error when it is cut or slower than the floor. */
export class IncomingBody implements AsyncIterableIterator<Uint8Array> {
  readonly #stream: Readable
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #watch: BodyWatch
  #received = 0
  #done = false
  /** Of the stretch over which the rate is looked at. Time in which nobody asked for more does not count. */
  #waited = 0
  #arrived = 0

  constructor(stream: Readable, watch: BodyWatch) {
    this.#stream = stream
    this.#watch = watch
    // Somebody always listens: a connection may break while nobody reads.
    stream.on('error', () => {})
    this.#pieces = stream[Symbol.asyncIterator]()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#done) return { done: true, value: undefined }
    const { clock, signal, explain } = this.#watch
    const asked = clock.now()
    try {
      const piece = await this.#pieces.next()
      if (piece.done === true) {
        await connectionIsFree()
        this.#finish(undefined)
        return { done: true, value: undefined }
      }
      this.#received += piece.value.length
      this.#keepPace(clock.now() - asked, piece.value.length)
      return { done: false, value: piece.value }
    } catch (error) {
      const failure = signal?.aborted === true ? signal.reason : explain(error)
      this.#finish(failure)
      this.#stream.destroy()
      throw failure
    }
  }

  /** Says that nothing will come, so that nobody has to read it. */
  async leaveEmpty(): Promise<void> {
    this.#stream.resume()
    await connectionIsFree()
    this.#finish(undefined)
  }

  /** Leaves the rest. */
  return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#done) {
      this.#finish(undefined)
      this.#stream.destroy()
    }
    return Promise.resolve({ done: true, value: undefined })
  }

  #keepPace(waited: number, arrived: number): void {
    const { floor, doing } = this.#watch
    this.#waited += waited
    this.#arrived += arrived
    if (this.#waited < floor.per) return
    if (this.#arrived < floor.bytes) {
      throw network(`${doing}: only ${this.#arrived} bytes came in ${this.#waited} ms`, { kind: 'cut' })
    }
    this.#waited = 0
    this.#arrived = 0
  }

  #finish(failure: unknown): void {
    this.#done = true
    this.#watch.finished(this.#received, failure)
  }
}

/** undici takes a connection for busy until the event loop has turned once after an answer, and would open another. */
function connectionIsFree(): Promise<void> {
  return setImmediate()
}

/** The body as one piece, as far as `limit` bytes; the rest is left. */
export async function readUpTo(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    pieces.push(piece.subarray(0, limit - length))
    length += piece.length
    if (length >= limit) break
  }
  return Buffer.concat(pieces)
}

/** Leaves an answer whose body nobody wants, and its connection. Does not throw. */
export async function leave({ body }: Response): Promise<void> {
  await body[Symbol.asyncIterator]().return?.()
}

/** Bytes that are read only so that the connection can be used again. */
const WORTH_READING = 64 * 1024

/** Reads a body that nobody wants, if it is short, so that its connection can be used again. Does not throw. */
export async function discard({ body }: Response): Promise<void> {
  try {
    await readUpTo(body, WORTH_READING)
  } catch {
    // It was not wanted.
  }
}
