import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import type { Host } from '#src/operations/host.js'
import { decodeSettings, NO_SETTINGS, type Settings } from '#src/operations/settings-file.js'
import { readSettings, readStoredSettings } from '#src/operations/settings.js'
import { writeSettings } from '#src/operations/write-settings.js'
import { temporaryDirectory } from '../support/directories.js'
import { hostIn } from '../support/host.js'
import { documentOf } from '../toml/read.js'

/** The layout that pack 0.40.6 writes, with every key. */
const WHOLE = `default-registry-url = "https://old.test/index"
default-registry = "r"
default-builder-image = "b/x"
pull-policy = "never"
experimental = true
lifecycle-image = "l/i"
layout-repo-dir = "/h/layout-repo"

[[run-images]]
  image = "run/a"
  mirrors = ["m/1", "m/2"]

[[run-images]]
  image = "run/b"

[[trusted-builders]]
  name = "t/1"

[[registries]]
  name = "r"
  type = "git"
  url = "https://x.test/r"

[registry-mirrors]
  "*" = "z"
  "index.docker.io" = "y"
`

const SETTINGS: Settings = {
  defaultRegistryUrl: 'https://old.test/index',
  defaultRegistry: 'r',
  defaultBuilder: 'b/x',
  pullPolicy: 'never',
  experimental: true,
  runImages: [
    { image: 'run/a', mirrors: ['m/1', 'm/2'] },
    { image: 'run/b', mirrors: undefined },
  ],
  trustedBuilders: ['t/1'],
  registries: [{ name: 'r', type: 'git', url: 'https://x.test/r' }],
  lifecycleImage: 'l/i',
  registryMirrors: new Map([
    ['*', 'z'],
    ['index.docker.io', 'y'],
  ]),
  layoutDirectory: '/h/layout-repo',
}

/** What a host has settled, with what was reported. */
function settingsOf(host: Host): { settings: Settings; found: Diagnostic[] } {
  const found: Diagnostic[] = []
  return { settings: readSettings(host, (diagnostic) => found.push(diagnostic)), found }
}

/** A host with these files in its home. */
function hostWith(files: Readonly<Record<string, string>>, env: Host['env'] = {}): Host & { readonly home: string } {
  const home = temporaryDirectory()
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), content)
  }
  return { ...hostIn(home, env), home }
}

describe('the text of config.toml', () => {
  test('every key is read as pack writes it', () => {
    expect(decodeSettings(documentOf(WHOLE), (problem) => expect.fail(problem.message))).toEqual(SETTINGS)
  })
})

describe('which file is read', () => {
  const OWN = { '.trowel/config.toml': 'pull-policy = "never"' }
  const PACKS = { '.pack/config.toml': 'pull-policy = "always"\nexperimental = true' }

  test.each([
    ['ours', { ...OWN, ...PACKS }, {}, { pullPolicy: 'never', experimental: false }],
    ["pack's when we have none", PACKS, {}, { pullPolicy: 'always', experimental: true }],
    ['the one in TROWEL_HOME', { ...OWN, 'else/config.toml': '' }, { TROWEL_HOME: 'else' }, NO_SETTINGS],
    ['the one in PACK_HOME', { ...PACKS, 'else/config.toml': '' }, { PACK_HOME: 'else' }, NO_SETTINGS],
    ['none when there is none', {}, {}, NO_SETTINGS],
    ['none below a file', { '.trowel': '', '.pack': '' }, {}, NO_SETTINGS],
  ])('%s', (_, files, env, expected) => {
    const { settings, found } = settingsOf(hostWith(files, env))
    expect(settings).toMatchObject(expected)
    expect(found).toEqual([])
  })

  test('none when nobody knows a home', () => {
    expect(settingsOf(hostIn('/')).settings).toEqual(NO_SETTINGS)
  })

  test('a directory in its place is named', () => {
    const host = hostWith({ '.trowel/config.toml/x': '' })
    expect(() => settingsOf(host)).toThrow(/config\.toml is a directory, not a file/)
  })
})

