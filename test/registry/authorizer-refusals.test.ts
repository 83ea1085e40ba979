import { describe, expect, test } from 'vitest'
import { failureOf, shown } from './authorized.js'
import { aPlace, PASSWORD, refuse, withPassword } from './place.js'

const users = { me: PASSWORD }
const wrong = { entry: { username: 'me', password: 'CANARY-wrong' } }

describe('R-01: a challenge', () => {
  test.each<[name: string, header: string | undefined, says: string]>([
    ['that is missing', undefined, 'asks for credentials and does not say for which'],
    ['of a kind that nobody knows', 'Negotiate', 'asks for credentials of a kind that is not known here'],
    ['without realm', 'Bearer service="x"', 'asks for credentials to read a, and there are none for it'],
    ['that is broken', 'Bearer realm="x', 'asks for credentials of a kind that is not known here'],
    ['with two realms', 'Bearer realm="a",realm="b"', 'asks for credentials of a kind that is not known here'],
  ])('%s is E_AUTH', async (_, header, says) => {
    const { pull, registry } = await aPlace({
      intercept: (exchange) => {
        exchange.reply(401, { 'www-authenticate': header })
        return true
      },
    })
    const error = await failureOf(pull('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain(`${registry.host} ${says}`)
    if (says.endsWith('known here')) expect(error.value).toBe(header)
  })
})

describe('R-04: 403', () => {
  test('names the repository, the action, whose credentials, and what the registry says', async () => {
    const { push, registry } = await aPlace({
      ...withPassword,
      intercept: (exchange) => {
        if (exchange.method !== 'POST') return false
        exchange.fail(403, 'DENIED', 'requested access to the resource is denied')
        return true
      },
    })
    const error = await failureOf(push('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toBe(
      `${registry.host} does not let the credentials of DOCKER_AUTH_CONFIG push to a; it answered 403, DENIED: requested access to the resource is denied`,
    )
    expect(error.hint).toBe(`log in with: docker login ${registry.host}`)
  })

  test('with a page of HTML is cut and cannot play with the terminal', async () => {
    const { pull } = await aPlace({
      intercept: (exchange, challenge) => {
        if (exchange.url.pathname === '/v2/') return refuse(exchange, challenge)
        exchange.reply(403, { 'content-type': 'text/html' }, `<html>\u001b[31m${'x'.repeat(100_000)}`)
        return true
      },
    })
    const error = await failureOf(pull('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message.length).toBeLessThan(3000)
    expect(error.message).not.toContain('\u001b')
  })

  test('is for the caller when it wants it', async () => {
    const { pull } = await aPlace({ intercept: (exchange) => (exchange.reply(403), true) })
    expect(await pull('a').catch((error: unknown) => error)).toMatchObject({ code: 'E_AUTH' })
    const { client, registry } = await aPlace({ intercept: (exchange) => (exchange.reply(403), true) })
    const answer = await client.ask({ url: `${registry.url}/v2/a/manifests/1`, accept: [403] }, { name: 'a' })
    expect(answer.status).toBe(403)
  })
})

describe('without credentials', () => {
  test('A-19: pushing is E_AUTH, with the command that helps', async () => {
    const { push, registry } = await aPlace({ auth: { kind: 'basic', users, anonymousPull: true } })
    const error = await failureOf(push('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain(
      `${registry.host} asks for credentials to push to a, and there are none for it; it answered 401`,
    )
    expect(error.hint).toBe(`log in with: docker login ${registry.host}`)
  })

  test('A-19: pushing with a token for nobody in particular is E_AUTH', async () => {
    const { push, registry } = await aPlace()
    const error = await failureOf(push('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain(`${registry.host} asks for credentials to push to a`)
  })

  test('R-05: reading what is hidden may also mean that it is not there', async () => {
    const { pull, registry } = await aPlace({ auth: { kind: 'basic', users } })
    const error = await failureOf(pull('a'))
    expect(error.message).toContain(
      `${registry.host} asks for credentials to read a, and there are none for it; there may also be no such repository`,
    )
  })

  test('R-05: so may a token server that gives none', async () => {
    const { pull } = await aPlace({
      tokens: { intercept: (exchange) => (exchange.fail(401, 'UNAUTHORIZED'), true) },
    })
    const error = await failureOf(pull('a'))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain('there may also be no such repository')
  })
})

describe('A-14: credentials that are not taken', () => {
  test('end a push, however many there are, after one question to the token server', async () => {
    const { push, tokens, registry } = await aPlace(wrong)
    const errors = await Promise.all([failureOf(push('a')), failureOf(push('a'))])
    errors.push(await failureOf(push('a')))
    for (const error of errors) {
      expect(error.code).toBe('E_AUTH')
      expect(error.message).toBe(
        `${tokens.host}, the token server of ${registry.host}, does not take the credentials of DOCKER_AUTH_CONFIG to push to a; it answered 401, UNAUTHORIZED: wrong user or password`,
      )
      expect(shown(error)).not.toContain('CANARY')
    }
    expect(tokens.requests).toHaveLength(1)
  })

  test('are left out of reading, which is said once', async () => {
    const { pull, client, said } = await aPlace(wrong)
    expect([await pull('a'), await pull('a'), await pull('b')]).toEqual([200, 200, 404])
    expect(client.warnings.map(({ rule }) => rule)).toEqual(['credentials-refused'])
    expect(said.tokens()).toEqual([
      'GET repository:a:pull 401',
      'GET repository:a:pull 200',
      'GET repository:b:pull 200',
    ])
  })

  test('are named when reading without them is no use either', async () => {
    const { pull, registry, client } = await aPlace({ ...wrong, auth: { kind: 'basic', users } })
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(pull('a'))
      expect(error.code).toBe('E_AUTH')
      expect(error.message).toContain(`${registry.host} does not take the credentials of DOCKER_AUTH_CONFIG to read a`)
      expect(shown(error)).not.toContain('CANARY')
    }
    expect(client.warnings).toHaveLength(1)
  })

  test('end a push where the registry itself looks at them', async () => {
    const { push, said, client } = await aPlace({ ...wrong, auth: { kind: 'basic', users, anonymousPull: true } })
    expect((await failureOf(push('a'))).code).toBe('E_AUTH')
    expect(said.registry().map((line) => line.slice(-3))).toEqual(['401', '401'])
    expect(client.warnings).toEqual([])
  })
})

describe('U-07: what a server echoes', () => {
  test('of a password is blanked, also when it echoes the header', async () => {
    const { push } = await aPlace({
      ...withPassword,
      auth: { kind: 'basic', users },
      intercept: (exchange) => {
        if (exchange.method !== 'POST') return false
        exchange.fail(
          403,
          'DENIED',
          `${PASSWORD} ${encodeURIComponent(PASSWORD)} ${exchange.header('authorization') ?? ''}`,
        )
        return true
      },
    })
    const error = await failureOf(push('a'))
    expect(error.message).toContain('DENIED: *** *** Basic ***')
  })

  test('of a password by the token server is blanked', async () => {
    const { push } = await aPlace({
      ...wrong,
      tokens: { intercept: (exchange) => (exchange.fail(401, 'UNAUTHORIZED', 'CANARY-wrong is wrong'), true) },
    })
    const error = await failureOf(push('a'))
    expect(error.message).toContain('UNAUTHORIZED: *** is wrong')
  })
})
