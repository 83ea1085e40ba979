import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { secretsIn } from '../secrets.js'

/** What was asked and answered. */
export interface LoggedRequest {
  readonly method: string
  /** With the query, as it was sent. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Counts the connections of this server from 1. */
  readonly connection: number
  /** 0 while there is no answer, and when the connection ended without one. */
  status: number
  /** Bytes of the body that arrived. */
  bytesIn: number
  /** Bytes of the body that were handed to the connection. */
  bytesOut: number
  /** Names of the secrets that were seen in the path, a header, or the body of a manifest or of a question for a token. */
  secrets: readonly string[]
}

/** The codes of the distribution specification. */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_UNKNOWN'
  | 'RANGE_INVALID'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED'

export type Headers = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage
  readonly url: URL
  readonly log: LoggedRequest
  /** Headers of whatever the answer will be. */
  always: Headers = {}
  readonly #response: ServerResponse
  readonly #secrets: Readonly<Record<string, string>>

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    log: LoggedRequest,
    secrets: Readonly<Record<string, string>> = {},
  ) {
    this.request = request
    this.#secrets = secrets
    this.#response = response
    this.log = log
    this.url = new URL(`http://registry${request.url ?? '/'}`)
  }

  get method(): string {
    return this.request.method ?? 'GET'
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** The scheme and host that the client used. */
  get origin(): string {
    const scheme = 'encrypted' in this.request.socket ? 'https' : 'http'
    return `${scheme}://${this.header('host')}`
  }

  /** The body as it arrives. */
  async *body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      this.log.bytesIn += chunk.length
      yield chunk
    }
  }

  /** The body when it is at most `limit` bytes; the rest is read and forgotten, as a polite server does. */
  async bodyUpTo(limit: number): Promise<Buffer | undefined> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of this.body()) {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
    }
    const found = secretsIn(Buffer.concat(chunks), this.#secrets)
    this.log.secrets = [...new Set([...this.log.secrets, ...found])]
    return size <= limit ? Buffer.concat(chunks) : undefined
  }

  reply(status: number, headers: Headers = {}, body: Uint8Array | string = ''): void {
    const bytes = Buffer.from(body)
    this.#head(status, { 'content-length': status === 204 || status === 304 ? undefined : bytes.length, ...headers })
    if (this.method !== 'HEAD') this.log.bytesOut += bytes.length
    this.#response.end(this.method === 'HEAD' ? undefined : bytes)
    // What nobody wants to read would keep the connection from its next request.
    this.request.resume()
  }

  async stream(status: number, headers: Headers, body: Readable): Promise<void> {
    this.#head(status, headers)
    body.on('data', (chunk: Buffer) => (this.log.bytesOut += chunk.length))
    // The client may leave whenever it wants.
    await pipeline(body, this.#response).catch(() => undefined)
  }

  fail(status: number, code: ErrorCode, message: string = code.toLowerCase(), headers: Headers = {}): void {
    const body = JSON.stringify({ errors: [{ code, message, detail: {} }] })
    this.reply(status, { 'content-type': 'application/json', ...headers }, body)
  }

  json(status: number, value: unknown, headers: Headers = {}): void {
    this.reply(status, { 'content-type': 'application/json', ...headers }, `${JSON.stringify(value)}\n`)
  }

  /** Ends the connection without an answer. */
  hangUp(): void {
    this.request.socket.destroy()
  }

  #head(status: number, headers: Headers): void {
    this.log.status = status
    for (const [name, value] of Object.entries({ ...this.always, ...headers })) {
      if (value !== undefined) this.#response.setHeader(name, value)
    }
    this.#response.writeHead(status)
  }
}
