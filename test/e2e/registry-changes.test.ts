import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine } from '../support/engine.js'
import { goldenInput } from '../support/golden.js'
import { ADDRESS, git, gitWith, indexRepository, line, writeEntries } from '../support/index-repository.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { writeFiles } from '../support/workspace.js'

const PACKAGES = goldenInput('packages')

let registry: Registry
let digest: string
beforeAll(async () => {
  registry = await startRegistry()
  digest = await pushLayout(registry, join(PACKAGES, 'one'), 'golden/one:1')
})
afterAll(() => registry.close())

type Buildpack = (...args: string[]) => Promise<Run>

const COMMITTER = '[user]\n\tname = Jörg Test\n\temail = joerg@test.invalid\n'

/** `trowel buildpack …` in a home with this config.toml, of somebody whom git knows. */
function home(config = '', env: Readonly<Record<string, string>> = {}, gitconfig = COMMITTER): Buildpack {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, '.gitconfig'), gitconfig)
  mkdirSync(join(directory, '.trowel'))
  writeFileSync(join(directory, '.trowel/config.toml'), config)
  return (...args) => trowel(['buildpack', ...args], { cwd: directory, env: { HOME: directory, ...env } })
}

const named = (type: string, url: string): string =>
  `default-registry = "mine"\n[[registries]]\nname = "mine"\ntype = "${type}"\nurl = "${url}"\n`
const GITHUB = named('github', 'https://github.com/acme/index/')

describe('a registry that takes issues', () => {
  test('is asked for a version by the address of an issue, which nobody opens', async () => {
    const address = `${registry.host}/golden/one@${digest}`
    const { status, stdout, stderr } = await home(GITHUB)('register', `${registry.host}/golden/one:1`)
    expect(status, stderr).toBe(0)
    const url = new URL(stdout.trim())
    expect(url.origin + url.pathname).toBe('https://github.com/acme/index/issues/new')
    expect([...url.searchParams]).toEqual([
      ['body', `\nid = "golden/one"\nversion = "1.0.0"\naddr = "${address}"\n`],
      ['template', 'add-buildpack.md'],
      ['title', 'ADD golden/one@1.0.0'],
    ])
    expect(stderr).toContain('title: ADD golden/one@1.0.0\n  id = "golden/one"\n')
    expect(stderr).toContain('nothing was sent')
  })

  test('gets the digest of all platforms, whatever this machine is', async () => {
    const platforms = ['s390x', 'riscv64'].map((architecture) => ({ os: 'linux', architecture }))
    const images = await Promise.all(
      platforms.map((platform) => putPackage('acme/far', { id: 'acme/far', version: '1.0.0', platform })),
    )
    const digest = putIndex('acme/far', images)
    const { stdout } = await home(GITHUB)('register', `${registry.host}/acme/far:1`, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ address: `${registry.host}/acme/far@${digest}`, version: '1.0.0' })
  })

  test.each([
    [[], 'YANK'],
    [['--undo'], 'ADD'],
  ])('is asked to yank with %j by the title %s, without being looked at', async (flags, verb) => {
    const { status, stdout } = await home(GITHUB)('yank', 'acme/java@1.0.0', '--offline', '--json', ...flags)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      registry: 'mine',
      issue: { title: `${verb} acme/java@1.0.0`, body: '\nid = "acme/java"\nversion = "1.0.0"\n\n' },
      entry: null,
      written: false,
    })
  })

  test('is the official one when none is configured', async () => {
    const { stdout } = await home()('yank', 'acme/java@1.0.0')
    expect(stdout).toMatch(/^https:\/\/github\.com\/buildpacks\/registry-index\/issues\/new\?body=/)
  })

  test.each([
    'https://github.com/acme/index.git',
    'https://token:c4n4ry@github.com/acme/index/',
    'HTTPS://GitHub.com/acme/index?tab=readme',
  ])('is that of the repository when its URL is %s, and its address holds no password', async (url) => {
    const { stdout, stderr } = await home(named('github', url))('yank', 'acme/java@1.0.0~rc+1')
    const body = '%0Aid+%3D+%22acme%2Fjava%22%0Aversion+%3D+%221.0.0~rc%2B1%22%0A%0A'
    expect(stdout).toBe(`https://github.com/acme/index/issues/new?body=${body}&title=YANK+acme%2Fjava%401.0.0~rc%2B1\n`)
    expect(stdout + stderr).not.toContain('c4n4ry')
  })

  test('has a URL that is one', async () => {
    const run = await home(named('github', 'https://'))('yank', 'acme/java@1.0.0')
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('mine is no URL') })
  })

  test('cannot be pushed to', async () => {
    const run = await home(GITHUB)('yank', 'acme/java@1.0.0', '--push')
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('added with --type git') })
  })

  test('is none that no browser can open', async () => {
    const { url } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
    const run = await home(named('github', url))('yank', 'acme/java@1.0.0', '--allow-index-scheme', 'file')
    expect(run).toMatchObject({ status: 0, stdout: `${line('acme/java', '1.0.0', { yanked: true })}\n` })
  })
})

