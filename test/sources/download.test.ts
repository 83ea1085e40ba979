import type { ServerResponse } from 'node:http'
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { Cache } from '#src/cache/cache.js'
import { CnbError } from '#src/errors.js'
import type { TrowelEvent } from '#src/events.js'
import type { HttpClient } from '#src/http/client.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { digestOf } from '#src/oci/digest.js'
import { SecretSet } from '#src/secrets.js'
import { Downloads, type DownloadContext } from '#src/sources/download.js'
import { readDownloadAddress } from '#src/sources/download-address.js'
import { aClient, serve, type Seen, type TestServer } from '../http/support.js'
import { temporaryDirectory } from '../support/directories.js'
import { secretsIn } from '../support/secrets.js'

const ARCHIVE = gzipSync(Buffer.alloc(5000, 'abc'))
const OTHER = gzipSync(Buffer.alloc(5000, 'xyz'))
const pinOf = (bytes: Uint8Array): string => `sha256=${digestOf(bytes).slice('sha256:'.length)}`
const NAMED = { text: '', place: { file: 'builder.toml', line: 3, column: 7 }, what: 'buildpack' }

let directory: string
beforeEach(() => {
  directory = temporaryDirectory()
})

/** The downloads of a new run, with the cache of the runs before. */
function aRun(change: Partial<DownloadContext> = {}, client: HttpClient = aClient()): Downloads {
  const now = Date.now
  return new Downloads({
    http: () => Promise.resolve(client),
    cache: new Cache({ directory, scratch: () => join(directory, 'scratch'), user: process.getuid?.(), now }),
    limits: DEFAULT_LIMITS,
    offline: false,
    allowInsecure: false,
    secrets: new SecretSet(),
    report: () => {},
    ...change,
  })
}

const fetch = (url: string, run = aRun()): Promise<{ file: string; digest: string }> => run.fetch(url, NAMED)

/** Serves an archive as a server should: with a tag, and 304 to those who have it. */
function serveArchive({
  bytes = ARCHIVE,
  etag = '"1"',
}: { bytes?: Uint8Array; etag?: string } = {}): Promise<TestServer> {
  return serve((request, response) => answer(request, response, bytes, etag))
}

function answer({ headers }: Seen, response: ServerResponse, bytes: Uint8Array, etag: string): void {
  if (headers['if-none-match'] === etag) response.writeHead(304).end()
  else response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes)
}

/** Everything in the cache: names, and what the files hold. */
function allOfCache(): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return `${path}\n${entry.isFile() ? readFileSync(path, 'latin1') : ''}`
    })
    .join('\n')
}

/** Files in the making. */
function leftovers(): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.trowel-'))
}

describe('a file that is downloaded', () => {
  test('lies in the cache, and is known by its digest', async () => {
    const server = await serveArchive()
    const events: TrowelEvent[] = []
    const { file, digest } = await fetch(`${server.url}/a.tgz`, aRun({ report: (event) => events.push(event) }))
    expect(readFileSync(file)).toEqual(ARCHIVE)
    expect(digest).toBe(digestOf(ARCHIVE))
    expect(events.at(-1)).toEqual({
      kind: 'transfer-done',
      way: 'down',
      title: `${server.url}/a.tgz`,
      place: `127.0.0.1:${server.port}`,
      size: ARCHIVE.length,
      how: 'moved',
    })
  })

  test('is fetched once in a run', async () => {
    const server = await serveArchive()
    const run = aRun()
    await Promise.all([fetch(server.url, run), fetch(server.url, run)])
    await fetch(server.url, run)
    expect(server.seen).toHaveLength(1)
  })

  test('is not sent again in the next run when it is the same', async () => {
    const server = await serveArchive()
    const first = await fetch(server.url)
    expect(await fetch(server.url)).toEqual(first)
    expect(server.seen[1]!.headers['if-none-match']).toBe('"1"')
  })

  test('is asked for by its date when it has no tag', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT'
    const server = await serve(({ headers }, response) => {
      response.writeHead(headers['if-modified-since'] === date ? 304 : 200, { 'last-modified': date })
      response.end(headers['if-modified-since'] === date ? undefined : ARCHIVE)
    })
    const first = await fetch(server.url)
    expect(await fetch(server.url)).toEqual(first)
    expect(server.seen).toHaveLength(2)
  })

  test('is the new one when it has changed', async () => {
    const server = await serve((request, response, count) =>
      answer(request, response, count === 1 ? ARCHIVE : OTHER, `"${count}"`),
    )
    await fetch(server.url)
    const { file, digest } = await fetch(server.url)
    expect(digest).toBe(digestOf(OTHER))
    expect(readFileSync(file)).toEqual(OTHER)
  })

  test('H-07: is the same file when only its tag has changed', async () => {
    const server = await serve((request, response, count) => answer(request, response, ARCHIVE, `"${count}"`))
    expect(await fetch(server.url)).toEqual(await fetch(server.url))
  })

  test('H-11: gets no name from a header', async () => {
    const server = await serve((_, response) =>
      response.setHeader('content-disposition', 'attachment; filename="../../x"').end(ARCHIVE),
    )
    const { file } = await fetch(server.url)
    expect(file.endsWith(digestOf(ARCHIVE).slice('sha256:'.length))).toBe(true)
  })
})

