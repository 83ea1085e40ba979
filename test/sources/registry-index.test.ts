import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { serveRepository } from '../support/git-server.js'
import { ADDRESS, git, indexRepository, line, writeEntries } from '../support/index-repository.js'
import { anIndex, type TestIndex } from './an-index.js'

const address = (digit: string): string => `registry.test/acme/java@sha256:${digit.repeat(64)}`

describe.each(['git', 'path of a repository', 'directory'] as const)('an index in a %s', (kind) => {
  const urlOf = (entries: Parameters<typeof writeEntries>[1]): string => {
    if (kind === 'git') return indexRepository(entries).url
    if (kind === 'path of a repository') return indexRepository(entries).directory
    const directory = temporaryDirectory()
    writeEntries(directory, entries)
    return directory
  }

  test('gives the image of the version that is named, and of the highest one when none is', async () => {
    const url = urlOf({
      'acme/java': [
        line('acme/java', '1.9.0', { addr: address('1') }),
        line('acme/java', '1.10.0', { addr: address('2') }),
        line('acme/java', '1.10.0-rc.1', { addr: address('3') }),
        line('acme/java', 'latest', { addr: address('4') }),
      ],
    })
    const index = anIndex({ url })
    expect(await index.find('acme/java@1.9.0')).toBe(address('1'))
    expect(await index.find('acme/java')).toBe(address('2'))
    expect(await index.find('acme/java@1.10.0-rc.1')).toBe(address('3'))
    expect(await index.find('acme/java@latest')).toBe(address('4'))
    expect(index.reported).toEqual([])
  })

  test('gives a yanked version only to who names it, with a warning', async () => {
    const url = urlOf({
      'acme/java': [line('acme/java', '1.0.0', { addr: address('1') }), line('acme/java', '2.0.0', { yanked: true })],
    })
    const index = anIndex({ url })
    expect(await index.find('acme/java')).toBe(address('1'))
    expect(index.reported).toEqual([])
    expect(await index.find('acme/java@2.0.0')).toBe(ADDRESS)
    expect(index.reported).toMatchObject([{ rule: 'registry-yanked', severity: 'warning', place: { line: 7 } }])
  })

  test('says which versions there are when the one that is named is not there', async () => {
    const index = anIndex({ url: urlOf({ 'acme/java': [line('acme/java', '1.0.0'), line('acme/java', '2.0.0')] }) })
    await expect(index.find('acme/java@3.0.0')).rejects.toMatchObject({
      code: 'E_INDEX_MISSING',
      message: 'the buildpack acme/java@3.0.0: the registry test has no version 3.0.0 of acme/java',
      hint: 'it has 1.0.0, 2.0.0',
      place: { file: 'builder.toml', line: 7 },
    })
    await expect(index.find('acme/go')).rejects.toMatchObject({ code: 'E_INDEX_MISSING' })
  })
})

test('a directory that is not there is told as that', async () => {
  await expect(anIndex({ url: '/nowhere/at/all' }).find('acme/java')).rejects.toMatchObject({
    code: 'E_INDEX_MISSING',
    message: 'the buildpack registry test: there is no directory /nowhere/at/all',
  })
})

test('authorities for git may be as large as those for everything else, and have to be there', async () => {
  const { url } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
  const ca = join(temporaryDirectory(), 'ca.pem')
  const index = (): Promise<string> => anIndex({ url, ca, limits: { tomlBytes: 1 } }).find('acme/java')
  await expect(index()).rejects.toMatchObject({ code: 'E_CREDENTIALS', place: { file: ca } })
  writeFileSync(ca, rootCertificates[0] ?? '')
  expect(await index()).toBe(ADDRESS)
})