describe('a registry of type git', () => {
  const flags = ['--allow-index-scheme', 'file']

  /** A commit over the last one, on no branch. */
  function commitOver(directory: string, env: Readonly<Record<string, string>> = {}): string {
    return gitWith(env, directory, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', 'another')
  }

  /** A directory with a git that runs a command of the shell before it pushes. */
  function gitThatFirst(command: string): string {
    const directory = temporaryDirectory()
    const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const script = `#!/bin/sh\ncase "$*" in *' push '*) ${command};; esac\nexec ${real} "$@"\n`
    writeFileSync(join(directory, 'git'), script, { mode: 0o755 })
    return directory
  }

  /** A bare repository, and what its latest state holds. */
  function bare(): {
    readonly url: string
    readonly directory: string
    show: (path: string) => string
    log: () => string
  } {
    const { directory } = indexRepository({
      'acme/java': [line('acme/java', '1.0.0', { more: [1] }), line('acme/java', '1.1.0')],
    })
    const clone = temporaryDirectory()
    git(clone, 'clone', '--quiet', '--bare', `file://${directory}`, 'index.git')
    const cwd = join(clone, 'index.git')
    return {
      url: `file://${cwd}`,
      directory: cwd,
      show: (path) => git(cwd, 'show', `main:${path}`),
      log: () => git(cwd, 'log', '--format=%an <%ae> %s', 'main'),
    }
  }

  test('is told the line that would be added, and is left as it is', async () => {
    const { url, log } = bare()
    const before = log()
    const { status, stdout, stderr } = await home(named('git', url))(
      'register',
      `${registry.host}/golden/one:1`,
      ...flags,
    )
    expect(status, stderr).toBe(0)
    const addr = `${registry.host}/golden/one@${digest}`
    expect(stdout).toBe(`${line('golden/one', '1.0.0', { addr })}\n`)
    expect(stderr).toContain('nothing was written: this is a line of 3/on/golden_one in the registry mine')
    expect(log()).toBe(before)
  })

  test('gets one commit more with --push, and the next run finds the version', async () => {
    const { url, show, log } = bare()
    const buildpack = home(named('git', url))
    const pushed = await buildpack('register', `${registry.host}/golden/one:1`, '--push', ...flags)
    expect(pushed.status, pushed.stderr).toBe(0)
    expect(show('3/on/golden_one')).toBe(pushed.stdout.trim())
    expect(show('ja/va/acme_java').split('\n')).toHaveLength(2)
    expect(log()).toBe('Jörg Test <joerg@test.invalid> ADD golden/one@1.0.0\ntest <test@test.invalid> entries')
    const again = await buildpack('register', `${registry.host}/golden/one:1`, '--push', ...flags)
    expect(again).toMatchObject({ status: 0, stdout: pushed.stdout, stderr: expect.stringContaining('already') })
    await pushLayout(registry, join(PACKAGES, 'one'), 'golden/other:1')
    const other = await buildpack('register', `${registry.host}/golden/other:1`, '--push', ...flags)
    expect(other).toMatchObject({ status: 3, stderr: expect.stringContaining('has golden/one@1.0.0 already') })
    expect(log().split('\n')).toHaveLength(2)
    expect(await buildpack('yank', 'golden/one@1.0.0', '--push', ...flags)).toMatchObject({ status: 0 })
    const yanked = await buildpack('register', `${registry.host}/golden/one:1`, '--push', ...flags)
    expect(yanked).toMatchObject({ status: 3, stderr: expect.stringContaining('yank --undo') })
  })

  test('has the author whom the variables of git name, before the one of its configuration', async () => {
    const { url, log } = bare()
    const env = { GIT_AUTHOR_NAME: 'Other', GIT_AUTHOR_EMAIL: 'other@test.invalid' }
    const pushed = await home(named('git', url), env)('yank', 'acme/java@1.0.0', '--push', ...flags)
    expect(pushed.status, pushed.stderr).toBe(0)
    expect(log()).toContain('Other <other@test.invalid> YANK acme/java@1.0.0')
  })

  test.each([
    ['nobody', ''],
    ['somebody without an address', '[user]\n\tname = Test\n'],
    ['somebody with an empty address', '[user]\n\tname = Test\n\temail =\n'],
  ])('gets no commit by %s', async (_, gitconfig) => {
    const { url, log } = bare()
    const before = log()
    const run = await home(named('git', url), {}, gitconfig)('yank', 'acme/java@1.0.0', '--push', ...flags)
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('user.email ADDRESS') })
    expect(run.stderr).not.toContain('git -c')
    expect(log()).toBe(before)
  })

  test('is not pushed to offline', async () => {
    const { url, log } = bare()
    const buildpack = home(named('git', url))
    await buildpack('yank', 'acme/java@1.0.0', ...flags)
    const before = log()
    const run = await buildpack('yank', 'acme/java@1.0.0', '--push', '--offline', ...flags)
    expect(run).toMatchObject({ status: 4, stderr: expect.stringContaining('a commit would have to be pushed') })
    expect(log()).toBe(before)
  })

  test('has one line changed by yanking, and changed back', async () => {
    const { url, show } = bare()
    const buildpack = home(named('git', url))
    const before = show('ja/va/acme_java')
    const undone = await buildpack('yank', 'acme/java@1.0.0', '--undo', '--push', ...flags)
    expect(undone).toMatchObject({ status: 0, stdout: `${before.split('\n')[0]}\n` })
    expect(undone.stderr).toContain(
      'nothing had to be written: ja/va/acme_java in the registry mine has this line already',
    )
    expect(await buildpack('yank', 'acme/java@1.0.0', '--push', ...flags)).toMatchObject({ status: 0 })
    expect(show('ja/va/acme_java')).toBe(before.replace('"yanked":false', '"yanked":true'))
    const again = await buildpack('yank', 'acme/java@1.0.0', '--push', ...flags)
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining('already') })
    expect(await buildpack('yank', 'acme/java@1.0.0', '--undo', '--push', ...flags)).toMatchObject({ status: 0 })
    expect(show('ja/va/acme_java')).toBe(before)
    const missing = await buildpack('yank', 'acme/java@9.0.0', '--push', ...flags)
    expect(missing).toMatchObject({ status: 3, stderr: expect.stringContaining('the index has no acme/java@9.0.0') })
    expect(missing.stderr).toContain('it has 1.0.0, 1.1.0')
  })

  test('gets a commit also when the last one is of a later time than this machine has, and came in an earlier run', async () => {
    const { url, directory, show } = bare()
    const buildpack = home(named('git', url))
    const tomorrow = `${Math.floor(Date.now() / 1000) + 24 * 60 * 60} +0000`
    const last = commitOver(directory, { GIT_COMMITTER_DATE: tomorrow })
    git(directory, 'update-ref', 'refs/heads/main', last)
    const looked = await buildpack('yank', 'acme/java@1.0.0', ...flags)
    expect(looked.status, looked.stderr).toBe(0)
    const pushed = await buildpack('yank', 'acme/java@1.0.0', '--push', ...flags)
    expect(pushed.status, pushed.stderr).toBe(0)
    expect(git(directory, 'rev-parse', 'main~1')).toBe(last)
    expect(show('ja/va/acme_java')).toContain('"yanked":true')
  })

  test.each(['before', 'after'])('is left as somebody else makes it %s our commit comes', async (when) => {
    const { url, directory } = bare()
    const other = commitOver(directory)
    const change = `echo ${other} >${directory}/refs/heads/main`
    const hook = when === 'after' ? change : ':'
    writeFileSync(join(directory, 'hooks/pre-receive'), `#!/bin/sh\n${hook}\n`, { mode: 0o755 })
    const env = { PATH: `${gitThatFirst(when === 'before' ? change : ':')}:${process.env['PATH']}` }
    const run = await home(named('git', url), env)('yank', 'acme/java@1.0.0', '--push', ...flags)
    expect(run).toMatchObject({ status: 4, stdout: '', stderr: expect.stringContaining('run the command again') })
    expect(git(directory, 'rev-parse', 'main')).toBe(other)
  })

  test('says why it does not take a commit', async () => {
    const { url, directory, log } = bare()
    const before = log()
    writeFileSync(join(directory, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const run = await home(named('git', url))('yank', 'acme/java@1.0.0', '--push', ...flags)
    expect(run).toMatchObject({ status: 5, stdout: '', stderr: expect.stringContaining('pre-receive hook declined') })
    expect(log()).toBe(before)
  })
})

