import { expect, test } from 'vitest'
import { aBody, aClient, FakeClock, serve, SHORT, textOf } from './support.js'

test('a request is answered, with its headers and its body', async () => {
  const server = await serve((_, response) => response.setHeader('X-A', '1').end('hello'))
  const client = aClient()
  const response = await client.send({
    method: 'GET',
    url: new URL(`${server.url}/a?b=c#d`),
    headers: { Accept: 'x/y' },
  })
  expect(await textOf(response.body)).toBe('hello')
  expect(response).toMatchObject({ status: 200 })
  expect(response.headers.get('x-a')).toBe('1')
  expect(server.seen).toMatchObject([
    {
      url: '/a?b=c',
      headers: { accept: 'x/y', 'accept-encoding': 'identity', 'user-agent': 'trowel/test' },
    },
  ])
  expect(client.counts).toEqual({ requests: 1, bytesSent: 0, bytesReceived: 5 })
})

test('a body is sent with its length, and again from its source after a 503', async () => {
  const server = await serve((_, response, count) => {
    response.statusCode = count === 1 ? 503 : 201
    response.end()
  })
  const body = aBody('x'.repeat(100))
  const client = aClient()
  const response = await client.send({ method: 'PUT', url: new URL(server.url), body })
  expect(response.status).toBe(201)
  expect(server.seen.map((request) => request.body.length)).toEqual([100, 100])
  expect(server.seen[0]!.headers['content-length']).toBe('100')
  expect(body.opened).toBe(2)
  expect(client.counts.bytesSent).toBe(200)
})

test('what the source of a body throws comes out as it is, and is not tried again', async () => {
  const server = await serve((_, response) => void response.end())
  let opened = 0
  const open = async function* (): AsyncGenerator<Uint8Array> {
    opened++
    yield Buffer.from('a')
    throw new Error('the disk is gone')
  }
  const sending = aClient().send({ method: 'PUT', url: new URL(server.url), body: { size: 2, open } })
  await expect(sending).rejects.toThrow('the disk is gone')
  expect(opened).toBe(1)
})

test('tries again six times with growing waits, then says what was answered', async () => {
  const server = await serve((_, response) => {
    response.statusCode = 500
    response.end('{"errors": "out of \u001b[31mcheese"}')
  })
  const clock = new FakeClock()
  const sending = aClient({ clock }).send({ method: 'GET', url: new URL(`${server.url}/a?token=s3cret`) })
  await expect(sending).rejects.toMatchObject({
    code: 'E_NETWORK',
    message: `GET ${server.url}/a was answered with status 500: {"errors": "out of \\u001b[31mcheese"} (6 tries)`,
  })
  expect(server.seen).toHaveLength(6)
  expect(clock.slept).toEqual([300, 600, 1200, 2400, 4800])
})

test('an answer that never comes is given up, and tried again', async () => {
  const server = await serve((_, response, count) => {
    if (count >= 2) response.end('ok')
  })
  const response = await aClient({ timeouts: SHORT }).send({ method: 'GET', url: new URL(server.url) })
  expect(await textOf(response.body)).toBe('ok')
})

test('a POST is not made twice when nobody knows what became of the first', async () => {
  const server = await serve((_, response) => void response.destroy())
  const sending = aClient().send({ method: 'POST', url: new URL(server.url) })
  await expect(sending).rejects.toMatchObject({ code: 'E_NETWORK', message: expect.stringContaining('closed') })
  expect(server.seen).toHaveLength(1)
})

test('offline, no socket is opened', async () => {
  const server = await serve((_, response) => void response.end())
  const sending = aClient({ offline: true }).send({ method: 'GET', url: new URL(server.url) })
  await expect(sending).rejects.toMatchObject({ code: 'E_OFFLINE' })
  expect(server.connections).toBe(0)
})

test('a request that is stopped ends with the reason', async () => {
  const server = await serve(() => stop.abort(new Error('enough')))
  const stop = new AbortController()
  const sending = aClient().send({ method: 'GET', url: new URL(server.url) }, stop.signal)
  await expect(sending).rejects.toThrow('enough')
})

test('a stopped body ends with the reason', async () => {
  const server = await serve((_, response) => void response.write('a'))
  const stop = new AbortController()
  const response = await aClient().send({ method: 'GET', url: new URL(server.url) }, stop.signal)
  const reading = textOf(response.body)
  stop.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
})

test('one connection is enough for requests one after the other', async () => {
  const server = await serve((_, response) => void response.end('x'.repeat(100_000)))
  const client = aClient()
  for (const _ of [1, 2, 3]) {
    const { body } = await client.send({ method: 'GET', url: new URL(server.url) })
    expect(await textOf(body)).toHaveLength(100_000)
  }
  expect(server.connections).toBe(1)
})

test('one connection is enough for questions that have no body to answer', async () => {
  const server = await serve((_, response) => void response.writeHead(200, { 'content-length': 100_000 }).end())
  const client = aClient()
  for (const _ of [1, 2, 3]) await client.send({ method: 'HEAD', url: new URL(server.url) })
  expect(server.connections).toBe(1)
})
