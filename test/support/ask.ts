import { request as plainRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { request as tlsRequest, type RequestOptions } from 'node:https'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Question {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | string
  readonly tls?: Pick<RequestOptions, 'ca' | 'cert' | 'key'>
}

/** One request on a connection of its own, with nothing of ours: no redirects, no second try. */
export function ask(
  url: string | URL,
  { method = 'GET', headers = {}, body, tls = {} }: Question = {},
): Promise<Answer> {
  const { protocol, username, password } = new URL(url)
  const credentials = username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const options = { method, headers: { ...length, ...headers }, agent: false, ...credentials }
  return new Promise((resolve, reject) => {
    const request = protocol === 'https:' ? tlsRequest(url, { ...options, ...tls }) : plainRequest(url, options)
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
    request.end(body)
  })
}
