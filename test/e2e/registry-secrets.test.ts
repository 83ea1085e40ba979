import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout } from '../support/layout.js'
import type { Auth } from '../support/registry/auth.js'
import type { Exchange } from '../support/registry/exchange.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { startTokenServer, type TokenServer } from '../support/registry/token-server.js'
import { secretsIn } from '../support/secrets.js'
import { keptBy, keptIn } from '../support/traces.js'

/** A-16, U-07: a credential goes to its registry, and nowhere else, whatever comes of the run. */

const USER = 'somebody'
/** With everything in it that is written in another way somewhere. */
const PASSWORD = 'c4n4ry/p+w ä?d=%&'
/** Fit for a header. */
const TOKEN = 'c4n4ry-t0ken.x_y~z+/=='
/** What a credential helper says on the side. */
const ASIDE = 'c4n4ry-of-the-helper'

const basic = Buffer.from(`${USER}:${PASSWORD}`).toString('base64')
const json = JSON.stringify

/** Where a credential may come from. */
interface Slot {
  readonly about: string
  readonly secret: string
  readonly auth: (tokens: TokenServer) => Auth
  /** Puts it there; returns what the environment has to say. */
  readonly place: (host: string, at: Place) => Record<string, string>
}

interface Place {
  /** Read by the run and not looked at afterwards. */
  readonly private: string
  readonly bin: string
}

const withBasic = (): Auth => ({ kind: 'basic', users: { [USER]: PASSWORD } })
const withTokens = (tokens: TokenServer): Auth => ({ kind: 'bearer', tokens })

function dockerConfig(at: Place, config: object): Record<string, string> {
  writeFileSync(join(at.private, 'config.json'), json(config), { mode: 0o600 })
  return { DOCKER_CONFIG: at.private }
}

/** A helper that chats, and writes down the command lines of itself and of who has started it. */
function helper(at: Place, user: string, secret: string): void {
  const script = `#!/bin/sh
tr '\\0' ' ' </proc/$PPID/cmdline >>'${at.bin}/command-lines'
tr '\\0' ' ' </proc/$$/cmdline >>'${at.bin}/command-lines'
echo 'the helper says ${ASIDE}' >&2
cat <<'END'
${json({ ServerURL: 'x', Username: user, Secret: secret })}
END
`
  writeFileSync(join(at.bin, 'docker-credential-canary'), script)
  chmodSync(join(at.bin, 'docker-credential-canary'), 0o755)
}

const SLOTS: readonly Slot[] = [
  {
    about: 'auth of docker’s file',
    secret: PASSWORD,
    auth: withBasic,
    place: (host, at) => dockerConfig(at, { auths: { [host]: { auth: basic } } }),
  },
  {
    about: 'auth of docker’s file, for a token server',
    secret: PASSWORD,
    auth: withTokens,
    place: (host, at) => dockerConfig(at, { auths: { [host]: { auth: basic } } }),
  },
  {
    about: 'credsStore',
    secret: PASSWORD,
    auth: withBasic,
    place: (_, at) => {
      helper(at, USER, PASSWORD)
      return dockerConfig(at, { credsStore: 'canary' })
    },
  },
  {
    about: 'credHelpers, with an identity token',
    secret: TOKEN,
    auth: withTokens,
    place: (host, at) => {
      helper(at, '<token>', TOKEN)
      return dockerConfig(at, { credHelpers: { [host]: 'canary' } })
    },
  },
  {
    about: 'an identity token in docker’s file',
    secret: TOKEN,
    auth: withTokens,
    place: (host, at) => dockerConfig(at, { auths: { [host]: { identitytoken: TOKEN } } }),
  },
  {
    about: 'CNB_REGISTRY_AUTH',
    secret: PASSWORD,
    auth: withBasic,
    place: (host) => ({ CNB_REGISTRY_AUTH: json({ [host]: `Basic ${basic}` }) }),
  },
  {
    about: 'DOCKER_AUTH_CONFIG',
    secret: PASSWORD,
    auth: withTokens,
    place: (host) => ({ DOCKER_AUTH_CONFIG: json({ auths: { [host]: { username: USER, password: PASSWORD } } }) }),
  },
  {
    about: 'REGISTRY_AUTH_FILE',
    secret: PASSWORD,
    auth: withBasic,
    place: (host, at) => {
      const file = join(at.private, 'auth.json')
      writeFileSync(file, json({ auths: { [host]: { auth: basic } } }), { mode: 0o600 })
      return { REGISTRY_AUTH_FILE: file }
    },
  },
  {
    about: 'HttpHeaders of docker’s file',
    secret: TOKEN,
    auth: withBasic,
    place: (host, at) =>
      dockerConfig(at, { auths: { [host]: { auth: basic } }, HttpHeaders: { 'X-Proxy-Token': TOKEN } }),
  },
]

