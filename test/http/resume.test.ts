import type { ServerResponse } from 'node:http'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DownloadOptions } from '#src/http/resume.js'
import { aClient, FakeClock, serve, SHORT, textOf, type Seen, type TestServer } from './support.js'

const CONTENT = 'abcdefghijklmnopqrstuvwxyz'

/** How a server answers a request for a file: `cut` bytes of it, with a length that says more. */
type Answer = (request: Seen, response: ServerResponse) => void

/** One answer for each request; the last one stays. */
function serveInTurn(...answers: Answer[]): Promise<TestServer> {
  return serve((request, response, count) => answers[Math.min(count, answers.length) - 1]!(request, response))
}

const whole =
  (content = CONTENT, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-length': content.length, ...headers }).end(content)

/** Sends the beginning, and cuts the connection. */
const cutAfter =
  (count: number, headers: Record<string, string> = { etag: '"1"' }, content = CONTENT): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': content.length, ...headers })
    response.write(content.slice(0, count), () => response.destroy())
  }

const partial =
  (range: string, body: string, headers: Record<string, string> = { etag: '"1"' }): Answer =>
  (_, response) =>
    response.writeHead(206, { ...(range === '' ? {} : { 'content-range': range }), ...headers }).end(body)

const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end()

/** A server as it should be. */
const ranged =
  (headers: Record<string, string> = { etag: '"1"' }): Answer =>
  (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN)
    if (Number.isNaN(start)) whole(CONTENT, headers)(request, response)
    else partial(`bytes ${start}-25/26`, CONTENT.slice(start), headers)(request, response)
  }

async function download(server: TestServer, options: DownloadOptions = {}, client = aClient()): Promise<string> {
  const response = await client.download({ method: 'GET', url: new URL(server.url) }, options)
  return textOf(response.body)
}

/** The same, for content that may change. */
async function downloadUnpinned(server: TestServer): Promise<string> {
  let text = ''
  const options = { onRestart: () => (text = '') }
  const { body } = await aClient().download({ method: 'GET', url: new URL(server.url) }, options)
  for await (const piece of body) text += Buffer.from(piece).toString()
  return text
}

describe('a body that was cut goes on', () => {
  test('where it was, if it is still the same', async () => {
    const server = await serveInTurn(cutAfter(10), ranged())
    expect(await download(server)).toBe(CONTENT)
    expect(server.seen[1]!.headers).toMatchObject({ range: 'bytes=10-', 'if-range': '"1"' })
  })

  test('R-12: wherever it was cut, at the price of the bytes that were missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }), async (cuts) => {
        let sent = 0
        const server = await serve((request, response, count) => {
          const start = Number(/\d+/.exec(request.headers.range ?? '0')![0])
          const cut = cuts[count - 1]
          const body = CONTENT.slice(start, cut === undefined ? undefined : start + cut)
          sent += body.length
          response.writeHead(start === 0 ? 200 : 206, {
            etag: '"1"',
            'content-length': CONTENT.length - start,
            ...(start === 0 ? {} : { 'content-range': `bytes ${start}-25/26` }),
          })
          if (start + body.length === CONTENT.length) response.end(body)
          else response.write(body, () => response.destroy())
        })
        expect(await download(server)).toBe(CONTENT)
        expect(sent).toBe(CONTENT.length)
      }),
      { numRuns: 30 },
    )
  })

  test('R-11: after a stall', async () => {
    const server = await serveInTurn(
      (_, response) => void response.writeHead(200, { 'content-length': 26, etag: '"1"' }).write('abc'),
      ranged(),
    )
    expect(await download(server, {}, aClient({ timeouts: SHORT }))).toBe(CONTENT)
  })

  test('by its date when it has no tag', async () => {
    const headers = { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }
    const server = await serveInTurn(cutAfter(10, headers), ranged(headers))
    expect(await downloadUnpinned(server)).toBe(CONTENT)
    expect(server.seen[1]!.headers['if-range']).toBe(headers['last-modified'])
  })

  test('without either only when the caller knows its digest', async () => {
    const pinned = await serveInTurn(cutAfter(10, {}), ranged({}))
    expect(await download(pinned)).toBe(CONTENT)
    expect(pinned.seen[1]!.headers).toMatchObject({ range: 'bytes=10-' })
    const free = await serveInTurn(cutAfter(10, {}), ranged({}))
    expect(await downloadUnpinned(free)).toBe(CONTENT)
    expect(free.seen[1]!.headers.range).toBeUndefined()
  })

  test('a weak tag says nothing about bytes', async () => {
    const server = await serveInTurn(cutAfter(10, { etag: 'W/"1"' }), ranged({ etag: 'W/"1"' }))
    expect(await downloadUnpinned(server)).toBe(CONTENT)
    expect(server.seen[1]!.headers.range).toBeUndefined()
  })
})