describe('a git repository that is named by its path', () => {
  const java = { 'acme/java': [line('acme/java', '1.0.0')] }
  const yank = (buildpack: Buildpack): Promise<Run> => buildpack('yank', 'acme/java@1.0.0', '--push')

  test.each(['git', 'github'])('of type %s gets a commit, and no file beside its own', async (type) => {
    const repository = join(temporaryDirectory(), 'an index.git')
    git('/', 'clone', '--quiet', '--bare', indexRepository(java).url, repository)
    const names = readdirSync(repository)
    const buildpack = home(named(type, repository))
    const pushed = await yank(buildpack)
    expect(pushed.status, pushed.stderr).toBe(0)
    expect(pushed.stderr).toContain(`pushed ${git(repository, 'rev-parse', 'main')}`)
    expect(git(repository, 'show', 'main:ja/va/acme_java')).toBe(line('acme/java', '1.0.0', { yanked: true }))
    expect(readdirSync(repository)).toEqual(names)
  })

  test('with a work tree gets none as long as it does not want any, and then also the file', async () => {
    const { directory } = indexRepository(java)
    const buildpack = home(named('github', directory))
    const refused = await yank(buildpack)
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('checked out in a work tree') })
    expect(refused.stderr).toContain('receive.denyCurrentBranch updateInstead')
    git(directory, 'config', 'receive.denyCurrentBranch', 'updateInstead')
    expect(await yank(buildpack)).toMatchObject({ status: 0 })
    expect(git(directory, 'status', '--short')).toBe('')
    expect(git(directory, 'show', 'main:ja/va/acme_java')).toContain('"yanked":true')
  })

  test('is not there, so nothing is written', async () => {
    const directory = temporaryDirectory()
    writeEntries(directory, java)
    const run = await yank(home(named('git', directory)))
    expect(run).toMatchObject({ status: 3, stderr: expect.stringContaining(`no git repository at ${directory}`) })
    expect(run.stderr).toContain('without --type git')
    expect(readFileSync(join(directory, 'ja/va/acme_java'), 'utf8')).toContain('"yanked":false')
  })
})

