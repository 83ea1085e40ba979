import { createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { discard } from '#src/http/body.js'
import type { Exchange } from '#src/http/settings.js'
import { excerpt } from '#src/http/excerpt.js'
import { Gates } from '#src/http/gates.js'
import { HostSlots } from '#src/http/slots.js'
import { warningsIn } from '#src/http/warning.js'
import { SecretSet } from '#src/secrets.js'
import { aBody, aClient, FakeClock, listening, serve, SHORT, textOf, type TestServer } from './support.js'

const GET = (server: TestServer, path = '/'): { method: 'GET'; url: URL } => ({
  method: 'GET',
  url: new URL(path, server.url),
})

/** A server that answers with bytes, one text for each request. */
function serveBytes(...answers: ((socket: Socket) => void)[]): Promise<TestServer> {
  let count = 0
  const server = createServer((socket) => {
    socket.on('data', () => answers[Math.min(count++, answers.length - 1)]!(socket))
  })
  return listening(server, 'http')
}

const says =
  (text: string): ((socket: Socket) => void) =>
  (socket) =>
    socket.write(text)
const saysLast =
  (text: string): ((socket: Socket) => void) =>
  (socket) =>
    socket.end(text)

describe('R-06: a host that asks for a pause gets one', () => {
  test('from everybody, and they do not come back at the same instant', async () => {
    const clock = new FakeClock()
    const gates = new Gates(clock)
    gates.close('a.test', 3000)
    await gates.pass('b.test')
    expect(clock.slept).toEqual([])
    clock.chance = 0
    await gates.pass('a.test')
    expect(clock.slept).toEqual([3000])
    clock.time -= 3000
    gates.close('a.test', 3000)
    clock.chance = 0.5
    await gates.pass('a.test')
    expect(clock.slept).toEqual([3000, 3150])
  })

  test('and a shorter one does not end a longer one', async () => {
    const clock = new FakeClock()
    clock.chance = 0
    const gates = new Gates(clock)
    gates.close('a.test', 3000)
    gates.close('a.test', 1000)
    await gates.pass('a.test')
    expect(clock.slept).toEqual([3000])
  })

  test('also when only one of many requests was told', async () => {
    const server = await serve((_, response, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '3' })
      response.end()
    })
    const clock = new FakeClock()
    const client = aClient({ clock })
    const first = client.send(GET(server))
    const waited = (): number => clock.slept.length
    await first
    const others = await Promise.all([1, 2, 3].map(() => client.send(GET(server))))
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(clock.slept[0]).toBe(3150)
    expect(waited()).toBe(1)
  })
})

describe('so many requests at once', () => {
  test('and nobody waits behind a busy host', async () => {
    const slots = new HostSlots({ perHost: 2, overall: 3 })
    const order: string[] = []
    const take = async (host: string, name: string): Promise<() => void> => {
      const release = await slots.take(host)
      order.push(name)
      return release
    }
    const [a1] = await Promise.all([take('a', 'a1'), take('a', 'a2')])
    const a3 = take('a', 'a3')
    await take('b', 'b1')
    const b2 = take('b', 'b2')
    a1()
    a1()
    await a3
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3'])
    const release = await a3
    release()
    await b2
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'b2'])
  })

  test('and who is stopped while waiting leaves the queue', async () => {
    const slots = new HostSlots({ perHost: 1, overall: 1 })
    const release = await slots.take('a')
    const stop = new AbortController()
    const stopped = slots.take('a', stop.signal)
    const next = slots.take('a')
    stop.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
    release()
    await expect(next).resolves.toBeTypeOf('function')
  })

  test('of a host are four, and its answers count until they are read', async () => {
    let open = 0
    let most = 0
    const server = await serve((_, response) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        response.end('x')
      }, 5)
    })
    const client = aClient()
    const one = async (): Promise<string> => textOf((await client.send(GET(server))).body)
    expect(await Promise.all(Array.from({ length: 20 }, one))).toEqual(Array.from({ length: 20 }, () => 'x'))
    expect(most).toBe(4)
  })

  test('may be a copy from a host to itself, as often as there are slots', async () => {
    const server = await serve((_, response) => void response.end('x'.repeat(1000)))
    const client = aClient()
    const copy = async (): Promise<void> => {
      const response = await client.send({
        method: 'PUT',
        url: new URL(server.url),
        body: {
          size: 1000,
          open: async function* () {
            yield* (await client.send(GET(server))).body
          },
        },
      })
      await discard(response)
    }
    const copies = await Promise.all(Array.from({ length: 12 }, copy))
    expect(copies).toHaveLength(12)
  })

  test('are free again after answers without a body, left ones, refused ones and failed ones', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/204') response.writeHead(204).end()
      else if (request.url === '/404') response.writeHead(404).end('no')
      else if (request.url === '/cut') response.destroy()
      else if (request.url === '/302') response.writeHead(302, { location: '/204' }).end('there')
      else response.end('x'.repeat(1_000_000))
    })
    const client = aClient()
    for (let i = 0; i < 10; i++) {
      await client.send(GET(server, '/204'))
      await client.send(GET(server, '/302'))
      await client.send({ method: 'HEAD', url: new URL(server.url) })
      await expect(client.send(GET(server, '/404'))).rejects.toMatchObject({ code: 'E_NETWORK' })
      await expect(client.send({ ...GET(server, '/cut'), idempotent: false })).rejects.toMatchObject({
        code: 'E_NETWORK',
      })
      await (await client.send(GET(server))).body[Symbol.asyncIterator]().return?.()
    }
    expect(client.counts.requests).toBe(70)
  })
})

