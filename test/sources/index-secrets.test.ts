import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { findProgram } from '#src/programs.js'
import { temporaryDirectory } from '../support/directories.js'
import { serveRepository } from '../support/git-server.js'
import { ADDRESS, indexRepository, line } from '../support/index-repository.js'
import { anIndex } from './an-index.js'

const PASSWORD = 'hunter2-hunter2'
const BASIC = Buffer.from(`user:${PASSWORD}`).toString('base64')
const withUser = (url: string): string => url.replace('://', `://user:${PASSWORD}@`)

/** Everything that the files below a directory hold. */
function contentOf(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

describe('user name and password in the URL of a registry', () => {
  test('are shown to its server, and are in no argument and no file', async () => {
    const { url, requests } = await serveRepository(
      indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] }),
      (request, response) => {
        if (request.headers.authorization === `Basic ${BASIC}`) return false
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
        return true
      },
    )
    const bin = temporaryDirectory()
    const git = findProgram('git', { env: { PATH: process.env['PATH'] }, cwd: bin })
    writeFileSync(join(bin, 'git'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${bin}/arguments\nexec ${git} "$@"\n`, {
      mode: 0o755,
    })
    const [cacheDirectory, scratch] = [temporaryDirectory(), temporaryDirectory()]
    const env = { PATH: `${bin}:${process.env['PATH']}` }
    const index = anIndex({ url: withUser(url), cacheDirectory, scratch: () => scratch, env })
    expect(await index.find('acme/java')).toBe(ADDRESS)
    expect(requests.length).toBeGreaterThan(2)
    const seen = `${contentOf(bin)}${contentOf(cacheDirectory)}${contentOf(scratch)}`
    expect(seen).toContain(url)
    for (const secret of [PASSWORD, BASIC]) expect(seen).not.toContain(secret)
    expect(index.secrets.scrub(`${PASSWORD} ${BASIC}`)).toBe('*** ***')
  })

  test('are not shown to another server that it names', async () => {
    const other = await serveRepository(indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] }))
    const first = await serveRepository(indexRepository({}), ({ url: path = '' }, response) => {
      response.writeHead(302, { Location: new URL(path, other.url).href }).end()
      return true
    })
    await expect(anIndex({ url: withUser(first.url) }).find('acme/java')).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(first.requests.map(({ headers }) => headers.authorization)).toContain(`Basic ${BASIC}`)
    expect(other.requests).toEqual([])
  })

  test('are not in what is said when it does not take them', async () => {
    const { url } = await serveRepository(indexRepository({}), (request, response) => {
      response.writeHead(401, { 'WWW-Authenticate': `Basic realm="${request.headers.authorization}"` }).end()
      return true
    })
    const error: unknown = await anIndex({ url: withUser(url) })
      .find('acme/java')
      .catch((error: unknown) => error)
    if (!(error instanceof CnbError)) throw error
    expect(error.code).toBe('E_AUTH')
    expect(`${error.message} ${error.value} ${error.hint} ${error.stack}`).not.toMatch(
      new RegExp(`${PASSWORD}|${BASIC}`),
    )
  })
})

test('a password in ~/.netrc is found there', async () => {
  const { url } = await serveRepository(
    indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] }),
    (request, response) => {
      if (request.headers.authorization === `Basic ${BASIC}`) return false
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
      return true
    },
  )
  const home = temporaryDirectory()
  writeFileSync(join(home, '.netrc'), `machine 127.0.0.1 login user password ${PASSWORD}\n`, { mode: 0o600 })
  const env = { PATH: process.env['PATH'], HOME: home }
  expect(await anIndex({ url, env }).find('acme/java')).toBe(ADDRESS)
})

test('a server cannot send git to what runs a program, or reads a file', async () => {
  const { url, requests } = await serveRepository(indexRepository({}), (_, response) => {
    response.writeHead(302, { Location: `file://${import.meta.dirname}` }).end()
    return true
  })
  await expect(anIndex({ url, schemes: ['http'] }).find('acme/java')).rejects.toBeInstanceOf(CnbError)
  expect(requests.length).toBeGreaterThan(0)
})