test('an index in a directory is written to with --push', async () => {
  const directory = temporaryDirectory()
  writeEntries(directory, { 'acme/java': line('acme/java', '1.0.0') })
  const buildpack = home(named('github', directory))
  expect(await buildpack('yank', 'acme/java@1.0.0', '--push')).toMatchObject({ status: 0 })
  expect(readFileSync(join(directory, 'ja/va/acme_java'), 'utf8')).toBe(line('acme/java', '1.0.0', { yanked: true }))
})

test('a line keeps its end when it is yanked', async () => {
  const directory = temporaryDirectory()
  const lines = (yanked: boolean): string =>
    `${line('acme/java', '1.0.0', { yanked })}\r\n${line('acme/java', '2.0.0')}\r\n`
  writeEntries(directory, { 'acme/java': lines(false) })
  const run = await home(named('github', directory))('yank', 'acme/java@1.0.0', '--push')
  expect(run).toMatchObject({ status: 0, stdout: `${line('acme/java', '1.0.0', { yanked: true })}\n` })
  expect(readFileSync(join(directory, 'ja/va/acme_java'), 'utf8')).toBe(lines(true))
})

test('nothing is written through a link that leads out of an index in a directory', async () => {
  const [directory, outside] = [temporaryDirectory(), temporaryDirectory()]
  symlinkSync(outside, join(directory, '3'))
  const run = await home(named('github', directory))('register', `${registry.host}/golden/one:1`, '--push')
  expect(run).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('3 is a symbolic link') })
  expect(readdirSync(outside)).toEqual([])
})

