import type { IncomingMessage, ServerResponse } from 'node:http'
import { faulty } from './body-faults.js'
import { placeOf, type Fault } from './rules.js'
import type { TranscriptEntry } from './proxy.js'

/** An answer of the proxy's own, or bytes instead of one. */
export type OwnAnswer =
  | { readonly raw: string | Uint8Array }
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string | readonly string[]>>
      readonly body: string | Uint8Array
    }

/** What the proxy answers by itself; undefined when somebody else is asked. */
export function answerOf(fault: Fault, entry: TranscriptEntry): OwnAnswer | undefined {
  if (fault.kind === 'raw') return { raw: fault.bytes }
  if (fault.kind === 'status') return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' }
  if (fault.kind === 'challenge') return { status: 401, headers: { 'www-authenticate': fault.challenge }, body: '' }
  if (fault.kind !== 'redirect') return undefined
  const location = typeof fault.to === 'string' ? fault.to : fault.to(entry.path)
  return { status: fault.status, headers: { location }, body: '' }
}

/** Reads the request to its end, as a polite server does, and answers it. */
export async function reply(
  answer: OwnAnswer,
  entry: TranscriptEntry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for await (const chunk of counted(request, entry)) void chunk
  if ('raw' in answer) {
    request.socket.end(answer.raw)
    return
  }
  const { status, headers, body } = answer
  entry.status = status
  entry.responseBytes = entry.method === 'HEAD' ? 0 : Buffer.byteLength(body)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) })
  response.end(entry.method === 'HEAD' ? undefined : body)
}

/** The body of a request, counted as it arrives. */
export async function* counted(request: IncomingMessage, entry: TranscriptEntry): AsyncGenerator<Uint8Array> {
  // Whoever stops reading must not end the connection by it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    entry.requestBytes += chunk.length
    yield chunk
  }
}

/** Passes an answer on to the client, but for what `fault` does to it. */
export async function passResponse(
  fault: Fault | undefined,
  entry: TranscriptEntry,
  answer: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const size = entry.method === 'HEAD' ? 0 : Number(answer.headers['content-length'] ?? 0)
  entry.status = answer.statusCode ?? 0
  entry.responseSize = size
  let headers = withHeaderFault(withoutHops(answer.rawHeaders), fault)
  if (fault?.kind === 'truncate' && fault.fixLength) {
    headers = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
    headers = [...headers, ['content-length', String(placeOf(fault.to, size))]]
  }
  const body = faulty(answer, 'response', fault, size)
  response.writeHead(entry.status, headers.flat())
  response.flushHeaders()
  for await (const chunk of body) {
    entry.responseBytes += chunk.length
    await new Promise<void>((resolve) => response.write(chunk, () => resolve()))
  }
  response.end()
  // What came after the body's length is in nobody's count: the connection is of no more use.
  if (fault?.kind === 'extend') response.socket?.end()
}

function withHeaderFault(headers: readonly Header[], fault: Fault | undefined): readonly Header[] {
  if (fault?.kind !== 'header') return headers
  const { set = {}, drop = [], dup = {} } = fault
  const gone = new Set([...drop, ...Object.keys(set)])
  return [...headers.filter(([name]) => !gone.has(name.toLowerCase())), ...Object.entries(set), ...Object.entries(dup)]
}

/** Name and value. */
export type Header = readonly [string, string]

/** Headers without those that are about one connection. */
export function withoutHops(raw: readonly string[]): readonly Header[] {
  const pairs = raw.flatMap((name, i): Header[] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []))
  return pairs.filter(([name]) => !['connection', 'keep-alive', 'transfer-encoding'].includes(name.toLowerCase()))
}