describe('a pin', () => {
  test('is checked, and is not sent', async () => {
    const server = await serveArchive()
    expect(await fetch(`${server.url}/a.tgz?b#${pinOf(ARCHIVE)}`)).toMatchObject({ digest: digestOf(ARCHIVE) })
    expect(server.seen[0]!.url).toBe('/a.tgz?b')
  })

  test('that is there already is not asked for, by whatever address it came', async () => {
    const server = await serveArchive()
    await fetch(`${server.url}/a`)
    await fetch(`${server.url}/b#${pinOf(ARCHIVE).toUpperCase().replace('SHA', 'sha')}`)
    expect(server.seen).toHaveLength(1)
  })

  test('H-02: that does not fit is an error with both, and nothing of it is kept', async () => {
    const server = await serveArchive()
    await expect(fetch(`${server.url}/a#${pinOf(OTHER)}`)).rejects.toMatchObject({
      code: 'E_DIGEST',
      message: expect.stringMatching(`${digestOf(ARCHIVE)}.*${digestOf(OTHER)}`),
      hint: expect.stringContaining(`#${pinOf(ARCHIVE)}`),
      place: NAMED.place,
    })
    expect(allOfCache()).not.toContain('abc')
    expect(leftovers()).toEqual([])
    await expect(fetch(`${server.url}/a`, aRun({ offline: true }))).rejects.toMatchObject({ code: 'E_OFFLINE' })
  })

  test.each(['#sha256=abc', '#sha512=00', '#sha256:' + '0'.repeat(64), '#sha256='])('%s is none', async (fragment) => {
    await expect(fetch(`https://a.test/x${fragment}`)).rejects.toMatchObject({ code: 'E_INPUT' })
  })

  test('H-09: lets a cut file go on where it was, though nobody vouches that it is the same', async () => {
    const server = await serve(({ headers }, response, count) => {
      if (count === 1) {
        response.writeHead(200, { 'content-length': ARCHIVE.length })
        response.write(ARCHIVE.subarray(0, 20), () => response.destroy())
        return
      }
      const start = Number(/\d+/.exec(headers.range!)![0])
      const range = `bytes ${start}-${ARCHIVE.length - 1}/${ARCHIVE.length}`
      response.writeHead(206, { 'content-range': range }).end(ARCHIVE.subarray(start))
    })
    expect(await fetch(`${server.url}#${pinOf(ARCHIVE)}`)).toMatchObject({ digest: digestOf(ARCHIVE) })
    expect(server.seen[1]!.headers.range).toBe('bytes=20-')
  })
})