/** What a server knows of a secret, and how it may say so. */
function echo(secret: string, { request }: Exchange): string {
  const bytes = Buffer.from(secret)
  const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64'))
  const spelled = [encodeURIComponent(secret), encodeURI(secret), bytes.toString('hex'), bytes.toString('base64url')]
  const heard = [request.headers.authorization, request.headers['x-proxy-token']]
  return ['you said', ...heard, secret, ...spelled, ...shifted].join(' ')
}

/** What goes wrong, once the credential has been shown. */
interface Mode {
  readonly about: string
  readonly status: number
  readonly answer?: (exchange: Exchange, said: string) => boolean
}

const isShown = ({ request }: Exchange): boolean => request.headers.authorization !== undefined
const isUpload = (exchange: Exchange): boolean =>
  isShown(exchange) && (exchange.method === 'POST' || exchange.method === 'PUT')

const WELL: Mode = { about: 'all is well', status: 0 }

const DENIED: Mode = {
  about: '403',
  status: 5,
  answer: (exchange, said) => {
    if (isUpload(exchange)) exchange.fail(403, 'DENIED', said)
    return isUpload(exchange)
  },
}

const OTHER_MODES: readonly Mode[] = [
  {
    about: '401 in spite of it',
    status: 5,
    answer: (exchange, said) => {
      if (!isShown(exchange)) return false
      const { request } = exchange
      exchange.fail(401, 'UNAUTHORIZED', said, {
        'www-authenticate': `Basic realm="you said ${request.headers.authorization}"`,
      })
      return true
    },
  },
  {
    about: '500 with a page of HTML',
    status: 4,
    answer: (exchange, said) => {
      const headers = { 'retry-after': '0', warning: `299 - "${encodeURI(said)}"` }
      if (isUpload(exchange)) exchange.reply(500, headers, `<html><p>${said}</p></html>`)
      return isUpload(exchange)
    },
  },
  {
    about: 'an error that is cut off in the secret',
    status: 3,
    answer: (exchange, said) => {
      if (isUpload(exchange)) exchange.fail(400, 'UNSUPPORTED', `${'-'.repeat(2015)} ${said.slice('you said '.length)}`)
      return isUpload(exchange)
    },
  },
]

