import { describe, expect, test } from 'vitest'
import { aClient, failureOf, shown } from './authorized.js'
import { aPlace, IDENTITY, PASSWORD, refuse, withPassword } from './place.js'

const users = { me: PASSWORD }

describe('a password', () => {
  test('goes to the token server, and not to the registry', async () => {
    const { push, registry, tokens } = await aPlace(withPassword)
    expect(await push('a')).toBe(202)
    expect(tokens.requests.map(({ secrets }) => secrets)).toEqual([['password']])
    expect(registry.requests.flatMap(({ secrets }) => secrets)).toEqual([])
  })

  test('goes to the registry when that asks for it, and the ping tells', async () => {
    const { push, said } = await aPlace({ ...withPassword, auth: { kind: 'basic', users } })
    expect([await push('a'), await push('a')]).toEqual([202, 202])
    expect(said.registry().map((line) => line.slice(-3))).toEqual(['401', '202', '202'])
  })

  test('is not shown to a registry that does not ask', async () => {
    const { pull, registry } = await aPlace({ ...withPassword, intercept: (exchange) => (exchange.reply(200), true) })
    await pull('a')
    expect(registry.requests.flatMap(({ secrets }) => secrets)).toEqual([])
  })

  test.each([
    ['Negotiate', 'Basic realm="x"'],
    ['Bearer', 'Basic realm="x"'],
    ['Basic realm="x"', 'Bearer realm="https://forbidden.test/"'],
  ])(
    'R-01: is the answer to the first of several challenges that it is an answer to: %s, %s',
    async (...challenges) => {
      const { pull } = await aPlace({
        ...withPassword,
        intercept: (exchange) => {
          if (exchange.header('authorization')?.startsWith('Basic ')) return false
          return refuse(exchange, challenges.join(', '))
        },
        auth: { kind: 'basic', users },
      })
      expect(await pull('a')).toBe(200)
    },
  )
})

describe('A-05: an identity token', () => {
  const entry = { auth: Buffer.from('me:').toString('base64'), identitytoken: IDENTITY }

  test('is exchanged by OAuth2', async () => {
    const { push, tokens, registry } = await aPlace({ entry })
    expect(await push('a', { from: ['b'] })).toBe(202)
    expect(tokens.requests.map(({ method, path, secrets }) => [method, path, secrets])).toEqual([
      ['POST', '/token', ['identity']],
    ])
    expect(registry.requests.flatMap(({ secrets }) => secrets)).toEqual([])
  })

  test.each([404, 405] as const)('is shown as a password to a server that answers %i', async (postStatus) => {
    const { push, tokens } = await aPlace({ entry, tokens: { postStatus, users: { '<token>': IDENTITY } } })
    expect(await push('a')).toBe(202)
    expect(tokens.requests.map(({ method, status }) => [method, status])).toEqual([
      ['POST', postStatus],
      ['GET', 200],
    ])
  })

  test('that is not good any more is E_AUTH', async () => {
    const { push, tokens } = await aPlace({ entry: { identitytoken: 'CANARY-old-token' } })
    const error = await failureOf(push('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain('does not take the credentials of DOCKER_AUTH_CONFIG to push to a')
    expect(shown(error)).not.toContain('CANARY')
    expect(tokens.requests).toHaveLength(1)
  })

  test('is no password', async () => {
    const { push, registry } = await aPlace({ entry, auth: { kind: 'basic', users } })
    const error = await failureOf(push('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toBe(
      `${registry.host} does not know what to do with an identity token, which is what DOCKER_AUTH_CONFIG has`,
    )
  })
})

describe('a token for the registry', () => {
  test('is shown as it is, and nobody is asked for another one', async () => {
    const { push, registry, tokens } = await aPlace({
      entry: { registrytoken: 'CANARY-token' },
      intercept: (exchange, challenge) =>
        exchange.header('authorization') === 'Bearer CANARY-token' ? false : refuse(exchange, challenge),
      auth: { kind: 'basic', users, anonymousPull: true },
    })
    await failureOf(push('a'))
    expect(registry.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer CANARY-token'])
    expect(tokens.requests).toEqual([])
  })
})

describe('a token', () => {
  test('that a server gives is known as a secret', async () => {
    const { pull, client, tokens } = await aPlace()
    await pull('a')
    expect(client.secrets.scrub(tokens.issued[0] ?? '')).toBe('***')
  })

  test('that comes with another one makes that known as a secret too', async () => {
    const { pull, client } = await aPlace({
      tokens: {
        intercept: (exchange) => {
          exchange.json(200, { token: 'CANARY-token', refresh_token: 'CANARY-refresh' })
          return true
        },
      },
    })
    await failureOf(pull('a'))
    expect(client.secrets.scrub('CANARY-token CANARY-refresh')).toBe('*** ***')
  })

  test.each<[string, number, string]>([
    ['is too large', 200 * 1024, 'answered with more than 131072 bytes'],
    ['is large', 100 * 1024, 'asks for credentials to read a'],
  ])('A-04: whose answer %s', async (_, size, problem) => {
    const { pull } = await aPlace({
      tokens: {
        intercept: (exchange) => {
          exchange.reply(200, {}, JSON.stringify({ token: 'x', padding: 'x'.repeat(size) }))
          return true
        },
      },
    })
    const error = await failureOf(pull('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain(problem)
  })

  test.each(['not json', '', '{"token": ["CANARY"]}', '{"token": "CANARY\\r\\nx: y"}'])(
    'A-04: is none when the server says %j',
    async (body) => {
      const { pull, registry, tokens } = await aPlace({
        tokens: {
          intercept: (exchange) => {
            exchange.reply(200, {}, body)
            return true
          },
        },
      })
      const error = await failureOf(pull('a'))
      expect(error.code).toBe('E_AUTH')
      expect(error.message).toContain(`the token server ${tokens.host} answered with `)
      expect(shown(error)).not.toContain('CANARY')
      expect(registry.requests).toHaveLength(1)
    },
  )

  test('R-07: whose server wants us to wait is waited for', async () => {
    let refusals = 2
    const { pull, tokens } = await aPlace({
      tokens: {
        intercept: (exchange) => {
          if (refusals-- <= 0) return false
          exchange.fail(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '3' })
          return true
        },
      },
    })
    expect(await pull('a')).toBe(200)
    expect(tokens.requests.map(({ status }) => status)).toEqual([429, 429, 200])
  })
})

describe('A-17: headers of docker', () => {
  test('go to the registry, and not to its token server', async () => {
    const { registry, tokens } = await aPlace()
    const client = aClient({
      auths: { [registry.host]: withPassword.entry },
      HttpHeaders: { 'X-Meta': 'CANARY-header', Authorization: 'CANARY-x' },
    })
    await client.ask({ url: `${registry.url}/v2/a/manifests/1` }, { name: 'a' })
    expect(registry.requests.map(({ headers }) => headers['x-meta'])).toEqual(['CANARY-header', 'CANARY-header'])
    expect(registry.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /)
    expect(tokens.requests.map(({ headers }) => [headers['x-meta'], headers.authorization?.slice(0, 6)])).toEqual([
      [undefined, 'Basic '],
    ])
  })
})
