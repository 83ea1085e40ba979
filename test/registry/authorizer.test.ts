import { describe, expect, onTestFinished, test } from 'vitest'
import type { Exchange } from '../support/registry/exchange.js'
import { type Registry, type RegistryOptions, startRegistry } from '../support/registry/registry.js'
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../support/registry/token-server.js'
import { aClient, type Client, type ClientAccess, failureOf } from './authorized.js'

const PASSWORD = 'CANARY-password'
const users = { me: PASSWORD }

interface Place {
  readonly registry: Registry
  readonly tokens: TokenServer
  readonly client: Client
  /** Docker's configuration with a credential for the registry. */
  readonly pull: (name: string, access?: Partial<ClientAccess>) => Promise<number>
  readonly push: (name: string, access?: Partial<ClientAccess>) => Promise<number>
  /** `GET /v2/a/tags/list 401`, for the registry; `GET repository:a:pull 200` for the token server; in the order of each. */
  readonly said: Readonly<Record<'registry' | 'tokens', () => string[]>>
}

interface PlaceOptions {
  readonly tokens?: TokenServerOptions
  readonly challenge?: (right: string) => string | readonly string[] | undefined
  readonly realm?: string
  /** Answers in the place of the registry, when it returns true. */
  readonly intercept?: (exchange: Exchange, challenge: string) => boolean
  readonly auth?: RegistryOptions['auth']
  /** What docker's configuration says of the registry; nothing when not given. */
  readonly entry?: unknown
}

async function aPlace({
  tokens: tokenOptions,
  challenge,
  realm,
  intercept,
  auth,
  entry,
}: PlaceOptions = {}): Promise<Place> {
  const tokens = await startTokenServer({ users, identityTokens: { 'CANARY-identity': 'me' }, ...tokenOptions })
  onTestFinished(() => tokens.close())
  const registry = await startRegistry({
    auth: auth ?? { kind: 'bearer', tokens, ...(challenge && { challenge }), ...(realm !== undefined && { realm }) },
    intercept: (exchange) => intercept?.(exchange, `Bearer realm="${tokens.realm}",service="registry.test"`) ?? false,
  })
  onTestFinished(() => registry.close())
  registry.putManifest('a', Buffer.from('{"schemaVersion":2}'), 'application/vnd.oci.image.manifest.v1+json', '1')
  const client = aClient(entry === undefined ? {} : { auths: { [registry.host]: entry } })
  const call = async (method: 'GET' | 'POST', name: string, access: Partial<ClientAccess>): Promise<number> => {
    const url = `${registry.url}/v2/${name}/${method === 'GET' ? 'manifests/1' : 'blobs/uploads/'}`
    const answer = await client.ask({ method, url, accept: [404] }, { name, ...access })
    return answer.status
  }
  return {
    registry,
    tokens,
    client,
    pull: (name, access = {}) => call('GET', name, access),
    push: (name, access = {}) => call('POST', name, { actions: 'pull,push', ...access }),
    said: {
      registry: () => registry.requests.splice(0).map(({ method, path, status }) => `${method} ${path} ${status}`),
      tokens: () =>
        tokens.requests.splice(0).map(({ method, path, status }) => {
          const scopes = new URL(path, 'http://x').searchParams.getAll('scope')
          return `${method} ${scopes.join(' ')} ${status}`
        }),
    },
  }
}

const withPassword = { entry: { username: 'me', password: PASSWORD } }

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

function refuse(exchange: Exchange, challenge: string): true {
  exchange.fail(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': challenge })
  return true
}