test('H-09: a file that was cut and has changed since is the new one, from its first byte', async () => {
  const server = await serve((_, response, count) => {
    const bytes = count === 1 ? ARCHIVE : OTHER
    response.writeHead(200, { etag: `"${count}"`, 'content-length': bytes.length })
    if (count === 1) response.write(bytes.subarray(0, 20), () => response.destroy())
    else response.end(bytes)
  })
  const { file, digest } = await fetch(server.url)
  expect(digest).toBe(digestOf(OTHER))
  expect(readFileSync(file)).toEqual(OTHER)
  expect(leftovers()).toEqual([])
})

describe('without a network', () => {
  const noHttp = (): Promise<never> => Promise.reject(new Error('nobody may ask'))

  test('the cache has what was downloaded before, by address or by pin', async () => {
    const server = await serveArchive()
    const { file } = await fetch(`${server.url}/a`)
    const run = aRun({ offline: true, http: noHttp })
    expect(await fetch(`${server.url}/a`, run)).toMatchObject({ file })
    expect(await fetch(`https://elsewhere.test/#${pinOf(ARCHIVE)}`, run)).toMatchObject({ file })
  })

  test('anything else is an error that names the address', async () => {
    const run = aRun({ offline: true, http: noHttp })
    await expect(run.fetch('https://a.test/b.tgz', { ...NAMED, text: 'https://a.test/b.tgz' })).rejects.toMatchObject({
      code: 'E_OFFLINE',
      message: expect.stringContaining('https://a.test/b.tgz'),
    })
  })
})

describe('H-06, H-16: status 304', () => {
  test('although nobody asked is asked again, once', async () => {
    const server = await serve((_, response, count) =>
      count === 1 ? response.writeHead(304).end() : response.end(ARCHIVE),
    )
    expect(await fetch(server.url)).toMatchObject({ digest: digestOf(ARCHIVE) })
    const stubborn = await serve((_, response) => response.writeHead(304).end())
    await expect(fetch(stubborn.url)).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(stubborn.seen).toHaveLength(2)
  })

  test.each(['gone', 'damaged'])('counts for nothing when the file in the cache is %s', async (what) => {
    const server = await serveArchive()
    const { file } = await fetch(server.url)
    if (what === 'gone') {
      rmSync(file)
    } else {
      const { mtime } = statSync(file)
      chmodSync(file, 0o600)
      writeFileSync(file, OTHER)
      utimesSync(file, mtime, mtime)
    }
    const again = await fetch(server.url)
    expect(readFileSync(again.file)).toEqual(ARCHIVE)
    expect(server.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined])
  })
})

describe('H-07: tags of servers are data', () => {
  test.each([
    ['a weak one', 'W/"1"', 'W/"1"'],
    ['one without quotes', '1', '1'],
    ['one that is too long', `"${'x'.repeat(2000)}"`, undefined],
    ['one with letters of elsewhere', '"\u00e4"', undefined],
  ])('%s', async (_, etag, sent) => {
    const server = await serve((_, response) => response.writeHead(200, { etag }).end(ARCHIVE))
    await fetch(server.url)
    await fetch(server.url)
    expect(server.seen[1]!.headers['if-none-match']).toBe(sent)
  })
})

describe('H-01: what is no archive is refused, and not kept', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    [
      'a login page',
      '<!doctype html><html><head><title>Log in, please</title></head></html>',
      /an HTML page.*Log in, please/,
    ],
    ['a long page', `<html>${'<p>hello</p>'.repeat(1000)}`, /an HTML page/],
    ['an error in JSON', '{"error": "no"}', /JSON.*no/],
    ['a sentence', 'not found\u001b[2J', /not found\\u001b\[2J/],
    ['nothing', '', /an empty file/],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', /LFS/],
  ])('%s', async (_, body, message) => {
    const server = await serve((_, response) => response.setHeader('content-type', 'text/x-test').end(body))
    const start = await serve((_, response) => response.writeHead(302, { location: `${server.url}/end?sig=x` }).end())
    const error = await fetch(start.url).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'E_NOT_ARCHIVE', message: expect.stringMatching(message), place: NAMED.place })
    expect((error as Error).message).toContain(`${server.url}/end is`)
    expect((error as Error).message).toContain('text/x-test')
    expect(leftovers()).toEqual([])
  })

  test('G-09: what arrives encoded is another file, unless the pin says otherwise', async () => {
    const server = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(ARCHIVE))
    await expect(fetch(server.url)).rejects.toMatchObject({ code: 'E_COMPRESSION' })
    expect(await fetch(`${server.url}#${pinOf(ARCHIVE)}`)).toMatchObject({ digest: digestOf(ARCHIVE) })
  })
})

