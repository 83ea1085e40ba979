import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import { HttpError, toldOutcome } from '../http/failure.js'
import type { RequestBody, Response } from '../http/message.js'
import type { Blob, Descriptor } from '../oci/image.js'
import { readRefusal, refusalError, type Refusal } from './answers.js'
import type { RepositoryClient } from './registry-client.js'
import { BlobBody, BYTES, heldBack } from './blob-body.js'
import { hasBlob } from './blobs.js'
import { digestIn } from './manifests.js'
import { Rewindable } from './rewindable.js'
import { uploadLocation, withDigest } from './upload-location.js'

/** How often a part may fail without one byte more being acknowledged. */
const MAX_STALLS = 5
/** Milliseconds that cleaning up may take: a request to a registry that is busy, before somebody who has said stop says it again. */
const CANCEL_MS = 5000

/** In one request, or in parts that the registry acknowledges one by one. */
export type Way = 'whole' | 'parts'

/** An upload that came to nothing, but may succeed in a new session. */
export interface Setback {
  readonly error: CnbError
  /** How it should be tried then. */
  readonly next: Way
}

/**
 * One upload of one blob, which the registry has opened. A session that has failed is not used again: registries differ in
 * what they have kept of it.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export class UploadSession {
  readonly #remote: RepositoryClient
  readonly #doing: string
  readonly #smallestPart: number
  #location: URL

  private constructor(remote: RepositoryClient, doing: string, { location, smallestPart }: OpenedSession) {
    this.#remote = remote
    this.#doing = doing
    this.#location = location
    this.#smallestPart = smallestPart
  }

  /** @param response the answer that opened the session @throws CnbError E_REGISTRY, E_REDIRECT */
  static async of(remote: RepositoryClient, { digest }: Descriptor, response: Response): Promise<UploadSession> {
    await discard(response)
    const doing = `uploading ${digest} to ${remote.name}`
    const smallest = Number(response.headers.get('oci-chunk-min-length') ?? 0)
    return new UploadSession(remote, doing, {
      location: await uploadLocation(remote, response, doing),
      smallestPart: Number.isSafeInteger(smallest) ? smallest : 0,
    })
  }

  /** Sends a blob. @throws whatever its source throws, and what no other session would change */
  async send(blob: Blob, way: Way, signal: AbortSignal | undefined): Promise<Setback | undefined> {
    return way === 'whole' ? this.#sendWhole(blob, signal) : this.#sendParts(blob, signal)
  }

  /** Tells the registry that nothing more will come. Does not throw. */
  async cancel(): Promise<void> {
    const signal = AbortSignal.timeout(CANCEL_MS)
    const ended = (): void => undefined
    await this.#remote
      .send({ method: 'DELETE', to: this.#location, idempotent: false }, signal)
      .then(discard)
      .catch(ended)
  }

  async #sendWhole(blob: Blob, signal: AbortSignal | undefined): Promise<Setback | undefined> {
    const body = new BlobBody(blob, signal)
    const sent = await this.#attempt('PUT', withDigest(this.#location, blob.descriptor.digest), body, BYTES, signal)
    body.checkSource()
    // What failed because of its size, or of a network that does not last, goes better in parts.
    const next = blob.descriptor.size > this.#remote.sizes.smallestPart ? 'parts' : 'whole'
    return sent instanceof CnbError ? { error: sent, next } : this.#committed(sent, blob, next, signal)
  }

  async #sendParts(blob: Blob, signal: AbortSignal | undefined): Promise<Setback | undefined> {
    const { digest, size } = blob.descriptor
    const { sizes } = this.#remote
    const source = new Rewindable(heldBack(blob.open(signal)))
    try {
      const least = Math.max(sizes.smallestPart, this.#smallestPart)
      let partBytes = Math.max(sizes.part, least)
      let stalls = 0
      for (let offset = 0; offset < size;) {
        const result = await this.#sendPart(source, offset, Math.min(partBytes, size - offset), signal)
        if (result.kind === 'setback') return result
        if (result.kind === 'at' && result.offset > offset) {
          stalls = 0
          offset = result.offset
          source.release(offset)
          continue
        }
        // Too much at once, for the registry or for the network.
        if (partBytes <= least && result.kind === 'too-large') throw result.error
        partBytes = Math.max(least, Math.floor(partBytes / 2))
        if (result.kind === 'too-large') continue
        if (++stalls > MAX_STALLS) return { error: result.error ?? this.#lost(), next: 'parts' }
        await this.#remote.pause(stalls, signal, toldOutcome(result.error))
      }
      const sent = await this.#attempt('PUT', withDigest(this.#location, digest), NOTHING, BYTES, signal)
      return sent instanceof CnbError
        ? { error: sent, next: 'parts' }
        : await this.#committed(sent, blob, 'parts', signal)
    } finally {
      await source.close()
    }
  }

  /** Sends one part and returns how far the registry is. */
  async #sendPart(
    source: Rewindable,
    offset: number,
    length: number,
    signal: AbortSignal | undefined,
  ): Promise<PartResult> {
    const headers = { ...BYTES, 'content-range': `${offset}-${offset + length - 1}` }
    const sent = await this.#attempt('PATCH', this.#location, source.part(offset, length), headers, signal)
    source.checkSource()
    if (sent instanceof CnbError) return this.#askHowFar(offset, length, sent, signal)
    if (sent.status < 300) {
      await discard(sent)
      await this.#moveOn(sent)
      const acknowledged = acknowledgedBytes(sent.headers.get('range'))
      // A registry that does not say how far it is will say whether the whole is right.
      if (acknowledged === undefined || acknowledged === offset + length) return { kind: 'at', offset: offset + length }
      return this.#askHowFar(offset, length, undefined, signal)
    }
    const refusal = await readRefusal(sent, this.#remote.limits)
    const error = refusalError(refusal, this.#doing)
    if (refusal.status === 413) return { kind: 'too-large', error }
    if (refusal.status === 416) return this.#askHowFar(offset, length, error, signal)
    const takesNoParts = offset === 0 && [400, 405, 501].includes(refusal.status)
    return { kind: 'setback', error, next: takesNoParts ? 'whole' : 'parts' }
  }

  /** Asks the registry how far it is after a part of which that is not certain. */
  async #askHowFar(
    offset: number,
    length: number,
    error: CnbError | undefined,
    signal: AbortSignal | undefined,
  ): Promise<PartResult> {
    const response = await this.#attempt('GET', this.#location, undefined, {}, signal)
    if (response instanceof CnbError) return { kind: 'setback', error: error ?? response, next: 'parts' }
    await discard(response)
    const acknowledged = response.status < 300 ? acknowledgedBytes(response.headers.get('range')) : undefined
    if (acknowledged === undefined || acknowledged < offset || acknowledged > offset + length) {
      return { kind: 'setback', error: error ?? this.#lost(), next: 'parts' }
    }
    await this.#moveOn(response)
    return { kind: 'at', offset: acknowledged, error }
  }

  /** What the registry answers; the error when the network ended it. */
  async #attempt(
    method: 'GET' | 'PATCH' | 'PUT',
    to: URL,
    body: RequestBody | undefined,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Response | CnbError> {
    try {
      return await this.#remote.send({ method, to, headers, body, idempotent: method === 'GET' }, signal)
    } catch (error) {
      if (error instanceof HttpError && error.kind === 'network') return error
      throw error
    }
  }

  /** What comes of the request that ends an upload. @param next how it should be tried again */
  async #committed(
    response: Response,
    { descriptor }: Blob,
    next: Way,
    signal: AbortSignal | undefined,
  ): Promise<Setback | undefined> {
    if (response.status < 300) {
      await discard(response)
      await this.#confirm(response, descriptor, signal)
      return undefined
    }
    const refusal = await readRefusal(response, this.#remote.limits)
    const error = refusalError(refusal, this.#doing)
    if (!mayGoBetter(refusal)) throw error
    return { error, next: refusal.status === 413 ? 'parts' : next }
  }

  /** A registry that names another digest than ours is asked for the blob under ours. */
  async #confirm({ headers }: Response, descriptor: Descriptor, signal: AbortSignal | undefined): Promise<void> {
    const claimed = digestIn(headers)
    if (claimed === undefined || claimed === descriptor.digest) return
    if (await hasBlob(this.#remote, descriptor, signal)) return
    throw new CnbError('E_REGISTRY_DIGEST', `${this.#doing}: the registry took it, but keeps it as ${claimed}`, {
      place: { file: this.#remote.nameOf(descriptor.digest) },
      value: claimed,
    })
  }

  /** The newest place counts; a registry that names none stays where it is. */
  async #moveOn(response: Response): Promise<void> {
    if ((response.headers.get('location') ?? '') === '') return
    this.#location = await uploadLocation(this.#remote, response, this.#doing)
  }

  #lost(): CnbError {
    return new CnbError('E_REGISTRY', `${this.#doing}: the registry has lost a part of what it was sent`)
  }
}

/** What a registry says when it opens a session. */
interface OpenedSession {
  readonly location: URL
  /** Bytes; parts must not be smaller, except the last. */
  readonly smallestPart: number
}

type PartResult =
  | { readonly kind: 'at'; readonly offset: number; readonly error?: CnbError | undefined }
  | { readonly kind: 'too-large'; readonly error: CnbError }
  | ({ readonly kind: 'setback' } & Setback)

const NOTHING: RequestBody = {
  size: 0,
  async *open() {
    // Everything was sent before.
  },
}

/** A session that is gone, bytes that came out of order, a body that was too large for one request. */
function mayGoBetter({ status, codes }: Refusal): boolean {
  if (status === 404 || status === 413 || status === 416) return true
  return (
    status === 400 &&
    ['DIGEST_INVALID', 'SIZE_INVALID', 'BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN'].some((code) => codes.has(code))
  )
}

/**
 * How many bytes a registry says that it has: the end of `0-1999`, which is inclusive. `0-0` is what an empty session says;
 * undefined when it says nothing that can be read.
 *
 * @internal
 */
export function acknowledgedBytes(range: string | undefined): number | undefined {
  const end = /^(?:bytes[= ])?0-(\d+)$/.exec(range?.trim() ?? '')?.[1]
  if (end === undefined) return undefined
  return end === '0' ? 0 : Number(end) + 1
}
