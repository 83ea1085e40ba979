import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Run, trowel } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { TestLayout } from '../support/layout.js'
import type { Exchange } from '../support/registry/exchange.js'
import { type Registry, startRegistry } from '../support/registry/registry.js'
import { startTokenServer, type TokenServer } from '../support/registry/token-server.js'
import { secretsIn } from '../support/secrets.js'

const SECRETS = { password: 'CANARY-pass/word+1', identity: 'CANARY-identity', header: 'CANARY-header' }
const basic = Buffer.from(`me:${SECRETS.password}`).toString('base64')

/** A home whose owner has a credential somewhere. */
interface Slot {
  readonly about: string
  /** The secret that is to arrive at a server. */
  readonly secret: keyof typeof SECRETS
  readonly docker?: (registry: string) => unknown
  readonly env?: (registry: string) => Readonly<Record<string, string>>
}

const SLOTS: readonly Slot[] = [
  {
    about: 'a password in the file of docker',
    secret: 'password',
    docker: (registry) => ({ auths: { [registry]: { auth: basic } } }),
  },
  {
    about: 'an identity token in the file of docker',
    secret: 'identity',
    docker: (registry) => ({ auths: { [registry]: { auth: 'bWU6', identitytoken: SECRETS.identity } } }),
  },
  {
    about: 'a password in CNB_REGISTRY_AUTH',
    secret: 'password',
    env: (registry) => ({ CNB_REGISTRY_AUTH: JSON.stringify({ [registry]: `Basic ${basic}` }) }),
  },
  {
    about: 'a password in DOCKER_AUTH_CONFIG',
    secret: 'password',
    env: (registry) => ({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry]: { auth: basic } } }) }),
  },
  { about: 'a password that a helper has', secret: 'password', docker: () => ({ credsStore: 'canary' }) },
  {
    about: 'a header in the file of docker',
    secret: 'header',
    docker: (registry) => ({ auths: { [registry]: { auth: basic } }, HttpHeaders: { 'X-Meta': SECRETS.header } }),
  },
]

interface World {
  readonly directory: string
  readonly registry: Registry
  readonly tokens: TokenServer
  readonly copy: (...args: string[]) => Promise<Run>
  /** Names of the secrets that are in what was said, or in a file that was not there before. */
  readonly leaks: (run: Run) => string[]
}

async function aWorld(slot: Slot, intercept?: (exchange: Exchange) => boolean): Promise<World> {
  const tokens = await startTokenServer({
    users: { me: SECRETS.password },
    identityTokens: { [SECRETS.identity]: 'me' },
    anonymous: [],
    secrets: SECRETS,
  })
  onTestFinished(() => tokens.close())
  const registry = await startRegistry({
    auth: { kind: 'bearer', tokens },
    secrets: SECRETS,
    ...(intercept && { intercept }),
  })
  onTestFinished(() => registry.close())
  const directory = temporaryDirectory()
  new TestLayout(join(directory, 'from')).setEntries([new TestLayout(join(directory, 'from')).image()])
  const at = (...names: string[]): string => join(directory, ...names)
  for (const name of ['home/.docker', 'bin']) mkdirSync(at(name), { recursive: true })
  if (slot.docker)
    writeFileSync(at('home/.docker/config.json'), JSON.stringify(slot.docker(registry.host)), { mode: 0o600 })
  const answer = JSON.stringify({ Username: 'me', Secret: SECRETS.password })
  writeFileSync(at('bin/docker-credential-canary'), `#!/bin/sh\necho '${answer}'\n`)
  chmodSync(at('bin/docker-credential-canary'), 0o755)
  const before = new Set(filesBelow(directory))
  const env = { HOME: at('home'), PATH: `${at('bin')}:/usr/bin:/bin`, ...slot.env?.(registry.host) }
  return {
    directory,
    registry,
    tokens,
    copy: (...args) => trowel(['copy', ...args, '--verbose', '--debug'], { cwd: directory, env }),
    leaks: ({ stdout, stderr }) => {
      const written = filesBelow(directory).filter((file) => !before.has(file))
      return [stdout, stderr, ...written.map((file) => readFileSync(file, 'latin1'))].flatMap((text) =>
        secretsIn(text, SECRETS),
      )
    },
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile())
}

describe.each(SLOTS)('A-16: $about', (slot) => {
  test('lets us write and read, and shows nowhere', async () => {
    const { registry, tokens, copy, leaks } = await aWorld(slot)
    const there = `${registry.host}/acme/app:1`
    for (const places of [
      ['oci:from', there],
      [there, 'oci:back'],
      [there, `${registry.host}/acme/other:1`, '--json'],
    ]) {
      const run = await copy(...places)
      expect(run).toMatchObject({ status: 0 })
      expect(leaks(run)).toEqual([])
    }
    expect([...registry.requests, ...tokens.requests].flatMap(({ secrets }) => secrets)).toContain(slot.secret)
  })

  test.each([
    [403, 5, 'E_AUTH'],
    [400, 3, 'E_REGISTRY_REFUSED'],
  ])('shows nowhere when a server says it to our face, with status %i', async (status, exit, code) => {
    const { registry, copy, leaks } = await aWorld(slot, (exchange) => {
      const all = Object.values(SECRETS).join(' ')
      const echo = `${all} ${basic} ${encodeURIComponent(all)} ${exchange.header('authorization')}`
      exchange.always = { warning: `299 - "${echo}"` }
      if (exchange.method !== 'POST') return false
      exchange.fail(status, 'DENIED', echo)
      return true
    })
    const run = await copy('oci:from', `${registry.host}/acme/app:1`)
    expect(run.status).toBe(exit)
    expect(run.stderr).toContain(code)
    const known = { [slot.secret]: SECRETS[slot.secret] }
    expect(secretsIn(run.stdout + run.stderr, known)).toEqual([])
    expect(leaks({ ...run, stdout: '', stderr: '' })).toEqual([])
  })
})

test('A-19: who has no credentials is told how to get some', async () => {
  const { registry, copy } = await aWorld({ about: '', secret: 'password' })
  const run = await copy('oci:from', `${registry.host}/acme/app:1`)
  expect(run.status).toBe(5)
  expect(run.stderr).toContain(`docker login ${registry.host}`)
})
