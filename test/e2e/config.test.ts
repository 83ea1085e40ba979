import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { snapshot } from '../support/snapshot.js'
import { soundWorkspace } from '../support/workspace.js'

interface Home {
  readonly path: string
  /** `trowel config …` in this home. */
  readonly config: (...args: string[]) => Promise<Run>
  /** As `config`, for what must work: what is shown, and what is said. */
  readonly say: (...args: string[]) => Promise<string>
  /** Our config.toml. */
  readonly file: () => string
}

function homeWith(toml?: string, directory = '.trowel'): Home {
  const path = temporaryDirectory()
  if (toml !== undefined) {
    mkdirSync(join(path, directory))
    writeFileSync(join(path, directory, 'config.toml'), toml)
  }
  const config = (...args: string[]): Promise<Run> => trowel(['config', ...args], { cwd: path, env: { HOME: path } })
  return {
    path,
    config,
    say: async (...args) => {
      const { status, stdout, stderr } = await config(...args)
      expect(status, stderr).toBe(0)
      return stdout + stderr
    },
    file: () => readFileSync(join(path, '.trowel/config.toml'), 'utf8'),
  }
}

describe('a value is shown on stdout, and a change is confirmed on stderr', () => {
  test('pull-policy', async () => {
    const { config, say, file } = homeWith()
    expect((await config('pull-policy')).stdout).toBe("The current pull policy is 'always'\n")
    const set = await config('pull-policy', 'never')
    expect(set).toMatchObject({ stdout: '', stderr: "Successfully set 'never' as the pull policy\n" })
    expect(file()).toBe('pull-policy = "never"\n')
    expect(await say('pull-policy', 'never')).toBe("Pull policy is already set to 'never'\n")
    expect((await config('pull-policy')).stdout).toBe("The current pull policy is 'never'\n")
    expect(await say('pull-policy', '--unset')).toBe(
      "Successfully unset pull policy 'never'\nPull policy has been set to 'always'\n",
    )
    expect(file()).toBe('')
  })

  test('default-builder', async () => {
    const { say, file } = homeWith()
    expect(await say('default-builder')).toBe('No default builder is set\n')
    expect(await say('default-builder', 'acme/b')).toBe("Builder 'acme/b' is now the default builder\n")
    expect(file()).toBe('default-builder-image = "acme/b"\n')
    expect(await say('default-builder')).toBe("The current default builder is 'acme/b'\n")
    expect(await say('default-builder', '-u')).toBe("Successfully unset default builder 'acme/b'\n")
  })

  test('lifecycle-image', async () => {
    const { say } = homeWith()
    expect(await say('lifecycle-image', 'l/i')).toBe("Image 'l/i' will now be used as the lifecycle image\n")
    expect(await say('lifecycle-image')).toBe("The current lifecycle image is 'l/i'\n")
    expect(await say('lifecycle-image', '-u')).toBe("Successfully unset custom lifecycle image 'l/i'\n")
  })

  test('experimental, with the directory that pack keeps images in', async () => {
    const { say, file, path } = homeWith()
    expect(await say('experimental', 'T')).toBe('Experimental features enabled!\n')
    expect(file()).toBe(`experimental = true\nlayout-repo-dir = "${path}/.trowel/layout-repo"\n`)
    expect(await say('experimental')).toBe('Experimental features are enabled\n')
    expect(await say('experimental', '0')).toBe('Experimental features disabled\n')
    expect(file()).toBe('')
  })

  test('a confirmation is not said with --quiet', async () => {
    expect(await homeWith().say('pull-policy', 'never', '--quiet')).toBe('')
  })
})

