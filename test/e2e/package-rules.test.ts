import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'

/** What `buildpack package` says to each thing that pack refuses, and to each that the specification forbids and pack lets pass. */

type Files = Readonly<Record<string, string>>

const BIN: Files = { 'bin/build': '#!/bin/sh\n', 'bin/detect': '#!/bin/sh\n' }

const component = (id: string, more = ''): Files =>
  below(id, { 'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${more}`, ...BIN })

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))

const group = (...entries: readonly string[]): string =>
  `[[order]]\n${entries.map((entry) => `[[order.group]]\n${entry}\n`).join('')}`

const entry = (id: string, version = '1.0.0'): string => `id = "${id}"\nversion = "${version}"`

/** A composite `main` of what its order names, with these dependencies. */
const composite = (order: string, ...uris: readonly string[]): Files => ({
  ...component('main', order),
  'package.toml': `[buildpack]\nuri = "main"\n${uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`).join('')}`,
})

async function packaged(files: Files, ...args: readonly string[]): Promise<Run> {
  const cwd = temporaryDirectory()
  cpSync(goldenInput('work', 'packages'), join(cwd, 'golden'), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text, { mode: name.includes('bin/') ? 0o755 : 0o644 })
  }
  const fixed = ['--target', 'linux/amd64', '--no-cache', '--offline']
  return trowel(['buildpack', 'package', 'out.cnb', '--format', 'file', ...args, ...fixed], { cwd })
}

const CONFIG = ['--config', 'package.toml']
const MAIN = ['--path', 'main']
const main = (text: string): Files => below('main', { 'buildpack.toml': `api = "0.10"\n${text}`, ...BIN })

/** What it is, its files, the flags, and what is said. */
type Row = readonly [string, Files, readonly string[], RegExp]

const REFUSED: readonly Row[] = [
  ['a buildpack without id', main('[buildpack]\nversion = "1.0.0"\n'), MAIN, /buildpack\.id/],
  ['a buildpack without version', main('[buildpack]\nid = "a/b"\n'), MAIN, /buildpack\.version/],
  ['an order beside targets', component('main', `${group(entry('a'))}[[targets]]\nos = "linux"\n`), MAIN, /order/],
  ['an order beside stacks', component('main', `${group(entry('a'))}[[stacks]]\nid = "s"\n`), MAIN, /order/],
  ['an entry without version', { ...composite(group('id = "a"'), 'a'), ...component('a') }, CONFIG, /version/],
  ['an entry that nothing brings', composite(group(entry('a'))), CONFIG, /a@1\.0\.0/],
  [
    'an entry of another version',
    { ...composite(group(entry('a', '2.0.0')), 'a'), ...component('a') },
    CONFIG,
    /a@2\.0\.0/,
  ],
  [
    'a dependency that no order names',
    { ...composite(group(entry('a')), 'a', 'b'), ...component('a'), ...component('b') },
    CONFIG,
    /b@1\.0\.0/,
  ],
  ['a component with a dependency', { ...composite('', 'a'), ...component('a') }, CONFIG, /a@1\.0\.0/],
  [
    'stacks that have none in common',
    {
      ...composite(group(entry('a'), entry('b')), 'a', 'b'),
      ...component('a', '[[stacks]]\nid = "x"\n'),
      ...component('b', '[[stacks]]\nid = "y"\n'),
    },
    CONFIG,
    /stack/,
  ],
  [
    'composites in a circle',
    {
      ...composite(group(entry('a')), 'a', 'b'),
      ...component('a', group(entry('b'))),
      ...component('b', group(entry('a'))),
    },
    CONFIG,
    /order-composite-cycle/,
  ],
  [
    'a dependency that is an extension',
    {
      ...composite(group(entry('a')), 'a'),
      'a/extension.toml': 'api = "0.10"\n[extension]\nid = "a"\nversion = "1.0.0"\n',
    },
    CONFIG,
    /extensions go under/,
  ],
  [
    'a dependency that is neither',
    { ...composite(group(entry('a')), 'a.txt'), 'a.txt': 'neither\n'.repeat(100) },
    CONFIG,
    /a\.txt/,
  ],
  [
    'a dependency with uri and image',
    {
      ...composite(group(entry('a'))),
      'package.toml': '[buildpack]\nuri = "main"\n[[dependencies]]\nuri = "a"\nimage = "b"\n',
    },
    CONFIG,
    /package-dep-both/,
  ],
  [
    'an unknown key in package.toml',
    { ...component('main'), 'package.toml': '[buildpack]\nuri = "main"\nsha = "x"\n' },
    CONFIG,
    /sha/,
  ],
  [
    'package.toml without a source',
    { ...component('main'), 'package.toml': '[platform]\nos = "linux"\n' },
    CONFIG,
    /package-source-missing/,
  ],
  [
    'an os that is neither linux nor windows',
    { ...component('main'), 'package.toml': '[buildpack]\nuri = "main"\n[platform]\nos = "plan9"\n' },
    CONFIG,
    /platform.*plan9|plan9.*platform/s,
  ],
  ['--config and --path', component('main'), [...CONFIG, ...MAIN], /--config|--path/],
  [
    '--flatten-exclude of what is no id@version',
    component('main'),
    [...MAIN, '--flatten', '--flatten-exclude', 'a'],
    /flatten-exclude/,
  ],
  ['an unknown format', component('main'), [...MAIN, '--format', 'zip'], /zip/],
  [
    '--publish with --pull-policy never',
    component('main'),
    [...MAIN, '--format', 'image', '--publish', '--pull-policy', 'never'],
    /pull-policy/,
  ],
]

test.each(REFUSED)('%s is refused', async (_, files, args, said) => {
  const { status, stderr } = await packaged(files, ...args)
  expect([2, 3], stderr).toContain(status)
  expect(stderr).toMatch(said)
})

const TAKEN: readonly Row[] = [
  ['a component without stacks and targets', component('main'), MAIN, /^/],
  ['an id with other characters', main('[buildpack]\nid = "a_b"\nversion = "1.0.0"\n'), MAIN, /a_b/],
  ['a version that is not X.Y.Z', main('[buildpack]\nid = "a/b"\nversion = "1"\n'), MAIN, /version/],
  ['a file that is not called .cnb', component('main'), [...MAIN, '--to', 'oci-archive:x.tar'], /^/],
  ['--append-image-name-suffix without --publish', component('main'), [...MAIN, '--append-image-name-suffix'], /^/],
]

test.each(TAKEN)('%s is taken, as pack takes it', async (_, files, args, said) => {
  const { status, stderr } = await packaged(files, ...args)
  expect(status, stderr).toBe(0)
  expect(stderr).toMatch(said)
})
