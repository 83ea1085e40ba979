/**
 * What a registry, its token server and those that they send us to can make us send, and where: each combination of
 * credential, request and place. No secret may arrive where it does not belong, and nobody may be connected to who is not
 * on the internet, where the registry is.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '#src/errors.js'
import { HttpClient } from '#src/http/client.js'
import type { Request } from '#src/http/message.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { digestOf } from '#src/oci/digest.js'
import { Authorizer } from '#src/registry/authorizer.js'
import { Credentials } from '#src/registry/credentials.js'
import { RegistryClient } from '#src/registry/registry-client.js'
import { sendBlob } from '#src/registry/upload.js'
import { SecretSet } from '#src/secrets.js'
import { canary } from '../support/canary.js'
import type { Exchange } from '../support/registry/exchange.js'
import { failureOf } from './authorized.js'
import { TestClock } from './client.js'
import { type Internet, startInternet } from './internet.js'

const SECRETS = {
  password: 'CANARY-password',
  identity: 'CANARY-identity',
  header: 'CANARY-header',
  token: 'CANARY-token',
  /** Of other.test, which is another registry that we know. */
  other: 'CANARY-other',
}
/** Where each of them belongs. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  token: ['registry.test'],
  header: ['registry.test'],
  // Who knows us may have tokens made wherever it likes.
  other: ['other.test', 'auth.other.test', 'auth.test', 'registry.test'],
}

type Method = Request['method']
const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT']
const STATUSES = [301, 302, 303, 307, 308] as const
const BODY = Buffer.from('body')

/** How the registry knows us, and what docker's configuration has for it. */
const LOGINS = {
  basic: { username: 'me', password: SECRETS.password },
  bearer: { username: 'me', password: SECRETS.password },
  identity: { identitytoken: SECRETS.identity },
  header: {},
} as const
type Login = keyof typeof LOGINS

/** What becomes of a request that is sent to a place: it arrives at the same origin, or at another one, or is not made. */
type Fate = 'home' | 'away' | 'refused'

type Place = readonly [url: string, fate: Fate]

/** One place of each kind that somebody at `host` can name. `here` is a port of this machine where nobody may come by. */
function kindsOfPlaces(host: string, here: number): readonly Place[] {
  return [
    [`https://${host}/landing`, 'home'],
    [`https://${host}./landing`, 'home'],
    [`https://${host}:8443/landing`, 'away'],
    [`https://sub.registry.test/landing`, 'away'],
    [`https://third.test/landing`, 'away'],
    [`https://user:pw@third.test/landing`, 'away'],
    [`https://203.0.113.7/landing`, 'away'],
    [`http://${host}/landing`, 'refused'],
    [`https://127.0.0.1:${here}/landing`, 'refused'],
  ]
}

/** The same, in many spellings. */
function placesOf(host: string, here: number, here6: number): readonly Place[] {
  return [
    ...kindsOfPlaces(host, here),
    [`https://${host}:443/landing`, 'home'],
    [`https://${host.toUpperCase()}/landing`, 'home'],
    [`https://registry.test.other.test/landing`, 'away'],
    [`https://my-registry.test/landing`, 'away'],
    [`https://${host}@third.test/landing`, 'away'],
    [`https://[2001:db8::7]/landing`, 'away'],
    [`https://xn--bcher-kva.test/landing`, 'away'],
    [`http://third.test/landing`, 'refused'],
    [`http://127.0.0.1:${here}/landing`, 'refused'],
    [`https://localhost:${here}/landing`, 'refused'],
    [`https://2130706433:${here}/landing`, 'refused'],
    [`https://0x7f.1:${here}/landing`, 'refused'],
    [`https://0.0.0.0:${here}/landing`, 'refused'],
    [`https://[::ffff:127.0.0.1]:${here}/landing`, 'refused'],
    [`https://[::1]:${here6}/landing`, 'refused'],
    [`https://10.0.0.1/landing`, 'refused'],
    [`https://169.254.169.254/latest/meta-data`, 'refused'],
    [`file:///etc/passwd`, 'refused'],
  ]
}

