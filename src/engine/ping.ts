import { CnbError } from '../errors.js'
import { errnoOf } from '../files.js'
import type { Connection } from './connection.js'
import type { EngineEndpoint } from './endpoint.js'
import { exchange } from './exchange.js'

/** What a ping needs beside the connection. */
export interface PingOptions {
  readonly endpoint: EngineEndpoint
  /** The engine, for messages. */
  readonly name: string
  readonly milliseconds: number
  readonly signal: AbortSignal | undefined
}

/** Bytes of an answer to a ping that are read; docker's says `OK`. */
const ANSWER_BYTES = 1 << 10

/**
 * Asks an engine whether it is there; returns the version of the API that it offers.
 *
 * @throws CnbError E_ENGINE when nobody answers in time, or something else than an engine does
 */
export async function ping(connection: Connection, options: PingOptions): Promise<string | undefined> {
  const { name, milliseconds, signal } = options
  const late = AbortSignal.timeout(milliseconds)
  try {
    const either = signal === undefined ? late : AbortSignal.any([late, signal])
    const { status, headers, body } = await exchange(connection, { method: 'GET', path: '/_ping', signal: either })
    let read = 0
    for await (const piece of body) if ((read += piece.length) > ANSWER_BYTES) break
    const version = headers.get('api-version')
    if (status === 200 && (version !== undefined || read <= 'OK'.length)) return version
    throw new CnbError('E_ENGINE', `${name} is something else: it answers a ping with status ${status}`, {
      hint: CHOOSE,
    })
  } catch (cause) {
    if (cause instanceof CnbError) throw cause
    signal?.throwIfAborted()
    throw late.aborted ? tooLate(options, cause) : unreachable(options, cause)
  }
}

const CHOOSE = 'start an engine, or name one in DOCKER_HOST'

function tooLate({ name, milliseconds }: PingOptions, cause: unknown): CnbError {
  return new CnbError('E_ENGINE', `${name} did not answer within ${milliseconds} ms`, { cause, hint: CHOOSE })
}

function unreachable({ endpoint, name }: PingOptions, cause: unknown): CnbError {
  const errno = errnoOf(cause)
  const fail = (problem: string, hint: string): CnbError =>
    new CnbError('E_ENGINE', `${name} cannot be reached: ${problem}`, { cause, hint })
  if (endpoint.kind === 'unix' && errno === 'ENOENT') return fail('there is no such socket', CHOOSE)
  if (endpoint.kind === 'unix' && errno === 'EACCES') {
    return fail(
      'the socket is not yours to use (EACCES)',
      'join the group that owns it, or name another in DOCKER_HOST',
    )
  }
  if (endpoint.kind === 'ssh' && errno === 'ENOENT') return fail('there is no program ssh', 'install it')
  if (endpoint.kind === 'ssh')
    return fail(cause instanceof Error ? cause.message : errno, 'see that `ssh HOST docker version` works')
  if (errno.startsWith('HPE_')) return fail('what answers speaks no HTTP', CHOOSE)
  if (isTlsProblem(errno)) return fail(`its certificate is not accepted (${errno})`, 'look at DOCKER_CERT_PATH/ca.pem')
  return fail(errno, CHOOSE)
}

function isTlsProblem(errno: string): boolean {
  return /CERT|^ERR_TLS|^ERR_SSL|^UNABLE_TO_|^EPROTO$/.test(errno)
}
