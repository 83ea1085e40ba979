import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import type { Credential } from '#src/registry/credential.js'
import { Credentials, type CredentialsOptions } from '#src/registry/credentials.js'
import { SecretSet } from '#src/secrets.js'
import { temporaryDirectory } from '../support/directories.js'

let home: string
let bin: string
beforeEach(() => {
  home = temporaryDirectory()
  bin = join(home, 'bin')
  mkdirSync(bin)
})

/** A helper that is this shell script; `$1` is `get`, and its input is the server. */
function helper(name: string, script: string, directory = bin): void {
  const path = join(directory, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

/** A shell command that prints a credential. */
const print = (user: string, secret: string): string =>
  `printf '%s' '${JSON.stringify({ ServerURL: 'x', Username: user, Secret: secret })}'`

function find(
  config: unknown,
  options: Partial<CredentialsOptions> = {},
  url = 'https://registry.test',
): Promise<Credential | undefined> {
  const text = JSON.stringify(config)
  const credentials = new Credentials({
    env: { PATH: bin, DOCKER_AUTH_CONFIG: text },
    home: undefined,
    cwd: home,
    report: () => undefined,
    secrets: new SecretSet(),
    ...options,
  })
  return credentials.find(new URL(url), 'a/b')
}

async function failure(promise: Promise<unknown>): Promise<CnbError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CnbError)) throw new Error(`expected a CnbError, not ${String(error)}`)
  expect(JSON.stringify([error.message, error.value, error.hint, String(error.cause)])).not.toContain('CANARY')
  return error
}

const userOf = (credential: Credential | undefined): string | undefined =>
  credential?.kind === 'basic' ? credential.user : undefined

test('a helper gives what it has for the registry', async () => {
  helper('one', `read server; echo "$1 $server" > ${home}/asked; ${print('me', 'pw')}`)
  const found = await find({ credsStore: 'one' }, {}, 'https://registry.test:5000/v2/')
  expect(found).toEqual({ kind: 'basic', from: 'docker-credential-one', user: 'me', password: 'pw' })
  expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('get registry.test:5000\n')
})

test('a helper is asked for Docker Hub by the name that docker gives it', async () => {
  helper('one', `read server; echo "$server" > ${home}/asked; ${print('me', 'pw')}`)
  await find({ credHelpers: { 'docker.io': 'one' } }, {}, 'https://registry-1.docker.io/v2/')
  expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('https://index.docker.io/v1/\n')
})

test('A-05: what a helper keeps under <token> is an identity token', async () => {
  helper('one', print('<token>', 'it'))
  expect(await find({ credsStore: 'one' })).toEqual({
    kind: 'identity-token',
    from: 'docker-credential-one',
    token: 'it',
  })
})

describe('A-09: the order', () => {
  const config = {
    credHelpers: { 'registry.test': 'own' },
    credsStore: 'all',
    auths: { 'registry.test': { username: 'file', password: 'pw' } },
  }
  const nothing = 'echo "credentials not found in native keychain"; exit 1'

  test.each<[expected: string, own: string, all: string]>([
    ['own', print('own', 'pw'), print('all', 'pw')],
    ['all', nothing, print('all', 'pw')],
    ['file', nothing, `echo "Error: credentials not found" >&2; exit 1`],
  ])('%s', async (expected, own, all) => {
    helper('own', own)
    helper('all', all)
    expect(userOf(await find(config))).toBe(expected)
  })

  test('the helper of another registry is not asked', async () => {
    helper('own', print('own', 'pw'))
    expect(await find({ credHelpers: { 'registry.test.evil.test': 'own' } })).toBeUndefined()
  })
})