describe('R-14, R-17: a body starts over, and nothing comes twice', () => {
  test.each<[string, Answer]>([
    ['ranges are ignored', whole()],
    ['the tag has changed', whole(CONTENT, { etag: '"2"' })],
  ])('when %s', async (_, answer) => {
    expect(await download(await serveInTurn(cutAfter(10), answer))).toBe(CONTENT)
    expect(await downloadUnpinned(await serveInTurn(cutAfter(10), answer))).toBe(CONTENT)
  })

  test.each<[string, Answer]>([
    ['it starts elsewhere', partial('bytes 9-25/26', CONTENT.slice(9))],
    ['the whole has another size', partial('bytes 10-25/27', CONTENT.slice(10))],
    ['it goes past the end', partial('bytes 10-26/26', `${CONTENT.slice(10)}!`)],
    ['it does not say what it is', partial('', CONTENT.slice(10))],
    ['it says so twice', partial('bytes 10-25/26, bytes 10-25/26', CONTENT.slice(10))],
    ['it is of another version', partial('bytes 10-25/26', 'ZZZZZZZZZZZZZZZZ', { etag: '"2"' })],
    ['it is in several parts', partial('', '--x', { 'content-type': 'multipart/byteranges; boundary=x' })],
    ['the range is refused', status(416)],
  ])('R-15, R-16: when the rest is no rest: %s', async (_, answer) => {
    const server = await serveInTurn(cutAfter(10), answer, whole(CONTENT, { etag: '"1"' }))
    expect(await download(server)).toBe(CONTENT)
    expect(server.seen.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=10-', undefined])
  })

  test('R-17: with the new content when that may change', async () => {
    const server = await serveInTurn(cutAfter(10), whole('something else', { etag: '"2"' }))
    expect(await downloadUnpinned(server)).toBe('something else')
  })

  test('R-16: when nobody knows how long it is', async () => {
    const server = await serveInTurn((_, response) => {
      response.writeHead(200, { etag: '"1"' }).write('abc', () => response.destroy())
    }, whole())
    expect(await download(server)).toBe(CONTENT)
    expect(server.seen[1]!.headers.range).toBeUndefined()
  })
})

describe('a body ends', () => {
  test('when all that was expected has come, whatever the connection does', async () => {
    const server = await serveInTurn((_, response) => {
      response.writeHead(200, { etag: '"1"' }).write(CONTENT, () => response.destroy())
    })
    expect(await download(server, { size: 26 })).toBe(CONTENT)
    expect(server.seen).toHaveLength(1)
  })

  test('with an error after six tries that bring nothing', async () => {
    const server = await serveInTurn(cutAfter(10), status(503))
    await expect(download(server)).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(server.seen).toHaveLength(6)
  })

  test('with an error after six cuts that bring less than a MiB together', async () => {
    const server = await serveInTurn(cutAfter(0))
    await expect(download(server)).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(server.seen).toHaveLength(6)
  })

  test('well after any number of cuts that bring a MiB each', async () => {
    const size = 1024 * 1024
    const all = 10 * size
    const server = await serve((request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '0')![0])
      response.writeHead(start === 0 ? 200 : 206, {
        etag: '"1"',
        'content-length': all - start,
        ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${all - 1}/${all}` }),
      })
      const piece = Buffer.alloc(Math.min(all - start, size + 1000))
      if (start + piece.length === all) response.end(piece)
      else response.write(piece, () => response.socket!.end())
    })
    const clock = new FakeClock()
    const { body } = await aClient({ clock }).download({ method: 'GET', url: new URL(server.url) })
    let length = 0
    for await (const piece of body) length += piece.length
    expect(length).toBe(all)
    expect(server.seen).toHaveLength(10)
    expect(clock.slept).toEqual(Array.from({ length: 9 }, () => 300))
  })

  test('at once when the caller leaves it', async () => {
    const server = await serveInTurn(cutAfter(10))
    const { body } = await aClient().download({ method: 'GET', url: new URL(server.url) })
    for await (const _ of body) break
    expect(server.seen).toHaveLength(1)
  })
})

test.each([204, 206])('H-12: status %d is no file when the whole was asked for', async (code) => {
  const server = await serveInTurn(status(code))
  await expect(download(server)).rejects.toMatchObject({ code: 'E_NETWORK' })
})

test('what the caller accepts comes as it is', async () => {
  const server = await serveInTurn(status(304))
  const request = {
    method: 'GET',
    url: new URL(server.url),
    accept: [304],
    headers: { 'If-None-Match': '"0"' },
  } as const
  expect(await aClient().download(request)).toMatchObject({ status: 304 })
})

test('the condition of the first request is not repeated with the rest', async () => {
  const server = await serveInTurn(cutAfter(10), ranged())
  const request = { method: 'GET', url: new URL(server.url), headers: { 'If-None-Match': '"0"' } } as const
  const { body } = await aClient().download(request)
  expect(await textOf(body)).toBe(CONTENT)
  expect(server.seen.map(({ headers }) => headers['if-none-match'])).toEqual(['"0"', undefined])
})