test.each([
  [['register', 'A B'], 2, 'no image reference'],
  [['yank', 'acme/java'], 2, "invalid buildpack id@version 'acme/java'"],
  [['yank', 'acme/java@1@2'], 2, 'invalid buildpack id@version'],
  [['yank', 'acme/java@"'], 2, 'no version that a registry can list'],
  [['yank', '../..@1.0.0'], 3, 'E_INDEX_ID'],
  [['pull', './missing'], 2, 'neither an id of a buildpack registry nor the reference of an image'],
  [['pull', 'https://host.test/x.tgz'], 2, 'neither an id'],
  [['pull', 'acme/x/java', '--offline'], 4, 'would have to be pulled'],
])('%j is refused', async (args, status, problem) => {
  expect(await home(GITHUB)(...args)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(problem) })
})

describe('not registered is', () => {
  const register = (name: string): Promise<Run> => home(GITHUB)('register', `${registry.host}/${name}`)

  test('an extension, which no registry lists', async () => {
    const directory = temporaryDirectory()
    writeFiles(directory, {
      'module/extension.toml': 'api = "0.10"\n[extension]\nid = "acme/ext"\nversion = "1.0.0"\n',
      'module/bin/detect': '#!/bin/sh\n',
      'module/bin/generate': '#!/bin/sh\n',
    })
    const words = ['extension', 'package', `${registry.host}/acme/ext:1`, '--path', 'module', '--publish']
    const made = await trowel(words, { cwd: directory, env: { HOME: directory } })
    expect(made.status, made.stderr).toBe(0)
    const run = await register('acme/ext:1')
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toMatch(/^error\[E_LABEL\] .*\/acme\/ext:1 holds the extension acme\/ext@1\.0\.0, /)
    expect(run.stderr).toContain('a buildpack registry lists buildpacks only')
    expect(run.stderr).toContain('docker://REFERENCE')
  })

  test.each([
    ['an id without a namespace', 'java', '1.0.0', 'E_INDEX_ID', 'holds the buildpack java: not an id of'],
    ['an id with more than one slash', 'acme/x/java', '1.0.0', 'E_INDEX_ID', 'NAMESPACE/NAME'],
    ['an id with other letters', 'acme/Java', '1.0.0', 'E_INDEX_ID', 'lower-case letters'],
    [
      'a version that is no semver',
      'acme/java',
      '1.0',
      'E_INDEX',
      'holds version 1.0 of acme/java, which is no semver',
    ],
  ])('%s', async (_, id, version, code, problem) => {
    await putPackage('odd/one', { id, version })
    const run = await register('odd/one:1')
    expect(run).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining(problem) })
    expect(run.stderr).toContain(`error[${code}]`)
  })

  test('an image that is no package, or a builder', async () => {
    await pushLayout(registry, goldenInput('bases/run'), 'base/run:1')
    const base = await register('base/run:1')
    expect(base).toMatchObject({ status: 3, stderr: expect.stringContaining('base/run:1 is no buildpackage') })
    expect(base.stderr).toContain('error[E_LABEL]')
    await putImage('odd/builder', AMD64, { 'io.buildpacks.builder.metadata': '{}' }, '1')
    expect(await register('odd/builder:1')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('odd/builder:1 is a builder, and no buildpackage'),
    })
  })

  test('a package that says it is what it does not hold', async () => {
    await putPackage('odd/liar', { id: 'acme/java', version: '1.0.0', held: '2.0.0' })
    expect(await register('odd/liar:1')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('says that it is acme/java@1.0.0, and label io.buildpacks.buildpack.layers'),
    })
  })

  test('an image that is not there', async () => {
    expect(await register('golden/none:1')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('error[E_IMAGE_MISSING]'),
    })
  })

  test('an index whose images hold different versions, or without any', async () => {
    const images = [
      await putPackage('odd/java', { id: 'acme/java', version: '1.0.0' }),
      await putPackage('odd/java', {
        id: 'acme/java',
        version: '2.0.0',
        platform: { os: 'linux', architecture: 'arm64' },
      }),
    ]
    putIndex('odd/java', images)
    const run = await register('odd/java:1')
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toContain('holds acme/java@1.0.0 for linux/amd64 and acme/java@2.0.0 for linux/arm64')
    putIndex('odd/java', [])
    expect(await register('odd/java:1')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('has no image for any platform'),
    })
  })
})

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const DIGEST = `sha256:${'0'.repeat(64)}`
const AMD64 = { os: 'linux', architecture: 'amd64' }

