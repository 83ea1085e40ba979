import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Connection } from './connection.js'

/** One request to an engine. */
export interface EngineRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as it comes, in chunks. */
  readonly body?: AsyncIterable<Uint8Array> | undefined
  readonly signal?: AbortSignal | undefined
}

/** An answer whose head has arrived. */
export interface EngineResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  /** Must be read to its end or left with `return()`. Throws what the request's body threw, if that was the reason. */
  readonly body: AsyncGenerator<Uint8Array, void, undefined>
}

/**
 * Sends a request and returns its answer, which may begin while the body is still being sent.
 *
 * @throws what reading the body threw, or Node's error
 */
export async function exchange(connection: Connection, options: EngineRequest): Promise<EngineResponse> {
  const { agent, protocol, host, port, socketPath } = connection
  const { method, path, headers, signal } = options
  const send = protocol === 'https:' ? httpsRequest : httpRequest
  const request = send({ agent, protocol, host, port, socketPath, method, path, headers, signal })
  const answered = answerTo(request)
  const body = new Sending(request, options.body)
  try {
    const answer = await answered
    return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: read(answer, body, signal) }
  } catch (error) {
    const reason = body.failure ?? reasonOf(signal)
    // The other side may close an idle connection in the instant in which it is used again.
    if (reason === undefined && request.reusedSocket && options.body === undefined) return exchange(connection, options)
    throw reason ?? error
  }
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    // Stays, so that an error after the answer has begun, which shows there too, is not one that nobody listens to.
    request.on('error', reject)
  })
}

async function* read(
  answer: IncomingMessage,
  sending: Sending,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of answer) yield piece as Uint8Array
  } catch (error) {
    throw sending.failure ?? reasonOf(signal) ?? error
  } finally {
    sending.stop()
  }
  if (sending.failure !== undefined) throw sending.failure
}

function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? signal.reason : undefined
}

function headersOf({ headers }: IncomingMessage): ReadonlyMap<string, string> {
  const flat = Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')] as const)
  return new Map(flat)
}

/** A body on its way. */
class Sending {
  /** What went wrong in reading the body. */
  failure: unknown
  readonly #request: ClientRequest
  #isOver = false

  constructor(request: ClientRequest, body: AsyncIterable<Uint8Array> | undefined) {
    this.#request = request
    if (body === undefined) request.end()
    else void this.#run(body)
  }

  /** The answer is complete: whatever was not sent is not wanted. */
  stop(): void {
    this.#isOver = true
    if (!this.#request.writableFinished) this.#request.destroy()
  }

  async #run(body: AsyncIterable<Uint8Array>): Promise<void> {
    const request = this.#request
    try {
      for await (const piece of body) {
        if (!request.write(piece)) await this.#drained()
        if (this.#isOver || request.destroyed) return
      }
      request.end()
    } catch (error) {
      this.failure = error
      request.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #drained(): Promise<void> {
    const request = this.#request
    return new Promise((resolve) => {
      const done = (): void => {
        request.off('drain', done)
        request.off('close', done)
        resolve()
      }
      request.on('drain', done)
      request.on('close', done)
      if (request.destroyed) done()
    })
  }
}