let directory: string
let internet: Internet
/** How the registry wants to be shown who asks, and from where it says that tokens come. */
let wants: Login
let realm: string
/** Instead of the token server's answer. */
let tokenRedirect: { readonly status: number; readonly to: string } | undefined
/** Where an upload goes on. */
let uploadPlace: string
/** What `/guarded` of any host wants to be shown. */
let guard: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'trowel-leaks-'))
  internet = await startInternet(directory, answer, SECRETS)
})
afterAll(async () => {
  await internet.close()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => {
  wants = 'bearer'
  realm = 'https://auth.test/token'
  tokenRedirect = undefined
})

async function answer(exchange: Exchange, host: string): Promise<void> {
  const { pathname, searchParams } = exchange.url
  await exchange.bodyUpTo(1024)
  if (pathname === '/landing') land(exchange, host)
  else if (pathname === '/guarded') beGuarded(exchange)
  else if (host === 'registry.test') serveRegistry(exchange, pathname, searchParams)
  else if (tokenRedirect !== undefined) exchange.reply(tokenRedirect.status, { location: tokenRedirect.to })
  else if (pathname === '/token') giveToken(exchange)
  else exchange.reply(404)
}

/** A place for signed addresses: it takes no other proof of who asks. It would also do as a token server. */
function land(exchange: Exchange, host: string): void {
  const mayBeTold = /^(?:registry|auth)\.test$/.test(host) || exchange.url.searchParams.has('service')
  if (exchange.header('authorization') !== undefined && !mayBeTold) exchange.reply(400)
  else if (exchange.method === 'PUT') exchange.reply(201)
  else giveToken(exchange)
}

function giveToken(exchange: Exchange): void {
  const service = exchange.url.searchParams.get('service') ?? 'registry.test'
  exchange.json(200, { token: service === 'registry.test' ? SECRETS.token : 'of-another-place' })
}

function beGuarded(exchange: Exchange): void {
  if (exchange.header('authorization') === undefined) exchange.reply(401, { 'www-authenticate': guard })
  else exchange.reply(200)
}

function serveRegistry(exchange: Exchange, pathname: string, query: URLSearchParams): void {
  const challenge = wants === 'basic' ? 'Basic realm="x"' : `Bearer realm="${realm}",service="registry.test"`
  if (wants !== 'header' && exchange.header('authorization') === undefined) {
    exchange.reply(401, { 'www-authenticate': challenge })
  } else if (pathname.endsWith('/uploads/')) exchange.reply(202, { location: uploadPlace })
  else if (query.has('to')) exchange.reply(Number(query.get('status')), { location: query.get('to') ?? '' })
  else exchange.reply(exchange.method === 'HEAD' ? 404 : 200)
}

/** Somebody who starts afresh. */
function aUser(
  login: Login,
  { knowsOther = false } = {},
): { ask(method: Method, url: string): Promise<number>; upload(): Promise<void>; close(): Promise<void> } {
  wants = login
  const secrets = new SecretSet()
  const clock = new TestClock()
  const env = { HTTPS_PROXY: internet.proxy, HTTP_PROXY: internet.proxy }
  const http = new HttpClient({ userAgent: 'test', clock, env, certificates: { ca: internet.ca }, secrets })
  const report = (): void => undefined
  const docker = {
    auths: {
      'registry.test': LOGINS[login],
      ...(knowsOther && { 'other.test': { username: 'me', password: SECRETS.other } }),
    },
    HttpHeaders: { 'X-Meta': SECRETS.header },
  }
  const credentials = new Credentials({
    env: { DOCKER_AUTH_CONFIG: JSON.stringify(docker) },
    home: undefined,
    cwd: directory,
    report,
    secrets,
  })
  const authorizer = new Authorizer({ http, credentials, report, secrets, now: () => clock.now() })
  const repository = { registry: 'registry.test', name: 'a' }
  return {
    async ask(method, url) {
      const isPull = method === 'GET' || method === 'HEAD'
      const body = isPull ? undefined : { size: BODY.length, open: bodyBytes }
      const response = await authorizer.send(
        { method, url: new URL(url), body, accept: [400] },
        { repository, actions: isPull ? 'pull' : 'pull,push' },
      )
      for await (const _ of response.body);
      return response.status
    },
    async upload() {
      const client = new RegistryClient({ authorizer, http, clock, limits: DEFAULT_LIMITS, report, events: report })
      const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(BODY), size: BODY.length }
      await sendBlob(client.repository(repository, 'pull,push'), { descriptor, open: bodyBytes }, undefined, undefined)
    },
    close: () => http.close(),
  }
}

