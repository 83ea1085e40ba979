import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import type { Host } from '#src/operations/host.js'
import { decodeSettings, NO_SETTINGS, printSettings, type Settings } from '#src/operations/settings-file.js'
import { readSettings, writeSettings } from '#src/operations/settings.js'
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
  test('every key is read and written as pack has it, to the byte', () => {
    expect(decodeSettings(documentOf(WHOLE), (problem) => expect.fail(problem.message))).toEqual(SETTINGS)
    expect(printSettings(SETTINGS)).toBe(WHOLE)
  })

  test('what is empty is left out, but for a list of run images that was there', () => {
    expect(printSettings(NO_SETTINGS)).toBe('')
    expect(printSettings({ ...NO_SETTINGS, lifecycleImage: 'l/i', runImages: [] })).toBe(
      'run-images = []\nlifecycle-image = "l/i"\n',
    )
  })

  test('what is written is read back as it was', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' })
    const optional = fc.option(text, { nil: undefined })
    const host = fc.stringMatching(/^[a-z]{1,8}\.test(:[1-9][0-9]{0,3})?$/)
    const settings: fc.Arbitrary<Settings> = fc.record({
      defaultRegistryUrl: optional,
      defaultRegistry: optional,
      defaultBuilder: optional,
      pullPolicy: fc.constantFrom(undefined, 'always', 'if-not-present', 'never'),
      experimental: fc.boolean(),
      runImages: fc.option(
        fc.array(fc.record({ image: text, mirrors: fc.option(fc.array(text), { nil: undefined }) })),
        { nil: undefined },
      ),
      trustedBuilders: fc.array(text),
      registries: fc.array(fc.record({ name: text, type: text, url: text })),
      lifecycleImage: optional,
      registryMirrors: fc.array(fc.tuple(fc.oneof(host, fc.constant('*')), host)).map((mirrors) => new Map(mirrors)),
      layoutDirectory: optional,
    })
    fc.assert(
      fc.property(settings, (value) => {
        expect(decodeSettings(documentOf(printSettings(value)), (problem) => expect.fail(problem.message))).toEqual(
          value,
        )
      }),
    )
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

describe('writing', () => {
  test("makes our directory and leaves pack's file alone", async () => {
    const host = hostWith({ '.pack/config.toml': WHOLE })
    await writeSettings(host, { ...settingsOf(host).settings, pullPolicy: 'always' })
    expect(readFileSync(join(host.home, '.pack/config.toml'), 'utf8')).toBe(WHOLE)
    expect(readFileSync(join(host.home, '.trowel/config.toml'), 'utf8')).toBe(WHOLE.replace('never', 'always'))
    expect(readdirSync(join(host.home, '.trowel'))).toEqual(['config.toml'])
  })

  test('goes through a link to where the file is kept', async () => {
    const host = hostWith({ 'dotfiles/trowel.toml': '', '.trowel/other': '' })
    const link = join(host.home, '.trowel/config.toml')
    symlinkSync('../dotfiles/trowel.toml', link)
    await writeSettings(host, { ...NO_SETTINGS, experimental: true })
    expect(readlinkSync(link)).toBe('../dotfiles/trowel.toml')
    expect(readFileSync(join(host.home, 'dotfiles/trowel.toml'), 'utf8')).toBe('experimental = true\n')
  })

  test('asks for TROWEL_HOME when nobody knows a home', async () => {
    await expect(writeSettings(hostIn('/'), NO_SETTINGS)).rejects.toMatchObject({
      code: 'E_USAGE',
      hint: 'set TROWEL_HOME',
    })
  })
})