interface Package {
  readonly id: string
  readonly version: string
  /** The version that its layers hold. */
  readonly held?: string
  readonly platform?: typeof AMD64
}

/** Puts the labels of a package into the registry, as the tag 1. */
async function putPackage(
  repository: string,
  { id, version, held = version, platform = AMD64 }: Package,
): Promise<object> {
  const layers = { [id]: { [held]: { api: '0.10', layerDiffID: DIGEST } } }
  const labels = {
    'io.buildpacks.buildpackage.metadata': JSON.stringify({ id, version, stacks: [] }),
    'io.buildpacks.buildpack.layers': JSON.stringify(layers),
  }
  return putImage(repository, platform, labels, '1')
}

/** Puts an image with a layer that is not there into the registry. */
async function putImage(
  repository: string,
  platform: typeof AMD64,
  labels: Readonly<Record<string, string>>,
  tag: string,
): Promise<object> {
  const config = { ...platform, config: { Labels: labels }, rootfs: { type: 'layers', diff_ids: [DIGEST] } }
  const bytes = Buffer.from(JSON.stringify(config))
  const descriptor = (mediaType: string, digest: string, size: number): object => ({ mediaType, digest, size })
  const configType = 'application/vnd.oci.image.config.v1+json'
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(configType, await registry.putBlob(repository, bytes), bytes.length),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', DIGEST, 1)],
  }
  const raw = Buffer.from(JSON.stringify(manifest))
  const digest = registry.putManifest(repository, raw, OCI_MANIFEST, tag)
  return { ...descriptor(OCI_MANIFEST, digest, raw.length), platform }
}

/** Puts an index of images into the registry, as the tag 1. @returns its digest */
function putIndex(repository: string, manifests: readonly object[]): string {
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests }
  return registry.putManifest(repository, Buffer.from(JSON.stringify(index)), OCI_INDEX, '1')
}

test('what an id stands for is pulled by the engine', async () => {
  const asked: (string | null)[] = []
  const engine = await startEngine({
    intercept: ({ method, path, query }, request, response) => {
      if (method !== 'POST' || path !== '/images/create') return false
      asked.push(query.get('fromImage'), query.get('tag'))
      engine.put(
        Buffer.from('{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}'),
        [],
        ADDRESS,
      )
      request.resume()
      response.end('{"status":"done"}\n')
      return true
    },
  })
  const { url } = indexRepository({ 'acme/java': [line('acme/java', '1.0.0')] })
  const buildpack = home(named('git', url), { DOCKER_HOST: engine.host })
  const { status, stdout, stderr } = await buildpack('pull', 'acme/java', '--allow-index-scheme', 'file')
  expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: `${ADDRESS}\n` })
  expect(stderr).toContain("Successfully pulled 'acme/java'")
  expect(asked.join(' ')).toContain(ADDRESS.split('@')[1])
})