async function* bodyBytes(): AsyncGenerator<Uint8Array> {
  yield BODY
}

/** What arrived where it does not belong, and who was to be connected to and must not; what was asked is forgotten. */
function misdeeds(login: Login): string[] {
  const tokenServer = new URL(realm).hostname.replace(/\.$/, '') + (new URL(realm).port && `:${new URL(realm).port}`)
  const homes = { ...HOMES, identity: [tokenServer], password: [login === 'basic' ? 'registry.test' : tokenServer] }
  const leaks = internet.requests
    .splice(0)
    .flatMap(({ method, path, headers, secrets }) =>
      secrets
        .filter((name) => !(homes as Readonly<Record<string, readonly string[]>>)[name]?.includes(headers.host ?? ''))
        .map((name) => `${name} in ${method} ${headers.host}${path}`),
    )
  return [...leaks, ...internet.strayed.splice(0).map((where) => `strayed to ${where}`)]
}

async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: { code?: ErrorCode }) => error.code ?? error)
}

async function everyPlace(host: string): Promise<readonly Place[]> {
  const [here, here6] = await Promise.all([canary(), canary('::1')])
  return placesOf(host, here.port, here6.port)
}

async function oneOfEachKind(host: string): Promise<readonly Place[]> {
  return kindsOfPlaces(host, (await canary()).port)
}

/** A manifest that the registry takes from whom it knows. */
const MANIFEST = 'https://registry.test/v2/a/manifests/1'
const LOGGED_IN = ['basic', 'bearer', 'header'] as const