describe('lists', () => {
  test('registries: the official one last, the default with an asterisk, the others in their order', async () => {
    const { say, file } = homeWith()
    expect(await say('registries')).toBe('* official\n')
    expect(await say('registries', 'add', 'a', 'https://a.test/r')).toBe("Successfully added 'a' to registries\n")
    await say('registry', 'add', 'b', 'https://user:c4n4ry@b.test/r', '--type', 'git', '--default')
    await say('registreis', 'add', 'c', 'https://c.test/r')
    expect(await say('registries', 'list', '--verbose')).toBe(
      [
        '  a          https://a.test/r',
        '* b          https://b.test/r',
        '  c          https://c.test/r',
        '  official   https://github.com/buildpacks/registry-index',
        '',
      ].join('\n'),
    )
    await say('registries', 'remove', 'a')
    expect(await say('registries', 'list')).toBe('* b\n  c\n  official\n')
    expect(await say('registries', 'default')).toBe("The current default registry is 'b'\n")
    expect(await say('registries', 'remove', 'b')).toBe("Successfully removed 'b' from registries\n")
    expect(file()).toMatch(/^default-registry = "official"\n/)
    expect(await say('registries', 'default', 'c')).toBe("Successfully set 'c' as the default registry\n")
    expect(await say('registries', 'default', '-u')).toBe(
      "Successfully unset default registry 'c'\nDefault registry has been set to 'official'\n",
    )
  })

  test('registry-mirrors: sorted', async () => {
    const { config, say, file } = homeWith()
    expect(await config('registry-mirrors')).toMatchObject({ stdout: '', status: 0 })
    await say('registry-mirrors', 'add', 'b.test', '-m', 'm.test:5000/deep')
    expect(await say('registry-mirror', 'add', '*', '--mirror', 'n.test')).toBe(
      "Registry '*' configured with mirror 'n.test'\n",
    )
    expect(file()).toBe('[registry-mirrors]\n  "b.test" = "m.test:5000/deep"\n  "*" = "n.test"\n')
    expect(await say('registry-mirrors')).toBe("Registry Mirrors:\n  *: 'n.test'\n  b.test: 'm.test:5000/deep'\n")
    expect(await say('registry-mirrors', 'remove', '*')).toBe("Removed mirror for '*'\n")
    expect(await say('registry-mirrors', 'remove', '*')).toBe("No mirror has been set for '*'\n")
    expect(await say('registry-mirrors', 'add', 'c.test')).toMatch(/not provided/)
    expect(file()).toBe('[registry-mirrors]\n  "b.test" = "m.test:5000/deep"\n')
  })

  test('run-image-mirrors: sorted, each once, and gone with the last', async () => {
    const { say, file } = homeWith()
    expect(await say('run-image-mirrors', 'add', 'a/run', '-m', 'z/1,y/2', '-m', 'x/3')).toBe(
      ['z/1', 'y/2', 'x/3'].map((mirror) => `Run Image 'a/run' configured with mirror '${mirror}'\n`).join(''),
    )
    await say('run-image-mirrors', 'add', 'a/run', '-m', 'y/2')
    await say('run-image-mirrors', 'add', 'b/run', '-m', 'w/4')
    const ofA = "Run Image Mirrors:\n  'a/run':\n    x/3\n    y/2\n    z/1\n"
    expect(await say('run-image-mirrors', 'a/run')).toBe(ofA)
    expect(await say('run-image-mirrors', 'list')).toBe(`${ofA}  'b/run':\n    w/4\n`)
    expect(await say('run-image-mirrors', 'remove', 'b/run')).toBe("Removed all run image mirrors for 'b/run'\n")
    expect(await say('run-image-mirrors', 'remove', 'a/run', '-m', 'x/3,y/2')).toBe(
      "Removed mirrors x/3, y/2 for 'a/run'\n",
    )
    expect(file()).toBe('[[run-images]]\n  image = "a/run"\n  mirrors = ["z/1"]\n')
    await say('run-image-mirrors', 'remove', 'a/run', '-m', 'z/1')
    expect(file()).toBe('')
  })

  test('trusted-builders: those of everybody too, sorted', async () => {
    const { say, file } = homeWith()
    expect(await say('trusted-builders', 'add', 'acme/b')).toBe("Builder 'acme/b' is now trusted\n")
    expect(await say('trust-builder', 'add', 'acme/b:2')).toBe("Builder 'acme/b:2' is already trusted\n")
    expect(await say('trust-builder', 'add', 'evil.test/acme/b')).toBe("Builder 'evil.test/acme/b' is now trusted\n")
    expect(await say('trust-builders', 'add', 'heroku/builder:24')).toMatch(/already trusted/)
    expect(file()).toBe(
      '[[trusted-builders]]\n  name = "acme/b"\n\n[[trusted-builders]]\n  name = "evil.test/acme/b"\n',
    )
    const lines = (await say('trusted-builders')).split('\n')
    expect(lines.slice(0, 4)).toEqual([
      'Trusted Builders:',
      '  acme/b',
      '  evil.test/acme/b',
      '  gcr.io/buildpacks/builder:google-22',
    ])
    expect(await say('trusted-builders', 'remove', 'acme/b')).toBe("Builder 'acme/b' is no longer trusted\n")
    expect(await say('trusted-builders', 'remove', 'acme/b')).toBe("Builder 'acme/b' wasn't trusted\n")
  })
})