interface Fixture {
  readonly directory: string
  readonly registry: Registry
  readonly tokens: TokenServer
  readonly secrets: Record<string, string>
  readonly commandLines: string
  run(args: (host: string) => readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>
}

async function fixture(slot: Slot, mode: Mode): Promise<Fixture> {
  const directory = temporaryDirectory()
  const private_ = temporaryDirectory()
  const at: Place = { private: private_, bin: join(private_, 'bin') }
  for (const folder of [at.bin, join(directory, 'home'), join(directory, 'cache'), join(directory, 'tmp')])
    mkdirSync(folder)
  makeLayout(join(directory, 'from'))
  const tokens = await startTokenServer({
    users: { [USER]: PASSWORD },
    identityTokens: { [TOKEN]: USER },
    refreshTokens: true,
  })
  const registry = await startRegistry({
    auth: slot.auth(tokens),
    intercept: (exchange) => mode.answer?.(exchange, echo(slot.secret, exchange)) ?? false,
  })
  onTestFinished(async () => {
    await registry.close()
    await tokens.close()
  })
  const env = slot.place(registry.host, at)
  const path = `${at.bin}:${process.env['PATH'] ?? ''}`
  return {
    directory,
    registry,
    tokens,
    secrets: { slot: slot.secret, password: PASSWORD, aside: ASIDE },
    commandLines: join(at.bin, 'command-lines'),
    run: (args, more = {}) =>
      trowel([...args(registry.host), '--verbose', '--debug', '--cache-dir', 'cache'], {
        cwd: directory,
        env: {
          HOME: join(directory, 'home'),
          TROWEL_HOME: join(directory, 'home'),
          TMPDIR: join(directory, 'tmp'),
          ...env,
          ...more,
          PATH: path,
        },
      }),
  }
}

/** What a run has said and left, and what it was told by the token server, must have nothing of it. */
async function expectNoTraces(
  { directory, registry, tokens, secrets, commandLines }: Fixture,
  run: Run,
): Promise<void> {
  const all = { ...secrets, ...Object.fromEntries(tokens.issued.map((token, i) => [`token ${i}`, token])) }
  expect(secretsIn(run.stdout, all), run.stdout).toEqual([])
  expect(secretsIn(run.stderr, all), run.stderr).toEqual([])
  expect(run.stderr + run.stdout).not.toMatch(/c4n4ry/i)
  expect(secretsIn(keptIn(directory), all)).toEqual([])
  expect(secretsIn(await keptBy(registry), all)).toEqual([])
  if (existsSync(commandLines)) {
    expect(readFileSync(commandLines, 'utf8')).toContain('copy')
    expect(secretsIn(readFileSync(commandLines), all)).toEqual([])
  }
}

async function pushes(slot: Slot, mode: Mode): Promise<void> {
  const place = await fixture(slot, mode)
  const run = await place.run((host) => ['copy', 'oci:from', `${host}/acme/app:1`, '--json'])
  expect(run.status, run.stderr).toBe(mode.status)
  // It was shown, or there would be nothing to find.
  expect(place.registry.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(true)
  await expectNoTraces(place, run)
  if (mode.status !== 0) return
  const back = await place.run((host) => ['copy', `${host}/acme/app:1`, 'oci:back', 'oci:twice'])
  expect(back.status, back.stderr).toBe(0)
  await expectNoTraces(place, back)
}

describe('a credential shows nowhere, wherever it comes from', () => {
  for (const slot of SLOTS) {
    test(`${slot.about}: all is well`, () => pushes(slot, WELL))
    test(`${slot.about}: 403, and the answer has it`, () => pushes(slot, DENIED))
  }
})

describe('a credential shows nowhere, whatever goes wrong', () => {
  for (const slot of [SLOTS[0]!, SLOTS[3]!]) {
    test.each(OTHER_MODES)(`${slot.about}: $about`, (mode) => pushes(slot, mode))
  }
})

describe('a secret in an address shows nowhere', () => {
  test.each([200, 403, 500])('a signed address that the registry sends us to, which answers %d', async (status) => {
    const place = await fixture(SLOTS[0]!, WELL)
    const { registry } = place
    expect((await place.run((host) => ['copy', 'oci:from', `${host}/acme/app:1`])).status).toBe(0)
    const seen: string[] = []
    const storage = await startRegistry({
      intercept: async (exchange) => {
        seen.push(exchange.url.search)
        const said = echo(TOKEN, exchange)
        if (status !== 200) exchange.reply(status, { 'retry-after': '0' }, `<Error>${said}</Error>`)
        else exchange.reply(200, {}, await registry.blob('acme/app', exchange.url.pathname.split('/').at(-1) ?? ''))
        return true
      },
    })
    onTestFinished(() => storage.close())
    const query = new URLSearchParams({ 'X-Amz-Signature': TOKEN, expires: '60' }).toString()
    registry.quirks.redirectBlob = (path) => ({ to: `${storage.url}${path}?${query}` })
    const run = await place.run((host) => ['copy', `${host}/acme/app:1`, 'oci:back', '--json'])
    expect(run.status, run.stderr).toBe(status === 200 ? 0 : status === 403 ? 5 : 4)
    expect(seen[0]).toBe(`?${query}`)
    await expectNoTraces({ ...place, secrets: { ...place.secrets, signature: TOKEN } }, run)
  })

  test.each([
    ['that lets us through', 0],
    ['that does not take the password', 5],
  ])('a proxy %s', async (about, status) => {
    const place = await fixture(SLOTS[0]!, WELL)
    const proxy = createServer((request, response) => {
      const shown = request.headers['proxy-authorization']
      if (status !== 0) {
        response.writeHead(407).end(`${shown} ${TOKEN}`)
        return
      }
      const { pathname, search } = new URL(request.url ?? '')
      const { method, headers } = request
      const onward = forward(`${place.registry.url}${pathname}${search}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      })
      request.pipe(onward)
    })
    // The registry speaks no TLS, so that plain http is what is tried next.
    proxy.on('connect', ({ headers }, socket: Socket) => {
      const text = status === 0 ? 'HTTP/1.1 502 No\r\n' : `HTTP/1.1 407 ${headers['proxy-authorization']}\r\n`
      socket.end(`${text}content-length: 0\r\n\r\n`)
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    onTestFinished(() => void proxy.close())
    const { port } = proxy.address() as AddressInfo
    const address = `http://somebody:${encodeURIComponent(TOKEN)}@127.0.0.1:${port}`
    const args = [
      'copy',
      'oci:from',
      'registry.test:80/acme/app:1',
      '--insecure-registry',
      'registry.test:80',
      '--json',
    ]
    const auth = { CNB_REGISTRY_AUTH: json({ 'registry.test:80': `Basic ${basic}` }) }
    const run = await place.run(() => args, { HTTP_PROXY: address, HTTPS_PROXY: address, ...auth })
    expect(run.status, `${about}: ${run.stderr}`).toBe(status)
    await expectNoTraces({ ...place, secrets: { ...place.secrets, proxy: TOKEN } }, run)
  })
})
