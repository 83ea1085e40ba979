import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { CnbError, type Diagnostic, type ErrorCode } from '#src/errors.js'
import type { Credential } from '#src/registry/credential.js'
import { Credentials, type CredentialsOptions } from '#src/registry/credentials.js'
import { keysFor } from '#src/registry/credentials-key.js'
import { SecretSet } from '#src/secrets.js'
import { temporaryDirectory } from '../support/directories.js'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const auth = (password: string, user = 'me') => ({ auth: base64(`${user}:${password}`) })
/** What the source says is the password, so that a test sees which one was used. */
const passwordOf = (credential: Credential | undefined): string | undefined =>
  credential?.kind === 'basic' ? credential.password : credential?.token

let home: string
let warnings: Diagnostic[]
let secrets: SecretSet
beforeEach(() => {
  home = temporaryDirectory()
  warnings = []
  secrets = new SecretSet()
})

function write(path: string, content: unknown, mode = 0o600): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  chmodSync(file, mode)
  return file
}

const dockerConfig = (content: unknown, mode?: number): string => write('.docker/config.json', content, mode)

function credentials(options: Partial<CredentialsOptions> = {}): Credentials {
  const report = (warning: Diagnostic): void => void warnings.push(warning)
  return new Credentials({ env: {}, home, cwd: home, report, secrets, ...options })
}

function find(
  registry: string,
  options: Partial<CredentialsOptions> = {},
  repository = 'a/b',
): Promise<Credential | undefined> {
  const url = new URL(registry.includes('://') ? registry : `https://${registry}/v2/`)
  return credentials(options).find(url, repository)
}

async function failure(promise: Promise<unknown>): Promise<CnbError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CnbError)) throw new Error(`expected a CnbError, not ${String(error)}`)
  return error
}