describe('the file', () => {
  test("the first change takes over what pack's file says, and pack's stays as it was", async () => {
    const { say, file, path } = homeWith('# mine\nexperimental = true\n[registry-mirrors]\n"*" = "m.test"\n', '.pack')
    const before = snapshot(join(path, '.pack'))
    expect(await say('registry-mirrors')).toBe("Registry Mirrors:\n  *: 'm.test'\n")
    await say('pull-policy', 'if-not-present')
    expect(file()).toBe(
      '# mine\nexperimental = true\npull-policy = "if-not-present"\n[registry-mirrors]\n"*" = "m.test"\n',
    )
    expect(snapshot(join(path, '.pack'))).toBe(before)
  })

  test('keeps what nobody changes: comments, order, layout, and keys that nobody knows', async () => {
    const before = [
      '# Settings of the release machine',
      'pull-policy = "always"   # see the runbook',
      'tool-settings = { a = 1 }',
      '',
      '# Ours, until the index moves',
      '[[registries]]',
      'name = "ours"',
      'type = "git"',
      'url = "https://ours.test/index" # read-only',
      '',
      '[[run-images]]',
      'image = "acme/run"',
      'mirrors = []',
      '',
      '[registry-mirrors] # near us',
      '    "docker.io" = "hub.test"',
      '',
    ].join('\n')
    const { say, file } = homeWith(before)
    await say('pull-policy', 'never')
    await say('default-builder', 'acme/b')
    await say('registries', 'add', 'new', 'https://new.test/index', '--type', 'git')
    await say('registries', 'default', 'ours')
    await say('run-image-mirrors', 'add', 'acme/run', '-m', 'm.test/run')
    await say('registry-mirrors', 'add', 'quay.io', '-m', 'quay.test')
    await say('trusted-builders', 'add', 'acme/b')
    const after = before
      .replace('"always"', '"never"')
      .replace('{ a = 1 }', '{ a = 1 }\ndefault-builder-image = "acme/b"\ndefault-registry = "ours"')
      .replace(
        '# read-only',
        '# read-only\n\n[[registries]]\nname = "new"\ntype = "git"\nurl = "https://new.test/index"',
      )
      .replace('mirrors = []', 'mirrors = ["m.test/run"]')
      .replace('"hub.test"', '"hub.test"\n    "quay.io" = "quay.test"')
    expect(file()).toBe(`${after}\n[[trusted-builders]]\n  name = "acme/b"\n`)
    await say('trusted-builders', 'remove', 'acme/b')
    await say('registry-mirrors', 'remove', 'quay.io')
    await say('run-image-mirrors', 'remove', 'acme/run')
    await say('registries', 'default', '-u')
    await say('registries', 'remove', 'new')
    await say('default-builder', '-u')
    await say('pull-policy', 'always')
    expect(file()).toBe(before.replace('[[run-images]]\nimage = "acme/run"\nmirrors = []\n\n', ''))
  })

  test('a key that nobody knows is warned about, with its place', async () => {
    const { config } = homeWith('\npul-policy = "never"\n')
    const run = await config('pull-policy')
    expect(run).toMatchObject({ status: 0, stdout: "The current pull policy is 'always'\n" })
    expect(run.stderr).toMatch(/warning.*toml-unknown-key-config/)
    expect(run.stderr).toMatch(/\.trowel\/config\.toml:2:1/)
    expect(run.stderr).toMatch(/did you mean pull-policy\?/)
  })
})