describe('R-11, H-13: what is too slow is cut', () => {
  test('below the floor, however often a byte comes', async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(timer))
    })
    // The server is slow by the real clock.
    const clock = Object.assign(new FakeClock(), { now: Date.now })
    const { body } = await aClient({ clock, timeouts: { ...SHORT, idleBody: 10_000 } }).send(GET(server))
    await expect(textOf(body)).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('bytes came in'),
    })
  })

  test('but not when it is us who are slow', async () => {
    const server = await serve((_, response) => void response.write('x', () => response.end('y')))
    const clock = new FakeClock()
    const { body } = await aClient({ clock, timeouts: SHORT }).send(GET(server))
    let text = ''
    for await (const piece of body) {
      text += Buffer.from(piece).toString()
      clock.time += 1_000_000
    }
    expect(text).toBe('xy')
  })

  test('when nothing comes', async () => {
    const server = await serve((_, response) => void response.write('x'))
    const { body } = await aClient({ timeouts: SHORT }).send(GET(server))
    await expect(textOf(body)).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('too long'),
    })
  })
})

describe('R-50: what a server says in an error', () => {
  test('is shown up to 2 KiB, and no more than 64 KiB are read', async () => {
    const server = await serve((_, response) => {
      response.statusCode = 404
      const endless = (): void => void response.write('x'.repeat(65_536), (error) => error ?? endless())
      endless()
    })
    const client = aClient()
    const error = await client.send(GET(server)).catch((reason: unknown) => reason)
    expect((error as Error).message.length).toBeLessThan(2300)
    expect(client.counts.bytesReceived).toBeLessThan(2 * 65_536)
  })

  test('U-07: has no secret in it', async () => {
    const server = await serve((request, response) => {
      response.statusCode = 403
      response.end(`you are ${request.headers.authorization}`)
    })
    const secrets = new SecretSet()
    secrets.add('to-ken-1234')
    const sending = aClient({ secrets }).send({
      ...GET(server),
      secrets: () => ({ authorization: 'Bearer to-ken-1234' }),
    })
    await expect(sending).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('you are Bearer ***'),
    })
  })

  test.each([
    ['  <html><head><title>Log in</title><script>x()</script></head>\n<body>please</body>', 'Log in please'],
    ['{"errors":\n null}', '{"errors": null}'],
    ['a\u001b[31mb\u202e\u0000', 'a\\u001b[31mb\\u202e\\u0000'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(excerpt(Buffer.from(text))).toBe(shown)
  })
})

describe('R-49: warnings of servers', () => {
  test.each([
    ['299 - "use v2"', ['use v2']],
    ['299 - "say \\"hi\\", please", 299 registry "b"', ['say "hi", please', 'b']],
    ['199 - "old"', []],
    ['299 - "\u001b[2J"', ['\\u001b[2J']],
    ['299 - "', []],
    [undefined, []],
    [`299 - "${'x'.repeat(5000)}"`, []],
  ])('%j: %j', (header, texts) => {
    expect(warningsIn(header)).toEqual(texts)
  })

  test('are passed on once', async () => {
    const server = await serve((_, response) => void response.setHeader('warning', '299 - "use v2"').end())
    const warnings: string[] = []
    const client = aClient({ warn: (text) => warnings.push(text) })
    for (const _ of [1, 2]) await client.send(GET(server))
    expect(warnings).toEqual([`127.0.0.1:${server.port} says: use v2`])
  })
})

