import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { engineEndpoint, printEndpoint, type EngineEndpoint } from '#src/engine/endpoint.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { makeAuthority } from '../support/certificates.js'
import { temporaryDirectory } from '../support/directories.js'
import { openEngine } from '../support/engine-client.js'
import { startEngine } from '../support/engine.js'

type Env = Readonly<Record<string, string>>

const limits = DEFAULT_LIMITS

function endpoint(env: Env): EngineEndpoint {
  return engineEndpoint({ env, limits, report: () => undefined })
}

/** A directory as docker keeps its settings in, with one context. */
function configWith(context: string, meta: unknown, config: unknown = { currentContext: context }): string {
  const directory = temporaryDirectory()
  const id = createHash('sha256').update(context).digest('hex')
  mkdirSync(join(directory, 'contexts/meta', id), { recursive: true })
  writeFileSync(join(directory, 'contexts/meta', id, 'meta.json'), JSON.stringify(meta))
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config))
  return directory
}

const meta = (host: string, more: object = {}): object => ({
  Name: 'x',
  Metadata: {},
  Endpoints: { docker: { Host: host, SkipTLSVerify: false, ...more } },
})

describe('where the engine is', () => {
  test.each<readonly [Env, string]>([
    [{}, 'unix:///var/run/docker.sock'],
    [{ DOCKER_HOST: '' }, 'unix:///var/run/docker.sock'],
    [{ DOCKER_HOST: 'unix:///a b/%41.sock' }, 'unix:///a b/%41.sock'],
    [{ DOCKER_HOST: 'tcp://localhost' }, 'tcp://localhost:2375'],
    [{ DOCKER_HOST: 'tcp://[::1]:99/' }, 'tcp://[::1]:99'],
    [{ DOCKER_HOST: 'ssh://build.test' }, 'ssh://build.test'],
    [{ DOCKER_HOST: 'ssh://ann@build.test:22' }, 'ssh://ann@build.test:22'],
    [{ DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1', HOME: '/nonexistent' }, 'tcp://h:2376'],
    [{ DOCKER_CONTEXT: 'default', DOCKER_CONFIG: '/nonexistent' }, 'unix:///var/run/docker.sock'],
  ])('%j is %s', (env, expected) => {
    expect(printEndpoint(endpoint(env))).toBe(expected)
  })

  test('is what the current context says', () => {
    const DOCKER_CONFIG = configWith('remote', meta('ssh://ann@build.test'))
    expect(printEndpoint(endpoint({ DOCKER_CONFIG }))).toBe('ssh://ann@build.test')
  })

  test('is what the current context in the home directory says', () => {
    const HOME = temporaryDirectory()
    mkdirSync(join(HOME, '.docker'))
    writeFileSync(join(HOME, '.docker/config.json'), '{"currentContext":"absent"}')
    expect(() => endpoint({ HOME })).toThrow('absent')
  })

  test('DOCKER_CONTEXT goes before the current context, DOCKER_HOST before both', () => {
    const DOCKER_CONFIG = configWith('remote', meta('ssh://ann@build.test'), { currentContext: 'another' })
    expect(printEndpoint(endpoint({ DOCKER_CONFIG, DOCKER_CONTEXT: 'remote' }))).toBe('ssh://ann@build.test')
    const env = { DOCKER_CONFIG, DOCKER_CONTEXT: 'absent', DOCKER_HOST: 'unix:///x.sock' }
    expect(printEndpoint(endpoint(env))).toBe('unix:///x.sock')
  })

  test('a context brings its TLS files', () => {
    const DOCKER_CONFIG = configWith('remote', meta('tcp://build.test:2376'))
    const directory = join(DOCKER_CONFIG, 'contexts/tls', createHash('sha256').update('remote').digest('hex'), 'docker')
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'ca.pem'), 'authority')
    expect(endpoint({ DOCKER_CONFIG })).toEqual({
      kind: 'tcp',
      host: 'build.test',
      port: 2376,
      tls: { ca: Buffer.from('authority'), cert: undefined, key: undefined, verify: true },
    })
  })

  test.each([
    ['no engine in the context', {}],
    ['no address', { Endpoints: { docker: {} } }],
    ['an address that is none', meta('nonsense')],
  ])('a context is refused: %s', (_, content) => {
    expect(() => endpoint({ DOCKER_CONFIG: configWith('x', content) })).toThrow(CnbError)
  })

  test('whatever DOCKER_HOST says, it is an address or a mistake, and no password gets out', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.tuple(fc.constantFrom('unix', 'tcp', 'ssh', 'TCP', 'http'), fc.string(), fc.string()).map((parts) => {
        const [scheme, user, rest] = parts
        return `${scheme}://${user}:canary-secret@${rest}`
      }),
    )
    fc.assert(
      fc.property(text, (DOCKER_HOST) => {
        try {
          expect(printEndpoint(endpoint({ DOCKER_HOST }))).toMatch(/^(?:unix:\/\/\/|tcp:\/\/.|ssh:\/\/[^-])/s)
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_ENGINE_CONFIG' })
          const { message, value, hint } = error as CnbError
          expect(`${message}${value}${hint}`).not.toContain('canary-secret')
        }
      }),
    )
  })
})

describe('an engine behind TLS', () => {
  test('is known by the authority, and knows us by our certificate', async () => {
    const directory = temporaryDirectory()
    const authority = makeAuthority(directory)
    const [server, client] = [authority.issue('server'), authority.issue('client')]
    const listen = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
    const { host } = await startEngine({ listen })
    writeFileSync(join(directory, 'ca.pem'), authority.cert)
    const env = { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory }
    await expect(openEngine(env)).rejects.toMatchObject({ code: 'E_ENGINE' })

    writeFileSync(join(directory, 'cert.pem'), client.cert)
    writeFileSync(join(directory, 'key.pem'), client.key)
    expect(await (await openEngine(env)).imageIds()).toEqual([])

    writeFileSync(join(directory, 'ca.pem'), makeAuthority(temporaryDirectory()).cert)
    await expect(openEngine(env)).rejects.toThrow('its certificate is not accepted')
    expect(await (await openEngine({ ...env, DOCKER_TLS_VERIFY: '' })).imageIds()).toEqual([])
  })

  test('and one without is spoken to in the clear', async () => {
    const { host } = await startEngine({ listen: 'tcp' })
    expect(await (await openEngine({ DOCKER_HOST: host })).imageIds()).toEqual([])
  })
})
