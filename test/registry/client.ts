import { request } from 'undici'
import type { Diagnostic } from '#src/errors.js'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Request, Response } from '#src/http/message.js'
import { RegistryClient } from '#src/registry/registry-client.js'

async function sendPlainly(call: Request, signal?: AbortSignal): Promise<Response> {
  try {
    const { method, url, headers, body } = call
    const answer = await request(url, {
      method,
      headers: { ...headers, ...(body?.size === undefined ? {} : { 'content-length': String(body.size) }) },
      body: body === undefined ? null : (body.open() as never),
      ...(signal === undefined ? {} : { signal }),
    })
    const map = new Map(
      Object.entries(answer.headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : (v ?? '')] as const),
    )
    const status = answer.statusCode
    if (status >= 300 && !call.accept?.includes(status)) {
      await answer.body.dump()
      throw new CnbError(status === 401 ? 'E_AUTH' : 'E_REGISTRY', `answered ${status}`)
    }
    return { status, headers: map, url, body: answer.body as AsyncIterable<Uint8Array> }
  } catch (error) {
    if (error instanceof CnbError || signal?.aborted === true) throw signal?.aborted ? signal.reason : error
    throw new CnbError('E_NETWORK', String(error), { cause: error })
  }
}

export interface TestClient {
  readonly client: RegistryClient
  readonly warnings: Diagnostic[]
  readonly events: string[]
}

export function testClient(): TestClient {
  const warnings: Diagnostic[] = []
  const events: string[] = []
  const client = new RegistryClient({
    authorizer: { send: (call, _access, signal) => sendPlainly(call, signal) },
    limits: DEFAULT_LIMITS,
    report: (warning) => void warnings.push(warning),
    events: (event) => void ('text' in event && events.push(event.text)),
    mayBePlain: () => true,
    pause: () => Promise.resolve(),
  })
  return { client, warnings, events }
}