describe('R-57: servers that are not quite as they should be', () => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

  test.each<[string, string]>([
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nok'],
    ['a close after each answer', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'],
    ['hints before the answer', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`],
    ['headers of 60 KiB', OK.replace('\r\n\r\n', `\r\nx: ${'x'.repeat(60 * 1024)}\r\n\r\n`)],
    ['bytes after the answer', `${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
  ])('are understood: %s', async (_, answer) => {
    const server = await serveBytes(saysLast(answer))
    const client = aClient()
    for (const _ of [1, 2]) expect(await textOf((await client.send(GET(server))).body)).toBe('ok')
  })

  test.each<[string, (socket: Socket) => void]>([
    ['nothing', (socket) => void socket.end()],
    ['no HTTP', saysLast('220 mail.test ESMTP\r\n')],
    ['half a head', saysLast('HTTP/1.1 200 OK\r\ncont')],
    ['a reset', (socket) => void socket.resetAndDestroy()],
  ])('are asked again after %s', async (_, answer) => {
    const server = await serveBytes(answer, says(OK))
    expect(await textOf((await aClient().send(GET(server))).body)).toBe('ok')
  })

  test.each<[string, string]>([
    ['at once', `${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
    ['that is no HTTP', OK],
  ])('a body after HEAD is no answer to anything: one %s', async (_, answer) => {
    const server = await serveBytes(says(answer), says(OK))
    const client = aClient()
    await client.send({ method: 'HEAD', url: new URL(server.url) })
    expect(await textOf((await client.send(GET(server))).body)).toBe('ok')
    expect(server.connections).toBe(2)
  })

  test('a connection that was closed in the meantime is made again', async () => {
    const server = await serveBytes(says(OK), (socket) => void socket.resetAndDestroy(), says(OK))
    const client = aClient()
    for (const _ of [1, 2]) expect(await textOf((await client.send(GET(server))).body)).toBe('ok')
    expect(server.connections).toBe(2)
  })

  test('R-57: 100 Continue that nobody asked for is no answer', async () => {
    const server = await serveBytes(saysLast(`HTTP/1.1 100 Continue\r\n\r\n${OK}`))
    await expect(aClient().send(GET(server))).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(server.connections).toBe(6)
  })

  test.each<[string, string]>([
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nok'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'],
  ])('H-10: are refused: %s', async (_, answer) => {
    const server = await serveBytes(saysLast(answer))
    await expect(aClient().send(GET(server))).rejects.toMatchObject({ code: 'E_SIZE' })
    expect(server.connections).toBe(1)
  })

  test('headers of more than 64 KiB are refused', async () => {
    const server = await serveBytes(saysLast(OK.replace('\r\n\r\n', `\r\nx: ${'x'.repeat(66 * 1024)}\r\n\r\n`)))
    await expect(aClient().send(GET(server))).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('64 KiB'),
    })
  })

  test.each<[string, string]>([
    ['is shorter than it says', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok'],
    ['ends within a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nok'],
    ['ends before the last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n'],
    [
      'has something else where a chunk should be',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nxyz\r\n',
    ],
  ])('R-13: a body that %s is an error', async (_, answer) => {
    const server = await serveBytes(saysLast(answer))
    const { body } = await aClient().send(GET(server))
    await expect(textOf(body)).rejects.toMatchObject({ code: 'E_NETWORK' })
  })

  test('what arrives encoded is passed on as it is', async () => {
    const server = await serve((_, response) => void response.setHeader('content-encoding', 'gzip').end('raw'))
    expect(await textOf((await aClient().send(GET(server))).body)).toBe('raw')
  })
})

test('every exchange is told of, without what is secret', async () => {
  const server = await serve((_, response, count) => {
    response.statusCode = count === 1 ? 500 : 200
    response.end('hello')
  })
  const traces: Exchange[] = []
  const client = aClient({ trace: (exchange) => traces.push(exchange) })
  const url = new URL(`http://me:pass-word@127.0.0.1:${server.port}/a?sig=to-ken`)
  await textOf((await client.send({ method: 'PUT', url, body: aBody('abc') })).body)
  const common = { method: 'PUT', url: `${server.url}/a`, sent: 3, received: 5, milliseconds: 0 }
  expect(traces).toEqual([
    { ...common, status: 500, attempt: 1, failure: undefined },
    { ...common, status: 200, attempt: 2, failure: undefined },
  ])
})

test('R-10: a name that is not there is looked up three times', async () => {
  const clock = new FakeClock()
  const traces: Exchange[] = []
  const client = aClient({
    clock,
    lookup: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    trace: (exchange) => traces.push(exchange),
  })
  await expect(client.send({ method: 'GET', url: new URL('https://nowhere.test/') })).rejects.toMatchObject({
    code: 'E_NETWORK',
    message: 'GET https://nowhere.test/: there is no such name (3 tries)',
  })
  expect(clock.slept).toEqual([500, 1000])
  expect(traces.map(({ status, failure }) => [status, failure])).toEqual(
    Array.from({ length: 3 }, () => [undefined, 'GET https://nowhere.test/: there is no such name']),
  )
})

test('closing ends what is under way', async () => {
  const server = await serve((_, response) => void response.write('x'))
  const client = aClient()
  const { body } = await client.send(GET(server))
  const reading = textOf(body)
  await client.close()
  await expect(reading).rejects.toThrow(/closed|destroyed/)
})