describe('H-10: sizes', () => {
  const small = { ...DEFAULT_LIMITS, downloadBytes: ARCHIVE.length }

  test.each<[string, Record<string, string>]>([
    ['announced', { 'content-length': String(ARCHIVE.length + 1) }],
    ['not announced', {}],
  ])('a file above the limit is refused: %s', async (_, headers) => {
    const server = await serve((_, response) =>
      response.writeHead(200, headers).end(Buffer.concat([ARCHIVE, Buffer.alloc(1)])),
    )
    await expect(fetch(server.url, aRun({ limits: small }))).rejects.toMatchObject({
      code: 'E_SIZE',
      hint: expect.stringContaining('downloadBytes'),
    })
    expect(leftovers()).toEqual([])
  })

  test('a file at the limit is not', async () => {
    const server = await serveArchive()
    await expect(fetch(server.url, aRun({ limits: small }))).resolves.toBeDefined()
  })

  test('ten TiB are refused before the first of them', async () => {
    const length = String(10 * 1024 ** 4)
    const server = await serve((_, response) => void response.writeHead(200, { 'content-length': length }).write('x'))
    const huge = { ...DEFAULT_LIMITS, downloadBytes: Number.MAX_SAFE_INTEGER }
    await expect(fetch(server.url)).rejects.toMatchObject({ code: 'E_SIZE', value: length })
    const client = aClient()
    for (let i = 0; i < 6; i++) {
      await expect(fetch(server.url, aRun({ limits: huge }, client))).rejects.toMatchObject({ code: 'E_IO' })
    }
  })
})

describe('secrets in an address', () => {
  const PASSWORD = 'canary p@ss/word'
  const SECRETS = { PASSWORD, SIGNATURE: 'canary-signature' }
  const withSecrets = (server: TestServer, path = '/a.tgz'): string =>
    `http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}${path}?X-Amz-Signature=${SECRETS.SIGNATURE}#s3cret`

  test('U-01, U-03, U-04: go to their origin and to no other, and stay out of events and cache', async () => {
    const other = await serveArchive()
    const server = await serve((_, response) => response.writeHead(302, { location: `${other.url}/b` }).end())
    const events: TrowelEvent[] = []
    await fetch(withSecrets(server), aRun({ report: (event) => events.push(event) }))
    expect(server.seen).toMatchObject([
      {
        url: `/a.tgz?X-Amz-Signature=${SECRETS.SIGNATURE}`,
        headers: { authorization: `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}` },
      },
    ])
    expect(other.seen[0]!.headers.authorization).toBeUndefined()
    expect(secretsIn(JSON.stringify([other.seen, events]), SECRETS)).toEqual([])
    expect(secretsIn(allOfCache(), SECRETS)).toEqual([])
  })

  test('U-07: are not in an error, also when the server repeats them', async () => {
    const secrets = new SecretSet()
    const server = await serve((request, response) => {
      response.statusCode = 403
      response.end(`go away, ${request.headers.authorization}, with your ${request.url} and ${PASSWORD}`)
    })
    const error = await fetch(withSecrets(server), aRun({ secrets }, aClient({ secrets }))).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'E_AUTH', message: expect.stringContaining('go away') })
    expect(secretsIn(`${String(error)} ${JSON.stringify(error)}`, SECRETS)).toEqual([])
  })

  test('U-02: may be a token without a password', async () => {
    const server = await serveArchive()
    await fetch(`http://to-ken@127.0.0.1:${server.port}/`)
    expect(server.seen[0]!.headers.authorization).toBe(`Basic ${Buffer.from('to-ken:').toString('base64')}`)
  })

  test.each([
    'http://',
    'https://user:pass-word@',
    'https://user:pass-word@[a/',
    'https://me:pass-word@a b/',
    'https://:0a/x',
  ])('U-05: %j is no address, and is shown without its password', async (text) => {
    const error = await fetch(text).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'E_INPUT', place: NAMED.place })
    expect(JSON.stringify([error, String(error)])).not.toContain('pass-word')
  })

  test('no text makes reading an address throw anything else, or show what is before an @', () => {
    const rules = { allowInsecure: true, secrets: new SecretSet() }
    // Without what ends the part of an address that can have a password.
    const part = fc.string().filter((text) => !/[/\\?#]/.test(text))
    const shown = (address: string): string => {
      try {
        return readDownloadAddress(address, NAMED, rules).shown
      } catch (error) {
        expect(error).toBeInstanceOf(CnbError)
        return JSON.stringify(error)
      }
    }
    fc.assert(
      fc.property(fc.constantFrom('http', 'https'), part, part, fc.string(), (scheme, user, host, rest) => {
        expect(shown(`${scheme}://${user}:canary-password@${host}${rest}`)).not.toContain('canary')
      }),
    )
  })
})