describe('a run goes by the settings', () => {
  const REPLACED = ['build', 'run'].map((name) => `base.test/${name}:1`)

  async function create(toml: (registry: string) => string, ...flags: string[]): Promise<Run> {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const workspace = soundWorkspace()
    for (const name of ['build', 'run']) await pushLayout(registry, join(workspace.input, name), `${name}:1`)
    const home = join(workspace.root, 'home')
    mkdirSync(join(home, '.trowel'))
    writeFileSync(join(home, '.trowel/config.toml'), toml(registry.host))
    const args = [
      '--config',
      'builder.toml',
      '--to',
      'oci:out',
      ...flags.map((flag) => flag.replace('HOST', registry.host)),
    ]
    return trowel(['builder', 'create', 'acme/b', ...args], {
      cwd: workspace.input,
      env: { HOME: home, TROWEL_CACHE_DIR: workspace.cache },
    })
  }

  test('images come from the mirror that is set', async () => {
    const run = await create((host) => `[registry-mirrors]\n"base.test" = "${host}"\n`, '-v')
    expect(run.stderr).toContain(`Using mirror '`)
    for (const name of REPLACED) expect(run.stderr).toContain(`for ${name}\n`)
    expect(run.status).toBe(0)
  })

  test('a flag goes before the file, also before a mirror of every registry', async () => {
    const run = await create(() => '[registry-mirrors]\n"*" = "127.0.0.1:1"\n', '--registry-mirror', 'base.test=HOST')
    expect(run).toMatchObject({ status: 0, stderr: expect.not.stringContaining('127.0.0.1:1/') as string })
  })

  test('what is wrong in the file ends it, with the place', async () => {
    const run = await create(() => 'pull-policy = "sometimes"\n', '--registry-mirror', '*=HOST')
    expect(run.stderr).toMatch(/config\.toml:1:15/)
    expect(run.status).toBe(2)
  })
})

describe('nothing is written, and the status is 2, for', () => {
  test.each([
    ['a policy that is none', ['pull-policy', 'Always']],
    ['a value and --unset', ['pull-policy', 'never', '--unset']],
    ['a default builder that is no reference', ['default-builder', 'UPPER']],
    ['a lifecycle image that is no reference', ['lifecycle-image', 'UPPER']],
    ['a boolean that is none', ['experimental', 'yes']],
    ['the reserved registry', ['registries', 'add', 'official', 'https://x.test']],
    ['the reserved registry, removed', ['registries', 'remove', 'official']],
    ['a registry of an unknown type', ['registries', 'add', 'x', 'https://x.test', '--type', 'svn']],
    ['a registry that is there', ['registries', 'add', 'r', 'https://x.test']],
    ['a registry that is not there', ['registries', 'remove', 'x']],
    ['a default that is not there', ['registries', 'default', 'x']],
    ['no default to unset', ['registries', 'default', '--unset']],
    ['a mirror with a scheme', ['registry-mirrors', 'add', 'a.test', '-m', 'https://m.test']],
    ['a builder that everybody trusts', ['trusted-builders', 'remove', 'heroku/builder:24']],
    ['a builder that is no reference', ['trusted-builders', 'add', 'UPPER']],
    ['an unknown command', ['registries', 'lst']],
    ['no command', []],
  ])('%s', async (_, args) => {
    const { config, path } = homeWith('[[registries]]\nname = "r"\ntype = "git"\nurl = "u"\n')
    const before = snapshot(path)
    const run = await config(...args)
    expect(run.stderr).toMatch(/^error\[E_USAGE\]/)
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(snapshot(path)).toBe(before)
  })

  test('a file that is broken, with the place', async () => {
    const { config, path } = homeWith('experimental = true\npull-policy = never\n')
    const before = snapshot(path)
    const run = await config('experimental', 'false')
    expect(run.stderr).toMatch(/\.trowel\/config\.toml:2:15/)
    expect(run.status).toBe(2)
    expect(snapshot(path)).toBe(before)
  })
})
