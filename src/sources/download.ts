import type { Cache } from '../cache/cache.js'
import { CnbError } from '../errors.js'
import type { Reporter } from '../events.js'
import { discard, leave } from '../http/body.js'
import type { HttpClient } from '../http/client.js'
import type { Response } from '../http/message.js'
import { isSameOrigin } from '../http/origin.js'
import type { Limits } from '../limits.js'
import type { Digest } from '../oci/digest.js'
import type { SecretSet } from '../secrets.js'
import type { DownloadedFile, Named } from './context.js'
import { readDownloadAddress, type DownloadAddress } from './download-address.js'
import { IncomingFile } from './download-body.js'
import {
  conditionOf,
  decodeDownloadRecord,
  printDownloadRecord,
  recordOf,
  type DownloadRecord,
} from './download-record.js'
import { offline } from './find.js'

/** What files are downloaded with. */
export interface DownloadContext {
  /** Asked for when something has to be fetched. */
  readonly http: () => Promise<Pick<HttpClient, 'download'>>
  readonly cache: Cache
  readonly limits: Limits
  /** Only what the cache has is given out. */
  readonly offline: boolean
  /** Plain http is fine even when nobody knows what should come. */
  readonly allowInsecure: boolean
  readonly secrets: SecretSet
  readonly report: Reporter
  readonly signal?: AbortSignal | undefined
}

/**
 * Files from http and https addresses, by way of the cache. A pinned file that is there is not asked for; of any other the
 * server is asked whether it is still the same. Each address is fetched once in a run.
 */
export class Downloads {
  readonly #context: DownloadContext
  readonly #underWay = new Map<string, Promise<DownloadedFile>>()

  constructor(context: DownloadContext) {
    this.#context = context
  }

  /**
   * The file at an address, which may have user info and a pin: `https://user:password@example.org/a.tgz#sha256=…`.
   *
   * @throws CnbError E_INPUT, E_OFFLINE, E_DIGEST, E_NOT_ARCHIVE, E_SIZE, E_IO, those of `HttpClient.download`
   */
  fetch(text: string, named: Named): Promise<DownloadedFile> {
    const present = this.#underWay.get(text)
    if (present !== undefined) return present
    const fetching = this.#fetch(text, named).catch((error: unknown) => {
      throw placed(error, named)
    })
    this.#underWay.set(text, fetching)
    return fetching
  }

  async #fetch(text: string, named: Named): Promise<DownloadedFile> {
    const { cache, secrets, allowInsecure } = this.#context
    const address = readDownloadAddress(text, named, { allowInsecure, secrets })
    const pinned = address.pin && cache.find(address.pin)
    if (address.pin !== undefined && pinned !== undefined) return { file: pinned, digest: address.pin }
    const known = this.#known(address)
    if (!this.#context.offline) return this.#ask(address, known)
    if (known === undefined) throw offline(named, 'would have to be downloaded')
    return known.kept
  }

  /** What the cache has of an address. Of a pinned one it has nothing here: then it would have been found by its digest. */
  #known({ url, pin }: DownloadAddress): Known | undefined {
    if (pin !== undefined) return undefined
    const record = decodeDownloadRecord(this.#context.cache.record('url', url.href))
    const file = record && this.#context.cache.find(record.digest)
    return record === undefined || file === undefined ? undefined : { record, kept: { file, digest: record.digest } }
  }

  async #ask(address: DownloadAddress, known: Known | undefined): Promise<DownloadedFile> {
    const incoming = new IncomingFile({
      cache: this.#context.cache,
      limit: this.#context.limits.downloadBytes,
      shown: address.shown,
      progress: (bytes) =>
        this.#context.report({ kind: 'transfer-progress', way: 'down', title: address.shown, bytes }),
    })
    try {
      const response = await this.#request(address, known?.record, incoming)
      if (response.status !== 304) return await this.#receive(response, address, incoming)
      await discard(response)
      // It may have gone in the meantime; and some servers say so without being asked.
      const kept = known && this.#known(address)?.kept
      if (kept !== undefined) return kept
      return await this.#receive(await this.#requestAgain(address, incoming), address, incoming)
    } finally {
      incoming.discard()
    }
  }

  async #request(
    { url, authorization, pin }: DownloadAddress,
    record: DownloadRecord | undefined,
    incoming: IncomingFile,
  ): Promise<Response> {
    const http = await this.#context.http()
    return http.download(
      {
        method: 'GET',
        url,
        headers: conditionOf(record),
        secrets: (to) => (authorization !== undefined && isSameOrigin(to, url) ? { authorization } : undefined),
        accept: [304],
        allowPlainHttp: pin !== undefined || this.#context.allowInsecure,
      },
      // The pin is what counts in the end, so that what came before a cut need not come again.
      pin === undefined ? { onRestart: () => incoming.restart() } : {},
      this.#context.signal,
    )
  }

  async #requestAgain(address: DownloadAddress, incoming: IncomingFile): Promise<Response> {
    const response = await this.#request(address, undefined, incoming)
    if (response.status !== 304) return response
    await discard(response)
    throw new CnbError(
      'E_NETWORK',
      `${address.shown} was answered with status 304, but nobody asked whether it changed`,
    )
  }

  async #receive(response: Response, address: DownloadAddress, incoming: IncomingFile): Promise<DownloadedFile> {
    if (address.pin === undefined) await refuseEncoded(response, address)
    const digest = await incoming.receive(response)
    checkPin(digest, address)
    const { cache, report } = this.#context
    const { size } = incoming
    const file = incoming.keep(digest)
    cache.remember('url', address.url.href, printDownloadRecord(recordOf(response, digest)))
    report({ kind: 'transfer-done', way: 'down', title: address.shown, place: response.url.host, size, how: 'moved' })
    return { file, digest }
  }
}

/** A file of the cache, and what its server said of it. */
interface Known {
  readonly record: DownloadRecord
  readonly kept: DownloadedFile
}

/** We asked for the file as it is: what comes encoded is another one, and only a digest can tell which was meant. */
async function refuseEncoded(response: Response, { shown }: DownloadAddress): Promise<void> {
  const encoding = response.headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() === 'identity') return
  await leave(response)
  throw new CnbError('E_COMPRESSION', `${shown} arrives encoded as ${encoding}, although it was asked for as it is`, {
    value: encoding,
    hint: 'pin the bytes that arrive with #sha256=DIGEST',
  })
}

function checkPin(digest: Digest, { pin, shown }: DownloadAddress): void {
  if (pin === undefined || digest === pin) return
  throw new CnbError('E_DIGEST', `${shown} has digest ${digest}, but its pin says ${pin}`, {
    value: digest,
    hint: `when the new content is what you want, pin it with #${digest.replace(':', '=')}`,
  })
}

/** The same error, with the place that names the file. */
function placed(error: unknown, { place }: Named): unknown {
  return error instanceof CnbError && error.place === undefined ? error.with({ place }) : error
}
