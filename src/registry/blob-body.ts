import type { RequestBody } from '../http/message.js'
import type { Blob } from '../oci/image.js'

/** What every blob is sent as. */
export const BYTES = { 'content-type': 'application/octet-stream' }

/** All of a blob as the body of a request; opened anew when it is sent again. */
export class BlobBody implements RequestBody {
  readonly size: number
  readonly #blob: Blob
  readonly #signal: AbortSignal | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(blob: Blob, signal: AbortSignal | undefined) {
    this.size = blob.descriptor.size
    this.#blob = blob
    this.#signal = signal
  }

  async *open(offset = 0): AsyncGenerator<Uint8Array> {
    let skip = offset
    try {
      for await (const piece of heldBack(this.#blob.open(this.#signal))) {
        const wanted = piece.subarray(skip)
        skip -= piece.length - wanted.length
        if (wanted.length > 0) yield wanted
      }
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  /** What the source failed with is thrown: a request that fails because of it says less. */
  checkSource(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

/**
 * The pieces of a stream that checks itself, each one when the next is there: the last one comes when the check has passed,
 * so nobody ever gets all of something that is wrong.
 */
export async function* heldBack(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined
  for await (const piece of source) {
    if (held !== undefined) yield held
    held = piece
  }
  if (held !== undefined) yield held
}