describe('H-03: plain http', () => {
  const PLAIN = 'http://server.test/a.tgz'
  const read = (text: string, allowInsecure = false): unknown =>
    readDownloadAddress(text, NAMED, { allowInsecure, secrets: new SecretSet() })

  test.each([
    [PLAIN, false],
    [`http://me:x@server.test/#${pinOf(ARCHIVE)}`, false],
    ['http://127.0.0.1.server.test/', false],
    [`${PLAIN}#${pinOf(ARCHIVE)}`, true],
    ['http://localhost/a.tgz', true],
    ['http://me:x@127.0.0.1/a.tgz', true],
    ['https://server.test/a.tgz', true],
  ])('%s: %j', (text, allowed) => {
    if (allowed) expect(read(text)).toBeDefined()
    else expect(() => read(text)).toThrow(expect.objectContaining({ code: 'E_INPUT' }))
    expect(read(text, true)).toBeDefined()
  })

  test('is spoken when a pin or the flag allows it, to wherever it leads', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: `http://other.test:${server.port}/b` }).end()
      else response.end(ARCHIVE)
    })
    const lookup = (): Promise<{ address: string; family: number }[]> =>
      Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    const url = `http://server.test:${server.port}/a`
    await fetch(url, aRun({ allowInsecure: true }, aClient({ lookup })))
    expect(server.seen).toHaveLength(2)
    rmSync(directory, { recursive: true })
    await fetch(`${url}#${pinOf(ARCHIVE)}`, aRun({}, aClient({ lookup })))
    expect(server.seen).toHaveLength(4)
  })
})

describe('servers that want something else', () => {
  test.each([204, 206, 205])('H-12: status %d is no file', async (status) => {
    const server = await serve((_, response) => response.writeHead(status).end())
    await expect(fetch(server.url)).rejects.toMatchObject({ code: 'E_NETWORK' })
  })

  test('H-14: a cookie is not kept, and that is said', async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: '/', 'set-cookie': 'a=b' }).end())
    await expect(fetch(server.url)).rejects.toMatchObject({
      code: 'E_NETWORK',
      hint: expect.stringContaining('cookie'),
    })
  })

  test('H-12: a redirect to nowhere', async () => {
    const server = await serve((_, response) => response.writeHead(302).end())
    await expect(fetch(server.url)).rejects.toMatchObject({ code: 'E_NETWORK' })
  })

  test('a file that is not there', async () => {
    const server = await serve((_, response) => response.writeHead(404).end('no such file'))
    await expect(fetch(server.url)).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('404: no such file'),
      place: NAMED.place,
    })
    expect(server.seen).toHaveLength(1)
  })
})

test('a download that is stopped leaves nothing behind', async () => {
  const stop = new AbortController()
  const server = await serve(
    (_, response) => void response.write(ARCHIVE.subarray(0, 20), () => stop.abort(new Error('enough'))),
  )
  await expect(fetch(server.url, aRun({ signal: stop.signal }))).rejects.toThrow('enough')
  expect(leftovers()).toEqual([])
})
