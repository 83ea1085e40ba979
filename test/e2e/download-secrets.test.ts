import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { tarOfEntries } from '../support/layout.js'
import { publishedInputs } from '../support/published-inputs.js'
import type { Exchange } from '../support/registry/exchange.js'
import { startRegistry } from '../support/registry/registry.js'
import { secretsIn } from '../support/secrets.js'
import { keptBy, keptIn } from '../support/traces.js'

/** U-01, U-03, U-06, U-07, A-16: what lets somebody in at a server of files shows nowhere. */

const SECRETS = { password: 'c4n4ry/p+w ä?d=%&', query: 'c4n4ry-query+/=', redirect: 'c4n4ry-redirect+/=' }

const ARCHIVE = gzipSync(
  tarOfEntries([
    {
      name: 'buildpack.toml',
      content: 'api = "0.10"\n[buildpack]\nid = "acme/far"\nversion = "1"\n[[targets]]\nos = "linux"\n',
    },
    { name: 'bin/build', content: '#!/bin/sh\n' },
    { name: 'bin/detect', content: '#!/bin/sh\n' },
  ]),
)

/** All that the server was told, in the ways in which it may say so. */
function echo({ request }: Exchange): string {
  const spelled = [SECRETS.password, SECRETS.query].flatMap((secret) => [secret, encodeURIComponent(secret)])
  return [request.url, request.headers.authorization, ...spelled].join(' ')
}

test.each([
  ['that is downloaded', 0, '', undefined],
  ['that is downloaded from where the server sends us', 0, '', 302],
  ['that is not what was pinned', 3, `#sha256=${'ab'.repeat(32)}`, undefined],
  ['that is not given to us', 5, '', 403],
  ['that the server fails to give', 4, '', 500],
  ['that is not there', 4, '', 404],
] as const)('a module with secrets in its address %s', async (_, status, pin, answer) => {
  const inputs = await publishedInputs()
  const seen: string[] = []
  const server = await startRegistry({
    intercept(exchange) {
      seen.push(`${exchange.url.searchParams.get('token')} ${exchange.header('authorization') ?? ''}`)
      const isSentOn = exchange.url.pathname !== '/module.tgz'
      if (answer === 302 && !isSentOn) {
        exchange.reply(302, { location: `/elsewhere?${new URLSearchParams({ sig: SECRETS.redirect }).toString()}` })
      } else if (answer === undefined || answer === 302) exchange.reply(200, { etag: '"1"' }, ARCHIVE)
      else exchange.reply(answer, { 'retry-after': '0', warning: '299 - "mind the gap"' }, echo(exchange))
      return true
    },
  })
  onTestFinished(() => server.close())
  const config = join(inputs.directory, 'work/builder.toml')
  const address = `http://me:${encodeURIComponent(SECRETS.password)}@${server.host}/module.tgz?token=${encodeURIComponent(SECRETS.query)}${pin}`
  writeFileSync(config, readFileSync(config, 'utf8').replace(/http:\/\/127[^"]*/, address))
  for (const flags of [['--json'], []]) {
    const run = await inputs.create('HOST/out/builder:1', ['--publish', '--verbose', '--debug', ...flags])
    expect(run.status, run.stderr).toBe(status)
    expect(secretsIn(run.stdout + run.stderr, SECRETS), run.stdout + run.stderr).toEqual([])
  }
  expect(seen[0]).toBe(`${SECRETS.query} Basic ${Buffer.from(`me:${SECRETS.password}`).toString('base64')}`)
  writeFileSync(config, '')
  expect(secretsIn(keptIn(inputs.directory), SECRETS)).toEqual([])
  expect(secretsIn(await keptBy(inputs.registry), SECRETS)).toEqual([])
})