describe('F7: nothing leaks, and nobody is connected to who must not be', () => {
  const redirects = LOGGED_IN.flatMap((login) => METHODS.map((method) => ({ login, method })))

  test.each(redirects)('A-01, R-52, R-53: by redirects of a registry: $login, $method', async ({ login, method }) => {
    const places = await (method === 'GET' ? everyPlace : oneOfEachKind)('registry.test')
    const all = { basic: ['header', 'password'], bearer: ['header', 'token'], header: ['header'] }[login]
    const user = aUser(login)
    for (const status of STATUSES) {
      for (const [to, fate] of places) {
        const name = `${status} ${to}`
        const url = `https://registry.test/v2/a/go?status=${status}&to=${encodeURIComponent(to)}`
        const isMade = method === 'GET' || method === 'HEAD' || status >= 307
        const expected = !isMade || fate === 'refused' ? 'E_REDIRECT' : method === 'PUT' ? 201 : 200
        expect(await outcomeOf(user.ask(method, url)), name).toBe(expected)
        const landed = internet.requests.filter(({ path }) => path === '/landing')
        const isShown = expected !== 'E_REDIRECT' && fate === 'home'
        expect(landed.flatMap(({ secrets }) => secrets).sort(), name).toEqual(isShown ? all : [])
        expect(misdeeds(login), name).toEqual([])
      }
    }
    await user.close()
  })

  test.each(['bearer', 'identity'] as const)('A-02, A-03: by the realm of a challenge: %s', async (login) => {
    for (const [place, fate] of await everyPlace('auth.test')) {
      realm = place
      const user = aUser(login)
      const outcome = await outcomeOf(user.ask('PUT', MANIFEST))
      // A user in an address would have to be sent as a password, so a realm has none.
      expect(outcome, place).toBe(fate === 'refused' || place.includes('@') ? 'E_REALM' : 200)
      const asked = internet.requests.filter(({ path }) => path.startsWith('/landing'))
      const shown = login === 'bearer' ? 'password' : 'identity'
      expect(
        asked.flatMap(({ secrets }) => secrets),
        place,
      ).toEqual(outcome === 200 ? [shown] : [])
      expect(misdeeds(login), place).toEqual([])
      await user.close()
    }
  })

  const tokenRedirects = (['bearer', 'identity'] as const).flatMap((login) =>
    STATUSES.map((status) => ({ login, status })),
  )

  test.each(tokenRedirects)('A-02: by redirects of a token server: $login, $status', async ({ login, status }) => {
    for (const [to, fate] of await (status === 307 ? everyPlace : oneOfEachKind)('auth.test')) {
      tokenRedirect = { status, to }
      const user = aUser(login)
      // The identity token is in the body of a POST, so that goes nowhere else.
      const isFine = login === 'bearer' ? fate !== 'refused' : fate === 'home' && status >= 307
      expect(await outcomeOf(user.ask('PUT', MANIFEST)), to).toBe(isFine ? 200 : 'E_REALM')
      expect(misdeeds(login), to).toEqual([])
      await user.close()
    }
  })

  test.each(['basic', 'bearer', 'identity', 'header'] as const)(
    'R-26: by the location of an upload: %s',
    async (login) => {
      const user = aUser(login)
      for (const [place, fate] of await everyPlace('registry.test')) {
        uploadPlace = place
        expect(await outcomeOf(user.upload()), place).toBe(fate === 'refused' ? 'E_REDIRECT' : undefined)
        const landed = internet.requests.filter(({ path }) => path.startsWith('/landing'))
        expect(landed, place).toHaveLength(fate === 'refused' ? 0 : 1)
        if (fate === 'away') expect(landed[0]?.secrets, place).toEqual([])
        expect(misdeeds(login), place).toEqual([])
      }
      await user.close()
    },
  )

  const guards = [
    ['Basic realm="other"', 'fine'],
    ['Bearer realm="https://auth.other.test/token",service="other"', 'fine'],
    ['Bearer realm="https://auth.other.test/token",service="other",scope="repository:a:pull,push,delete"', 'fine'],
    ['Bearer realm="https://auth.test/token",service="stolen"', 'fine'],
    ['Bearer realm="https://registry.test/landing",service="stolen"', 'fine'],
    ['Bearer realm="http://auth.other.test/token"', 'E_REALM'],
    ['Bearer realm="https://127.0.0.1:HERE/token"', 'E_REALM'],
    ['Bearer realm="https://169.254.169.254/"', 'E_REALM'],
    ['Negotiate', 'E_AUTH'],
    ['Bearer', 'E_AUTH'],
  ] as const
  const guarded = LOGGED_IN.flatMap((login) => [true, false].map((knowsOther) => ({ login, knowsOther })))

  test.each(guarded)('R-54: by a place that asks who we are: $login, known there: $knowsOther', async (one) => {
    const { login, knowsOther } = one
    const { port } = await canary()
    const to = encodeURIComponent('https://other.test/guarded')
    for (const [challenge, fate] of guards) {
      guard = challenge.replace('HERE', String(port))
      const user = aUser(login, { knowsOther })
      for (const method of METHODS) {
        for (const status of [307, 308]) {
          const name = `${method} ${status} ${challenge}`
          const isRead = method === 'GET' || method === 'HEAD'
          // There is only a password to show when there is one for that place, and to read; tokens are for anybody.
          const isShown = !challenge.startsWith('Basic') || (knowsOther && isRead)
          const outcome = await outcomeOf(user.ask(method, `https://registry.test/v2/a/go?status=${status}&to=${to}`))
          expect(outcome, name).toBe(fate === 'fine' ? (isShown ? 200 : 'E_AUTH') : fate)
          if (!knowsOther || !isRead) {
            expect(
              internet.requests.filter(({ secrets }) => secrets.includes('other')),
              name,
            ).toEqual([])
          }
          // What that place wants to have from our own token server, it gets in its own name.
          const stolen = internet.requests.filter(({ path }) => path.includes('stolen'))
          const shown = new Set(stolen.flatMap(({ secrets }) => secrets))
          shown.delete('other')
          expect([...shown], name).toEqual([])
          expect(misdeeds(login), name).toEqual([])
        }
      }
      await user.close()
    }
  })
})

test('R-51: redirects are followed ten times, with our credentials all the way', async () => {
  const chain = (length: number): string => {
    let url = 'https://registry.test/landing'
    for (let i = 0; i < length; i++) url = `https://registry.test/v2/a/go?status=307&to=${encodeURIComponent(url)}`
    return url
  }
  const user = aUser('basic')
  expect(await user.ask('GET', chain(10))).toBe(200)
  expect((await failureOf(user.ask('GET', chain(11)))).code).toBe('E_NETWORK')
  expect(misdeeds('basic')).toEqual([])
  await user.close()
})