describe('a git repository between runs', () => {
  test('may name its commits by their SHA-256', async () => {
    const cacheDirectory = temporaryDirectory()
    const repository = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] }, 'sha256')
    const { url } = repository
    expect(await anIndex({ url, cacheDirectory }).find('acme/java')).toBe(ADDRESS)
    expect(await anIndex({ url, cacheDirectory }).find('acme/java')).toBe(ADDRESS)
    expect(await anIndex({ url, cacheDirectory, offline: true }).find('acme/java')).toBe(ADDRESS)
    repository.commit({ 'acme/java': [line('acme/java', '2.0.0', { addr: address('2') })] })
    expect(await anIndex({ url, cacheDirectory }).find('acme/java')).toBe(address('2'))
  })

  test('is asked once a run whether it has moved, and fetched when it has', async () => {
    const cacheDirectory = temporaryDirectory()
    const repository = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
    const { url } = repository
    const first = anIndex({ url, cacheDirectory })
    expect(await first.find('acme/java')).toBe(ADDRESS)
    repository.commit({ 'acme/java': [line('acme/java', '1.0.0'), line('acme/java', '2.0.0', { addr: address('2') })] })
    expect(await first.find('acme/java')).toBe(ADDRESS)
    expect(await anIndex({ url, cacheDirectory }).find('acme/java')).toBe(address('2'))
  })

  test('is not needed offline, once it was there', async () => {
    const cacheDirectory = temporaryDirectory()
    const { url, directory } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
    await expect(anIndex({ url, cacheDirectory, offline: true }).find('acme/java')).rejects.toMatchObject({
      code: 'E_OFFLINE',
    })
    await anIndex({ url, cacheDirectory }).find('acme/java')
    rmSync(directory, { recursive: true })
    expect(await anIndex({ url, cacheDirectory, offline: true }).find('acme/java')).toBe(ADDRESS)
    await expect(anIndex({ url, cacheDirectory }).find('acme/java')).rejects.toMatchObject({ code: 'E_INDEX_MISSING' })
  })

  test('is read offline also without having been there, when it is named by its path', async () => {
    const { directory, commit } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0', { addr: address('1') })] })
    const cacheDirectory = temporaryDirectory()
    const find = (): Promise<string> =>
      anIndex({ url: directory, cacheDirectory, offline: true }).find('acme/java@1.0.0')
    expect(await find()).toBe(address('1'))
    commit({ 'acme/java': [line('acme/java', '1.0.0', { addr: address('2') })] })
    expect(await find()).toBe(address('2'))
  })

  test('transfers nothing but the question when it has not moved', async () => {
    const cacheDirectory = temporaryDirectory()
    const { url } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
    const steps: string[] = []
    const tell = (event: { readonly kind: string; readonly text?: string }): void => {
      if (event.kind === 'step') steps.push(event.text ?? '')
    }
    await anIndex({ url, cacheDirectory, tell }).find('acme/java')
    await anIndex({ url, cacheDirectory, tell }).find('acme/java')
    expect(steps).toEqual(['fetching the index of registry test'])
  })

  test('is warned about when a version stands for another image than before, also when its history was rewritten', async () => {
    const cacheDirectory = temporaryDirectory()
    const { url, directory } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
    await anIndex({ url, cacheDirectory }).find('acme/java@1.0.0')
    writeEntries(directory, { 'acme/java': [line('acme/java', '1.0.0', { addr: address('6') })] })
    git(directory, 'commit', '--quiet', '--all', '--amend', '--message=other')
    const index = anIndex({ url, cacheDirectory })
    expect(await index.find('acme/java@1.0.0')).toBe(address('6'))
    expect(index.reported).toMatchObject([{ rule: 'registry-entry-changed', severity: 'warning' }])
  })

  test('is known again under another password', async () => {
    const cacheDirectory = temporaryDirectory()
    const known = await serveRepository(indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] }))
    const other = indexRepository({ 'acme/java': [line('acme/java', '1.0.0', { addr: address('6') })] })
    const withPassword = (password: string): TestIndex =>
      anIndex({ url: known.url.replace('//', `//user:${password}@`), cacheDirectory })
    await withPassword('one').find('acme/java@1.0.0')
    git(known.directory, 'fetch', '--quiet', '--force', other.url, 'main:main')
    git(known.directory, 'update-server-info')
    const index = withPassword('two')
    expect(await index.find('acme/java@1.0.0')).toBe(address('6'))
    expect(index.reported).toMatchObject([{ rule: 'registry-entry-changed' }])
  })
})

test('what git says of itself is asked of no configuration: neither of the user nor of the environment', async () => {
  const home = temporaryDirectory()
  const marker = `${home}/ran`
  git(home, 'config', '--file', `${home}/.gitconfig`, 'core.sshCommand', `touch ${marker}`)
  git(home, 'config', '--file', `${home}/.gitconfig`, 'url.ext::sh -c "touch%s".insteadOf', 'file://')
  const { url } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    GIT_DIR: '/nowhere',
    GIT_EXEC_PATH: '/nowhere',
    GIT_TRACE: marker,
  }
  expect(await anIndex({ url, env }).find('acme/java')).toBe(ADDRESS)
  expect(() => readFileSync(marker)).toThrow('ENOENT')
})
