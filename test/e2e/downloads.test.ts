import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenReplacements, materialiseGolden, goldenInput } from '../support/golden.js'

const workspace = materialiseGolden()
const asked: string[] = []
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://server.test').pathname
  const body = readFileSync(goldenInput('work', path))
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`
  const isKnown = request.headers['if-none-match'] === etag
  asked.push(`${path} ${isKnown ? 304 : 200}`)
  response.writeHead(isKnown ? 304 : 200, { etag })
  response.end(isKnown ? undefined : body)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => {
  server.close()
  workspace.remove()
})

const MODULE = '/archives/ustar.tgz'
const LIFECYCLE = '/lifecycle/stub-0.21.0-linux.x86-64.tgz'

/** A folder with a builder.toml whose module and lifecycle come from the server. */
function folder(pin = ''): string {
  const directory = temporaryDirectory()
  writeFileSync(
    join(directory, 'builder.toml'),
    `[build]
image = "golden.test/base/build:1"
[[run.images]]
image = "golden.test/base/run:1"
[lifecycle]
uri = "http://${host}${LIFECYCLE}"
[[buildpacks]]
uri = "http://somebody:pa55word-of-a-test@${host}${MODULE}?sig=s1gnature-of-a-test${pin}"
`,
  )
  return directory
}

function create(directory: string, flags: readonly string[] = []): Promise<Run> {
  asked.splice(0)
  const to = ['--to', `oci:${join(directory, 'out')}`, '--cache-dir', join(directory, 'cache'), '--json']
  return trowel(
    ['builder', 'create', 'registry.test/a/b', '--config', 'builder.toml', ...to, ...goldenReplacements(), ...flags],
    { cwd: directory },
  )
}

function digestOf({ status, stdout, stderr }: Run): string {
  if (status !== 0) throw new Error(stderr)
  return (JSON.parse(stdout) as { digest: string }).digest
}

test('modules and a lifecycle are downloaded once, then asked about, then taken from the cache', async () => {
  const directory = folder()
  const digest = digestOf(await create(directory))
  expect(asked.toSorted()).toEqual([`${MODULE} 200`, `${LIFECYCLE} 200`].toSorted())
  expect(digestOf(await create(directory))).toBe(digest)
  expect(asked.toSorted()).toEqual([`${MODULE} 304`, `${LIFECYCLE} 304`].toSorted())
  expect(digestOf(await create(directory, ['--offline']))).toBe(digest)
  expect(asked).toEqual([])
})

test('a file with the digest that the locator names is taken, and is not asked for again; any other is refused', async () => {
  const sha256 = createHash('sha256')
    .update(readFileSync(goldenInput('work', MODULE)))
    .digest('hex')
  const directory = folder(`#sha256=${sha256}`)
  digestOf(await create(directory))
  digestOf(await create(directory))
  expect(asked).toEqual([`${LIFECYCLE} 304`])
  const run = await create(folder(`#sha256=${'0'.repeat(64)}`))
  expect(run.status).toBe(3)
  expect(run.stderr).toContain('E_DIGEST')
  expect(run.stderr).toContain(sha256)
})

test('what a locator has of secrets is in no output and in no file', async () => {
  const directory = folder()
  const run = await create(directory, ['--verbose', '--debug'])
  digestOf(run)
  expect(run.stdout + run.stderr).not.toMatch(/pa55word-of-a-test|s1gnature-of-a-test/)
  const found = await trowel(['cache', 'info', '--cache-dir', join(directory, 'cache'), '--json'], { cwd: directory })
  expect(found.stdout).not.toMatch(/pa55word|s1gnature/)
})
