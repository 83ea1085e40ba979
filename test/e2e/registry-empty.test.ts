import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'
import { git, gitWith, line } from '../support/index-repository.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'

/** An index that nobody has committed anything to: a registry on its first day. */

let registry: Registry
let digest: string
beforeAll(async () => {
  registry = await startRegistry()
  digest = await pushLayout(registry, goldenInput('packages', 'one'), 'golden/one:1')
  await pushLayout(registry, goldenInput('packages', 'two'), 'golden/two:1')
})
afterAll(() => registry.close())

interface EmptyIndex {
  readonly directory: string
  /** `trowel buildpack ARGS` with this index as the registry. */
  readonly run: (...args: readonly string[]) => Promise<Run>
}

/** A bare repository without a commit, whose branch is called `trunk`, and is reached as `urlOf` has it. */
function emptyIndex(urlOf: (path: string) => string): EmptyIndex {
  const home = temporaryDirectory()
  const directory = join(home, 'index.git')
  git(home, 'init', '--quiet', '--bare', '--initial-branch=trunk', directory)
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Test\n\temail = test@test.invalid\n')
  mkdirSync(join(home, '.trowel'))
  writeFileSync(
    join(home, '.trowel/config.toml'),
    `default-registry = "mine"\n[[registries]]\nname = "mine"\ntype = "git"\nurl = "${urlOf(directory)}"\n`,
  )
  // What is asked for through ssh is run here.
  mkdirSync(join(home, 'programs'))
  writeFileSync(join(home, 'programs/ssh'), '#!/bin/sh\nfor last; do :; done\nexec /bin/sh -c "$last"\n', {
    mode: 0o755,
  })
  const env = { HOME: home, PATH: `${join(home, 'programs')}:${process.env['PATH']}` }
  const flags = ['--allow-index-scheme', 'file', '--allow-index-scheme', 'ssh', '--no-cache']
  return { directory, run: (...args) => trowel(['buildpack', ...args, ...flags], { cwd: home, env }) }
}

const REACHED: readonly (readonly [string, (path: string) => string])[] = [
  ['a file URL', (path) => `file://${path}`],
  ['its path', (path) => path],
  ['ssh', (path) => `ssh://git@host.test${path}`],
]

describe.each(REACHED)('an empty index that is reached by %s', (_, urlOf) => {
  test('gets its first entry, on the branch that it has, and then others', async () => {
    const { directory, run } = emptyIndex(urlOf)
    const pushed = await run('register', `${registry.host}/golden/one:1`, '--push')
    expect(pushed.status, pushed.stderr).toBe(0)
    const entry = line('golden/one', '1.0.0', { addr: `${registry.host}/golden/one@${digest}` })
    expect(pushed.stdout).toBe(`${entry}\n`)
    expect(git(directory, 'show', 'trunk:3/on/golden_one')).toBe(entry)
    expect(git(directory, 'log', '--format=%an %s', 'trunk')).toBe('Test ADD golden/one@1.0.0')

    const next = await run('register', `${registry.host}/golden/two:1`, '--push')
    expect(next.status, next.stderr).toBe(0)
    expect(git(directory, 'log', '--format=%s', 'trunk')).toMatch(/^ADD golden\/two@.*\nADD golden\/one@1\.0\.0$/)
    expect(git(directory, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/trunk')
  })

  test('has no buildpack, and says which line it would get', async () => {
    const { directory, run } = emptyIndex(urlOf)
    const yanked = await run('yank', 'acme/java@1.0.0')
    expect(yanked).toMatchObject({ status: 3, stderr: expect.stringContaining('the index has no acme/java@1.0.0') })
    const told = await run('register', `${registry.host}/golden/one:1`)
    expect(told).toMatchObject({ status: 0, stderr: expect.stringContaining('3/on/golden_one') })
    expect(git(directory, 'for-each-ref')).toBe('')
  })
})

test('an empty index whose server does not tell the name of its branch wants a first commit by hand', async () => {
  const { directory, run } = emptyIndex((path) => `file://${path}`)
  git(directory, 'config', 'lsrefs.unborn', 'ignore')
  const { status, stderr } = await run('register', `${registry.host}/golden/one:1`, '--push')
  expect(stderr).toContain('makes HEAD a branch, and commits something to it')
  expect(status).toBe(3)
  expect(git(directory, 'for-each-ref')).toBe('')
})

test('an index whose HEAD is a branch without a commit, beside others that have some, is not begun anew', async () => {
  const { directory, run } = emptyIndex((path) => `file://${path}`)
  const tree = git(directory, 'hash-object', '-t', 'tree', '-w', '/dev/null')
  git(directory, 'update-ref', 'refs/heads/other', gitWith({}, directory, 'commit-tree', tree, '-m', 'x'))
  const { status, stderr } = await run('register', `${registry.host}/golden/one:1`, '--push')
  expect(stderr).toContain('the default branch of the repository has no commit')
  expect(status).toBe(3)
})