describe('A-07: a key is for a registry', () => {
  test.each<[key: string, registry: string, repository?: string]>([
    ['registry.test', 'registry.test'],
    ['https://registry.test', 'registry.test'],
    ['https://registry.test/', 'registry.test'],
    ['https://registry.test/v1/', 'registry.test'],
    ['https://registry.test/v2/', 'registry.test'],
    ['registry.test:443', 'registry.test'],
    ['REGISTRY.Test', 'registry.test'],
    ['registry.test:5000', 'registry.test:5000'],
    ['http://registry.test:5000', 'http://registry.test:5000'],
    ['registry.test:80', 'http://registry.test'],
    ['registry.test', 'http://registry.test'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['[0:0::1]:5000', 'http://[::1]:5000'],
    ['bücher.test', 'xn--bcher-kva.test'],
    ['https://index.docker.io/v1/', 'registry-1.docker.io'],
    ['index.docker.io', 'registry-1.docker.io'],
    ['docker.io', 'registry-1.docker.io'],
    ['registry-1.docker.io', 'registry-1.docker.io'],
    ['registry.test/a', 'registry.test', 'a/b'],
    ['registry.test/a/b', 'registry.test', 'a/b'],
    ['docker.io/library', 'registry-1.docker.io', 'library/ubuntu'],
  ])('%s for %s', (key, registry, repository = 'a/b') => {
    const url = new URL(registry.includes('://') ? registry : `https://${registry}`)
    expect(keysFor([key], url, repository)).toEqual([key])
  })

  test.each<[key: string, registry: string, repository?: string]>([
    ['registry.test', 'registry.test.evil.test'],
    ['registry.test', 'my-registry.test'],
    ['registry.test', 'registry.tes'],
    ['registry.test', 'a.registry.test'],
    ['registry.test', 'registry.test:5000'],
    ['registry.test:5000', 'registry.test'],
    ['registry.test:443', 'http://registry.test'],
    ['https://registry.test', 'http://registry.test'],
    ['https://registry.test:5000', 'http://registry.test:5000'],
    ['registry.test/a', 'registry.test', 'ab/c'],
    ['registry.test/a/b/c', 'registry.test', 'a/b'],
    ['registry.test/b', 'registry.test', 'a/b'],
    ['user@registry.test', 'registry.test'],
    ['registry.test?x', 'registry.test'],
    ['ftp://registry.test', 'registry.test'],
    ['', 'registry.test'],
    ['https://', 'registry.test'],
    ['docker.io.evil.test', 'registry-1.docker.io'],
  ])('%s not for %s', (key, registry, repository = 'a/b') => {
    const url = new URL(registry.includes('://') ? registry : `https://${registry}`)
    expect(keysFor([key], url, repository)).toEqual([])
  })

  test('the one that names most of the repository comes first', () => {
    const keys = ['registry.test', 'registry.test/a/b', 'registry.test/a', 'https://registry.test', 'other.test/a/b']
    expect(keysFor(keys, new URL('https://registry.test'), 'a/b')).toEqual([
      'registry.test/a/b',
      'registry.test/a',
      'registry.test',
      'https://registry.test',
    ])
  })

  test('no key is for a host that is not its own to the letter', () => {
    const host = fc.stringMatching(/^[a-c.-]{1,6}$/).map((text) => `x${text}x.test`)
    fc.assert(
      fc.property(host, host, (key, other) => {
        if (!URL.canParse(`https://${other}`)) return
        expect(keysFor([key], new URL(`https://${other}`), 'a/b')).toEqual(key === other ? [key] : [])
      }),
    )
  })
})

describe('A-08: an entry holds', () => {
  const entry = async (value: unknown): Promise<Credential | undefined> => {
    dockerConfig({ auths: { 'registry.test': value } })
    return find('registry.test')
  }

  test.each<[name: string, entry: unknown, expected: unknown]>([
    ['user and password', { auth: base64('u:p') }, { kind: 'basic', user: 'u', password: 'p' }],
    ['a password with colons', { auth: base64('u:p:q:') }, { kind: 'basic', user: 'u', password: 'p:q:' }],
    ['an empty password', { auth: base64('u:') }, { kind: 'basic', user: 'u', password: '' }],
    ['a password that docker padded', { auth: base64('u:p\0\0') }, { kind: 'basic', user: 'u', password: 'p' }],
    ['names and words of the world', { auth: base64('ü:Пароль') }, { kind: 'basic', user: 'ü', password: 'Пароль' }],
    ['both in the open', { username: 'u', password: 'p' }, { kind: 'basic', user: 'u', password: 'p' }],
    ['an identity token', { auth: base64('u:'), identitytoken: 'it' }, { kind: 'identity-token', token: 'it' }],
    ['an identity token as a password', { auth: base64('<token>:it') }, { kind: 'identity-token', token: 'it' }],
    ['a token for the registry', { registrytoken: 'rt' }, { kind: 'registry-token', token: 'rt' }],
  ])('%s', async (_, value, expected) => {
    expect(await entry(value)).toEqual({ from: join(home, '.docker/config.json'), ...(expected as object) })
  })

  test.each<[string, unknown]>([
    ['an object', {}],
    ['null', null],
    ['an empty auth', { auth: '' }],
  ])('nothing when it is %s', async (_, value) => {
    expect(await entry(value)).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['not base64', { auth: 'CANARY!' }],
    ['base64 without its end', { auth: base64('u:CANARY').slice(0, -1) + 'x=' }],
    ['without a colon', { auth: base64('CANARY') }],
    ['not UTF-8', { auth: Buffer.from([0x75, 0x3a, 0xff, 0xfe]).toString('base64') }],
    ['not a string', { auth: 12345678 }],
    ['a token with a line break', { registrytoken: 'CANARY\r\nx: y' }],
    ['no object', 'CANARY'],
  ])('E_CREDENTIALS, and nothing of it is said, when it is %s', async (_, value) => {
    const error = await failure(entry(value))
    expect(error.code).toBe('E_CREDENTIALS')
    expect(error.message).toContain('config.json')
    expect(JSON.stringify([error.message, error.value, error.hint, String(error.cause)])).not.toMatch(/CANARY|12345678/)
  })

  test('what nobody asks for may be broken', async () => {
    dockerConfig({ auths: { 'broken.test': { auth: '!' }, 'registry.test': auth('p') } })
    expect(passwordOf(await find('registry.test'))).toBe('p')
  })

  test('an empty entry leaves the word to the next one for the same registry', async () => {
    dockerConfig({ auths: { 'docker.io': {}, 'https://index.docker.io/v1/': auth('p') } })
    expect(passwordOf(await find('registry-1.docker.io'))).toBe('p')
  })
})

describe('A-06: a file that is', () => {
  test('not there is no credential', async () => {
    expect(await find('registry.test')).toBeUndefined()
  })

  test('empty is no credential', async () => {
    dockerConfig('\n')
    expect(await find('registry.test')).toBeUndefined()
  })

  test.each<[name: string, make: (path: string) => void]>([
    ['a directory', (path) => mkdirSync(path, { recursive: true })],
    ['not JSON', () => dockerConfig('{"auths": {"registry.test": {"auth": CANARY')],
    ['JSON with a key twice', () => dockerConfig('{"CANARY": 1, "CANARY": 2}')],
    ['JSON, but no object', () => dockerConfig('["CANARY"]')],
    ['not UTF-8', () => dockerConfig(Buffer.from([0x22, 0xff, 0x22]))],
    ['of 100 MiB', () => truncateSync(dockerConfig('{}'), 100 * 1024 * 1024)],
    ['a loop', (path) => (mkdirSync(dirname(path)), symlinkSync(path, path))],
    ['with an auths of another type', () => dockerConfig({ auths: ['CANARY'] })],
    ['with a header that is none', () => dockerConfig({ HttpHeaders: { 'X-A': 'CANARY\r\nb: c' } })],
  ])('%s is E_CREDENTIALS with its path, and without its content', async (_, make) => {
    const path = join(home, '.docker/config.json')
    make(path)
    const error = await failure(find('registry.test'))
    expect(error.code).toBe('E_CREDENTIALS')
    expect(error.place?.file).toBe(path)
    expect(error.message).toContain(path)
    expect(JSON.stringify([error.message, error.value, error.hint, String(error.cause)])).not.toContain('CANARY')
  })

  test('that the system does not let us read is E_CREDENTIALS', async () => {
    const error = await failure(find('registry.test', { env: { REGISTRY_AUTH_FILE: 'x'.repeat(300) } }))
    expect(error.code).toBe('E_CREDENTIALS')
    expect((error.cause as CnbError).message).toContain('ENAMETOOLONG')
  })

  test('for everybody to read is warned about, once, when it holds a secret', async () => {
    dockerConfig({ auths: { 'registry.test': auth('p') } }, 0o644)
    const all = credentials()
    await all.find(new URL('https://registry.test'), 'a')
    await all.find(new URL('https://other.test'), 'a')
    expect(warnings.map(({ rule, severity }) => [rule, severity])).toEqual([['credentials-world-readable', 'warning']])
  })

  test('for everybody to read is nothing to warn about when it holds none', async () => {
    dockerConfig({ auths: { 'registry.test': {} } }, 0o644)
    await find('registry.test')
    expect(warnings).toEqual([])
  })
})

describe('A-12: the order of sources', () => {
  test('each of them is asked when those before it have nothing', async () => {
    const map = (password: string): string => JSON.stringify({ 'registry.test': `Basic ${base64(`me:${password}`)}` })
    const config = (password: string): unknown => ({ auths: { 'registry.test': auth(password) } })
    dockerConfig(config('docker'))
    write('run/containers/auth.json', config('podman run'))
    write('.config/containers/auth.json', config('podman home'))
    const sources: readonly [string, Partial<CredentialsOptions>, Record<string, string>][] = [
      ['given', { given: map('given') }, {}],
      ['CNB', {}, { CNB_REGISTRY_AUTH: map('CNB') }],
      ['DOCKER_AUTH_CONFIG', {}, { DOCKER_AUTH_CONFIG: JSON.stringify(config('DOCKER_AUTH_CONFIG')) }],
      ['REGISTRY_AUTH_FILE', {}, { REGISTRY_AUTH_FILE: write('auth file', config('REGISTRY_AUTH_FILE')) }],
      ['docker', {}, {}],
      ['podman run', { home: undefined }, { XDG_RUNTIME_DIR: join(home, 'run') }],
      ['podman home', {}, { DOCKER_CONFIG: join(home, 'none') }],
    ]
    for (const [index, [expected, options]] of sources.entries()) {
      const env = Object.assign({}, ...sources.slice(index).map(([, , env]) => env)) as Record<string, string>
      if (index < 5) delete env['DOCKER_CONFIG']
      expect(passwordOf(await find('registry.test', { ...options, env }))).toBe(expected)
    }
  })

  test('a source that knows other registries only is passed by', async () => {
    dockerConfig({ auths: { 'registry.test': auth('docker') } })
    const env = {
      CNB_REGISTRY_AUTH: '{"other.test": "Bearer x"}',
      DOCKER_AUTH_CONFIG: '{}',
      REGISTRY_AUTH_FILE: 'none',
    }
    expect(passwordOf(await find('registry.test', { env }))).toBe('docker')
  })

  test('DOCKER_CONFIG is the directory of the file, and takes the place of the one at home', async () => {
    dockerConfig({ auths: { 'registry.test': auth('home') } })
    write('elsewhere/config.json', { auths: { 'registry.test': auth('elsewhere') } })
    expect(passwordOf(await find('registry.test', { env: { DOCKER_CONFIG: 'elsewhere' } }))).toBe('elsewhere')
    expect(await find('registry.test', { env: { DOCKER_CONFIG: 'none' } })).toBeUndefined()
  })

  test('XDG_CONFIG_HOME is where podman looks', async () => {
    write('xdg/containers/auth.json', { auths: { 'registry.test': auth('xdg') } })
    expect(passwordOf(await find('registry.test', { env: { XDG_CONFIG_HOME: join(home, 'xdg') } }))).toBe('xdg')
  })
})

describe('CNB_REGISTRY_AUTH', () => {
  test.each<[header: string, expected: Partial<Credential>]>([
    [`Basic ${base64('u:p')}`, { kind: 'basic', user: 'u', password: 'p' }],
    ['Bearer abc', { kind: 'registry-token', token: 'abc' }],
    ['bearer abc', { kind: 'registry-token', token: 'abc' }],
    ['X-Identity abc', { kind: 'identity-token', token: 'abc' }],
  ])('holds %s', async (header, expected) => {
    const env = { CNB_REGISTRY_AUTH: JSON.stringify({ 'https://registry.test/v1/': header }) }
    expect(await find('registry.test', { env })).toEqual({ from: 'CNB_REGISTRY_AUTH', ...expected })
  })

  test.each([
    'CANARY',
    '"CANARY"',
    '["CANARY"]',
    '{"registry.test": 17}',
    '{"registry.test": {"auth": "CANARY"}}',
    '{"registry.test": "CANARY"}',
    '{"registry.test": "Digest CANARY"}',
    '{"registry.test": "Basic CANARY CANARY"}',
    '{"registry.test": "Basic CANARY!"}',
    '{"registry.test": "Bearer CANARY\\n"}',
    '{"registry.test": "Bearer CANARY", "registry.test": "Bearer CANARY"}',
  ])('A-13: %s is E_CREDENTIALS, and nothing of it is said', async (value) => {
    const error = await failure(find('registry.test', { env: { CNB_REGISTRY_AUTH: value } }))
    expect(error.code).toBe('E_CREDENTIALS')
    expect(error.message).toContain('CNB_REGISTRY_AUTH')
    expect(JSON.stringify([error.message, error.value, error.hint, String(error.cause)])).not.toContain('CANARY')
  })
})

describe('A-17: the headers of docker', () => {
  test('are for the registries that its file knows, and for no others', () => {
    dockerConfig({ auths: { 'registry.test': {} }, HttpHeaders: { 'X-Meta': 'CANARY', 'User-Agent': 'ua' } })
    const all = credentials()
    expect(all.headers(new URL('https://registry.test'), 'a')).toEqual({ 'x-meta': 'CANARY', 'user-agent': 'ua' })
    expect(all.headers(new URL('https://other.test'), 'a')).toEqual({})
    expect(secrets.scrub('CANARY')).toBe('***')
  })
})

describe('secrets', () => {
  test('what was found is known, in every form in which it may come back', async () => {
    dockerConfig({ auths: { 'registry.test': auth('CANARY-pw') } })
    await find('registry.test')
    expect(secrets.scrub(`CANARY-pw ${base64('me:CANARY-pw')}`)).toBe('*** ***')
  })

  test('the same entry is the same object, whichever repository it is for', async () => {
    dockerConfig({ auths: { 'registry.test': auth('p') } })
    const all = credentials()
    const url = new URL('https://registry.test')
    expect(await all.find(url, 'a/b')).toBe(await all.find(url, 'c/d'))
  })
})

test('every error is ours, whatever a file says', async () => {
  const json = fc.json({ maxDepth: 3 })
  const likely = fc.record({
    auths: fc.dictionary(
      fc.constantFrom('registry.test', 'x'),
      fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.record({ auth: fc.base64String() })),
    ),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        json,
        likely.map((value) => JSON.stringify(value)),
      ),
      async (text) => {
        const codes: ErrorCode[] = ['E_CREDENTIALS']
        await find('registry.test', { env: { DOCKER_AUTH_CONFIG: text } }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(CnbError)
          expect(codes).toContain((error as CnbError).code)
        })
      },
    ),
  )
})