describe('A-10: a helper named', () => {
  test.each(['../../evil', '/bin/evil', 'a b', 'a;b', '$(a)', 'a\nb', 'ä'])('%j is E_CREDENTIALS', async (name) => {
    expect((await failure(find({ credsStore: name }))).code).toBe('E_CREDENTIALS')
  })

  test('as nothing on the PATH is E_AUTH', async () => {
    const error = await failure(find({ credsStore: 'none' }))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toBe('the credential helper docker-credential-none for registry.test is not on the PATH')
  })

  test('as something in the working directory is not run, however the PATH leads there', async () => {
    helper('here', `: > ${home}/ran; ${print('me', 'pw')}`, home)
    for (const PATH of ['', '.', ':', './', 'bin/..', home, `${home}/`, join(bin, '..')]) {
      const env = { PATH, DOCKER_AUTH_CONFIG: JSON.stringify({ credsStore: 'here' }) }
      expect((await failure(find({}, { env }))).code).toBe('E_AUTH')
    }
    expect(existsSync(join(home, 'ran'))).toBe(false)
  })

  test('as a directory or a file that is no program is passed by', async () => {
    const [first, second] = [join(home, 'first'), join(home, 'second')]
    mkdirSync(join(first, 'docker-credential-one'), { recursive: true })
    mkdirSync(second)
    writeFileSync(join(second, 'docker-credential-one'), 'x', { mode: 0o644 })
    helper('one', print('me', 'pw'))
    const env = { PATH: `${first}:${second}:${bin}`, DOCKER_AUTH_CONFIG: '{"credsStore":"one"}' }
    expect(userOf(await find({}, { env }))).toBe('me')
  })
})

describe('A-11: a helper that', () => {
  test.each<[name: string, script: string, said: string]>([
    ['fails and says the secret', 'echo CANARY; echo CANARY >&2; exit 3', '3, after 14 bytes of output'],
    ['says something else', 'echo CANARY', '7 bytes that are not the JSON of a credential'],
    [
      'says JSON of another kind',
      'echo \'{"Username": ["CANARY"]}\'',
      '25 bytes that are not the JSON of a credential',
    ],
    [
      'says the same key twice',
      'echo \'{"CANARY": 1, "CANARY": 2}\'',
      '27 bytes that are not the JSON of a credential',
    ],
    ['has no user', print('', 'CANARY'), 'a credential without user name or secret'],
    ['has no secret', print('CANARY', ''), 'a credential without user name or secret'],
    [
      'does not stop talking',
      'while :; do echo CANARYCANARYCANARYCANARYCANARYCANARY; done',
      'more than 1048576 bytes, after ',
    ],
    ['kills itself', 'kill -9 $$', 'SIGKILL, after 0 bytes of output'],
    ['cannot be started', '', 'ENOENT, after 0 bytes of output'],
  ])('%s is E_AUTH, and its output is not said', async (_, script, said) => {
    if (script === '') writeFileSync(join(bin, 'docker-credential-one'), '#!/no/such/CANARY\n', { mode: 0o755 })
    else helper('one', script)
    const error = await failure(find({ credsStore: 'one' }))
    expect(error.code).toBe('E_AUTH')
    expect(error.message).toContain('docker-credential-one did not give the credential for registry.test: ')
    expect(error.message).toContain(said)
  })

  test('does not answer is stopped, and so is what it started', async () => {
    helper('one', `/bin/sleep 1000 & echo $! > ${home}/pid; wait`)
    const error = await failure(find({ credsStore: 'one' }, { helperTimeout: 3000 }))
    expect(error.message).toContain('no answer in 3000 ms')
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'))
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  test('does not answer is stopped when the run is', async () => {
    helper('one', `echo $$ > ${home}/pid; exec /bin/sleep 1000`)
    const abort = new AbortController()
    const found = find({ credsStore: 'one' }, { signal: abort.signal })
    await expect.poll(() => existsSync(join(home, 'pid'))).toBe(true)
    abort.abort(new Error('enough'))
    await expect(found).rejects.toThrow('enough')
  })

  test('wants a terminal finds none', async () => {
    helper('one', `(: < /dev/tty) 2> /dev/null && exit 9; ${print('me', 'pw')}`)
    expect(userOf(await find({ credsStore: 'one' }))).toBe('me')
  })

  test('does not read its input is as good as one that does', async () => {
    helper('one', `exec <&-; ${print('me', 'pw')}`)
    expect(userOf(await find({ credsStore: 'one' }))).toBe('me')
  })
})

test('a helper is asked once for a registry, however many want to know', async () => {
  helper('one', `echo x >> ${home}/asked; ${print('me', 'pw')}`)
  const credentials = new Credentials({
    env: { PATH: bin, DOCKER_AUTH_CONFIG: '{"credsStore":"one"}' },
    home: undefined,
    cwd: home,
    report: () => undefined,
    secrets: new SecretSet(),
  })
  const found = await Promise.all(
    ['a/b', 'a/b', 'c/d'].map((name) => credentials.find(new URL('https://registry.test'), name)),
  )
  expect(new Set(found).size).toBe(1)
  expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('x\n')
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A process that nobody has waited for has ended all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
