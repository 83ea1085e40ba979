import { describe, expect, test } from 'vitest'
import { failureOf } from './authorized.js'
import { aPlace, refuse, withPassword } from './place.js'

describe('a registry with tokens', () => {
  test('is pinged once, and a token is for a repository', async () => {
    const { pull, said } = await aPlace()
    expect([await pull('a'), await pull('a'), await pull('b')]).toEqual([200, 200, 404])
    expect(said.registry()).toEqual([
      'GET /v2/ 401',
      'GET /v2/a/manifests/1 200',
      'GET /v2/a/manifests/1 200',
      'GET /v2/b/manifests/1 404',
    ])
    expect(said.tokens()).toEqual(['GET repository:a:pull 200', 'GET repository:b:pull 200'])
  })

  test('is asked for one token by many who need it at the same time', async () => {
    const { pull, said } = await aPlace()
    await Promise.all(Array.from({ length: 20 }, () => pull('a')))
    expect(said.tokens()).toEqual(['GET repository:a:pull 200'])
    expect(said.registry().filter((line) => line.startsWith('GET /v2/ '))).toHaveLength(1)
  })

  test('is asked for push first, and for all that is mounted from, with one token', async () => {
    const { push, pull, said, tokens } = await aPlace(withPassword)
    await push('a', { from: ['b', 'c'] })
    await push('a', { from: ['b'] })
    await pull('a')
    expect(said.tokens()).toEqual(['GET repository:a:pull,push repository:b:pull repository:c:pull 200'])
    expect(tokens.issued).toHaveLength(1)
  })

  test('is asked for one token by many who come together, whatever each of them mounts from', async () => {
    const { push, said } = await aPlace(withPassword)
    await Promise.all(['b', 'c', 'd'].map((from) => push('a', { from: [from] })))
    expect(said.tokens()).toEqual([
      'GET repository:a:pull,push repository:b:pull repository:c:pull repository:d:pull 200',
    ])
  })

  test('widens the scope that a repository was asked for with', async () => {
    const { push, pull, said } = await aPlace(withPassword)
    await pull('a')
    await push('a')
    await pull('a')
    expect(said.tokens()).toEqual(['GET repository:a:pull 200', 'GET repository:a:pull,push 200'])
  })

  test('A-20: that wants more than it was asked for is shown a wider token, from then on', async () => {
    const { client, registry, said } = await aPlace(withPassword)
    const mount = `${registry.url}/v2/a/blobs/uploads/?mount=sha256:${'0'.repeat(64)}&from=b`
    const access = { name: 'a', actions: 'pull,push' } as const
    expect((await client.ask({ method: 'POST', url: mount }, access)).status).toBe(202)
    expect((await client.ask({ method: 'POST', url: mount }, access)).status).toBe(202)
    expect(said.tokens()).toEqual([
      'GET repository:a:pull,push 200',
      'GET repository:a:pull,push repository:b:pull 200',
    ])
    expect(said.registry().map((line) => line.slice(-3))).toEqual(['401', '401', '202', '202'])
  })

  test('R-37: that gives no right to a repository to mount from is asked once, and the caller hears of it', async () => {
    const grant = (_: unknown, name: string, actions: readonly string[]) => (name === 'b' ? [] : actions)
    const { client, registry, said } = await aPlace({ ...withPassword, tokens: { grant } })
    const url = `${registry.url}/v2/a/blobs/uploads/?mount=sha256:${'0'.repeat(64)}&from=b`
    const answer = await client.ask(
      { method: 'POST', url, accept: [401] },
      { name: 'a', actions: 'pull,push', from: ['b'] },
    )
    expect(answer.status).toBe(401)
    expect(said.tokens()).toHaveLength(1)
  })

  test('R-37: whose token server refuses another repository is asked without it, and not with it again', async () => {
    const { push, said } = await aPlace({
      ...withPassword,
      tokens: {
        intercept: (exchange) => {
          if (!exchange.url.search.includes('repository%3Ab')) return false
          exchange.fail(403, 'DENIED')
          return true
        },
      },
    })
    expect(await push('a', { from: ['b'] })).toBe(202)
    expect(await push('a', { from: ['b'] })).toBe(202)
    expect(said.tokens()).toEqual([
      'GET repository:a:pull,push repository:b:pull 403',
      'GET repository:a:pull,push 200',
    ])
  })

  test('R-03: that revoked a token is shown a new one', async () => {
    const { pull, tokens, said } = await aPlace()
    await pull('a')
    tokens.revokeAll()
    said.registry()
    expect(await Promise.all([pull('a'), pull('a'), pull('a')])).toEqual([200, 200, 200])
    expect(tokens.issued).toHaveLength(2)
  })

  test('R-02: that takes no token is shown one new one, and that is the end', async () => {
    const { registry, tokens, said, pull } = await aPlace({
      ...withPassword,
      intercept: (exchange, challenge) => refuse(exchange, challenge),
    })
    const error = await failureOf(pull('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toBe(
      `${registry.host} does not take the token that ${tokens.host} has just given to read a; there may also be no such repository; it answered 401, UNAUTHORIZED: no`,
    )
    expect(said.tokens()).toHaveLength(2)
    expect(said.registry()).toEqual(['GET /v2/ 401', 'GET /v2/a/manifests/1 401', 'GET /v2/a/manifests/1 401'])
  })

  test('that answers its ping to everybody is challenged by once', async () => {
    const { pull, said } = await aPlace({
      intercept: (exchange) => {
        if (exchange.url.pathname !== '/v2/') return false
        exchange.reply(200)
        return true
      },
    })
    expect([await pull('a'), await pull('b')]).toEqual([200, 404])
    expect(said.registry().map((line) => line.slice(-3))).toEqual(['200', '401', '200', '404'])
  })

  test('R-59: whatever a token server says of time, a token is good for a minute', async () => {
    for (const toldLifetime of [0, 1, -5, undefined]) {
      const { pull, client, tokens } = await aPlace({ tokens: { toldLifetime: () => toldLifetime } })
      await pull('a')
      client.pass(59)
      await pull('a')
      expect(tokens.issued).toHaveLength(1)
      client.pass(1)
      await pull('a')
      expect(tokens.issued).toHaveLength(2)
    }
  })
})