describe('what is wrong in it is reported with its place', () => {
  test.each([
    ['an unknown key', 'pull-polcy = "never"', 'warning', 'toml-unknown-key-config', 1],
    ['a wrong type', 'experimental = "yes"', 'error', 'toml-wrong-type', 1],
    ['a syntax error', 'experimental = true\n[', 'error', 'toml-syntax', 2],
    ['a policy that is none', '\npull-policy = "sometimes"', 'error', 'config-pull-policy', 2],
    ['a mirror with a scheme', '[registry-mirrors]\n"a.test" = "https://m.test"', 'error', 'config-mirror', 2],
    ['a mirror that is no text', '[registry-mirrors]\n"a.test" = 1', 'error', 'toml-wrong-type', 2],
  ])('%s', (_, toml, severity, rule, line) => {
    const host = hostWith({ '.trowel/config.toml': toml })
    const { settings, found } = settingsOf(host)
    const file = join(host.home, '.trowel/config.toml')
    expect(found).toMatchObject([{ severity, rule, place: { file, line } }])
    expect(settings).toEqual(NO_SETTINGS)
  })
})

/** Writes what `change` makes of what is there. */
async function change(host: Host, change: (settings: Settings) => Settings): Promise<void> {
  const stored = readStoredSettings(host, (problem) => expect.fail(problem.message))
  await writeSettings(host, stored, change(stored.settings))
}

describe('writing', () => {
  const own = (home: string): string => readFileSync(join(home, '.trowel/config.toml'), 'utf8')

  test('a new file is laid out as pack lays it out, to the byte', async () => {
    const host = hostWith({})
    await change(host, () => SETTINGS)
    expect(own(host.home)).toBe(WHOLE)
  })

  test("makes our directory, takes over what pack's file says, with its comments, and leaves that alone", async () => {
    const packs = `# mine\n${WHOLE}`
    const host = hostWith({ '.pack/config.toml': packs })
    await change(host, (settings) => ({ ...settings, pullPolicy: 'always' }))
    expect(readFileSync(join(host.home, '.pack/config.toml'), 'utf8')).toBe(packs)
    expect(own(host.home)).toBe(packs.replace('never', 'always'))
    expect(readdirSync(join(host.home, '.trowel'))).toEqual(['config.toml'])
  })

  test('goes through a link to where the file is kept, which keeps its permissions and its mark', async () => {
    const host = hostWith({ 'dotfiles/trowel.toml': '\ufeff# mine\r\n', '.trowel/other': '' })
    const file = join(host.home, 'dotfiles/trowel.toml')
    chmodSync(file, 0o600)
    const link = join(host.home, '.trowel/config.toml')
    symlinkSync('../dotfiles/trowel.toml', link)
    await change(host, (settings) => ({ ...settings, experimental: true }))
    expect(readlinkSync(link)).toBe('../dotfiles/trowel.toml')
    expect(readFileSync(file, 'utf8')).toBe('\ufeff# mine\r\nexperimental = true\r\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('does not undo what somebody else wrote meanwhile', async () => {
    const host = hostWith({ '.trowel/config.toml': 'experimental = true\n' })
    const stored = readStoredSettings(host, (problem) => expect.fail(problem.message))
    writeFileSync(join(host.home, '.trowel/config.toml'), 'pull-policy = "never"\n')
    await expect(writeSettings(host, stored, NO_SETTINGS)).rejects.toMatchObject({ code: 'E_SOURCE_CHANGED' })
    expect(own(host.home)).toBe('pull-policy = "never"\n')
  })

  test('asks for TROWEL_HOME when nobody knows a home', async () => {
    await expect(change(hostIn('/'), () => SETTINGS)).rejects.toMatchObject({
      code: 'E_USAGE',
      hint: 'set TROWEL_HOME',
    })
  })
})
