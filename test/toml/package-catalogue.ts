/**
 * Groups C and N of the bad-input catalogue once more, for packages: package.toml, the descriptors of what is packaged, names and
 * outputs. Each row changes one thing in an input that is otherwise sound.
 */
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { makePackage, tarOfEntries } from '../support/layout.js'
import type { Files } from '../support/workspace.js'
import type { Outcome } from './catalogue.js'

export interface PackageRow {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  /** A rule or code that must be named. */
  readonly rule?: string
  /** Where it must be named: a file, or `FILE:LINE`. */
  readonly at?: string
  readonly files?: Files
  /** What files alone cannot be. */
  readonly prepare?: (directory: string) => void
  /** Further arguments of `buildpack package`; `--config`, `--path` and NAME take the place of the usual ones. */
  readonly args?: readonly string[]
  readonly name?: string
  readonly isExtension?: true
  /** True when the system refuses nothing to root. */
  readonly notAsRoot?: true
}

const CONFIG = `
[buildpack]
uri = "main"
[[dependencies]]
uri = "dep"
`.trimStart()

const MAIN = `
api = "0.10"
[buildpack]
id = "acme/main"
version = "1.0.0"
[[order]]
[[order.group]]
id = "acme/dep"
version = "1.0.0"
`.trimStart()

const DEP = `
api = "0.10"
[buildpack]
id = "acme/dep"
version = "1.0.0"
[[targets]]
os = "linux"
arch = "amd64"
`.trimStart()

const EXTENSION = `
api = "0.10"
[extension]
id = "acme/ext"
version = "1.0.0"
`.trimStart()

const BIN = '#!/bin/sh\n'

/** A composite with its dependency, and an extension. */
export const SOUND_PACKAGE: Files = {
  'package.toml': CONFIG,
  'main/buildpack.toml': MAIN,
  'dep/buildpack.toml': DEP,
  'dep/bin/build': BIN,
  'dep/bin/detect': BIN,
  'extension.toml': '[extension]\nuri = "ext"\n',
  'ext/extension.toml': EXTENSION,
  'ext/bin/generate': BIN,
}

function replaced(text: string, old: string, toml: string): string {
  if (!text.includes(old)) throw new Error(`the sound input has no ${old}`)
  return text.replace(old, () => toml)
}

/** package.toml with text before it: keys at the top, which must come before the tables. */
const before = (toml: string): Files => ({ 'package.toml': `${toml}\n${CONFIG}` })
const behind = (toml: string): Files => ({ 'package.toml': `${CONFIG}${toml}` })
const instead = (old: string, toml: string): Files => ({ 'package.toml': replaced(CONFIG, old, toml) })
const inMain = (old: string, toml: string): Files => ({ 'main/buildpack.toml': replaced(MAIN, old, toml) })
const inDep = (old: string, toml: string): Files => ({ 'dep/buildpack.toml': replaced(DEP, old, toml) })
const behindDep = (toml: string): Files => ({ 'dep/buildpack.toml': `${DEP}${toml}` })

/** A mistake in the configuration, at this place. */
const wrong = (id: string, about: string, rule: string, at: string, files: Files): PackageRow => ({
  id,
  about,
  outcome: 'CFG',
  rule,
  at,
  files,
})
const fine = (id: string, about: string, files: Files): PackageRow => ({ id, about, outcome: 'ACC', files })
const warned = (id: string, about: string, rule: string, files: Files): PackageRow => ({
  id,
  about,
  outcome: 'WARN',
  rule,
  files,
})

/** The last line of package.toml and the one behind. */
const [LAST, END] = [4, 5]

const C: readonly PackageRow[] = [
  wrong('C-01', 'package.toml: a value is missing', 'toml-syntax', 'package.toml:1', before('a =')),
  wrong('C-01', 'package.toml: NUL in a comment', 'toml-syntax', 'package.toml:1', before('# \u0000')),
  wrong(
    'C-01',
    'a descriptor that does not end',
    'toml-syntax',
    'main/buildpack.toml:3',
    inMain('"acme/main"', '"acme'),
  ),
  wrong('C-02', 'package.toml: bytes that are not UTF-8', 'toml-syntax', 'package.toml:1', {
    'package.toml': Buffer.from(`# \u00ff\n${CONFIG}`, 'latin1'),
  }),
  wrong('C-02', 'a descriptor in UTF-16', 'toml-syntax', 'dep/buildpack.toml:1', {
    'dep/buildpack.toml': Buffer.from(`\ufeff${DEP}`, 'utf16le'),
  }),
  fine('C-03', 'package.toml and a descriptor with a byte order mark', {
    'package.toml': `\ufeff${CONFIG}`,
    'main/buildpack.toml': `\ufeff${MAIN}`,
  }),
  fine('C-04', 'package.toml with line ends of Windows, and tabs', {
    'package.toml': CONFIG.replaceAll('\n', '\r\n').replaceAll(' = ', '\t=\t'),
  }),
  wrong(
    'C-05',
    'package.toml: a key twice',
    'toml-syntax',
    'package.toml:3',
    instead('uri = "main"', 'uri = "a"\nuri = "b"'),
  ),
  wrong(
    'C-05',
    'package.toml: a table over an array of tables',
    'toml-syntax',
    `package.toml:${END}`,
    behind('[dependencies]\n'),
  ),
  wrong('C-06', 'package.toml: uri is a number', 'toml-wrong-type', 'package.toml:2', instead('"main"', '3')),
  wrong(
    'C-06',
    'package.toml: dependencies is a table',
    'toml-wrong-type',
    'package.toml:3',
    instead('[[dependencies]]', '[dependencies]'),
  ),
  wrong(
    'C-06',
    'package.toml: arch of a target is a list',
    'toml-wrong-type',
    `package.toml:${END + 2}`,
    behind('[[targets]]\nos = "linux"\narch = ["amd64"]\n'),
  ),
  wrong('C-06', 'a version that is a float', 'toml-wrong-type', 'main/buildpack.toml:4', inMain('"1.0.0"', '1.10')),
  wrong(
    'C-07',
    'package.toml: an integer beyond 64 bits',
    'toml-syntax',
    'package.toml:1',
    before('a = 9223372036854775808'),
  ),
  fine(
    'C-07',
    'the largest integer, in [metadata] of a descriptor',
    behindDep('[metadata]\nx = 9223372036854775807\n'),
  ),
  wrong('C-08', 'package.toml: inf', 'toml-wrong-type', `package.toml:${LAST}`, instead('"dep"', 'inf')),
  wrong('C-09', 'package.toml: a date', 'toml-wrong-type', `package.toml:${LAST}`, instead('"dep"', '2026-11-21')),
  wrong(
    'C-10',
    'package.toml: an unknown key, with the nearest that is known',
    'toml-unknown-key-package',
    `package.toml:${END}`,
    behind('url = "dep"\n'),
  ),
  warned(
    'C-10',
    'an unknown key in a descriptor that is packaged',
    'toml-unknown-key-descriptor',
    behindDep('[extra]\n'),
  ),
  wrong('C-11', 'package.toml: __proto__', 'toml-unknown-key-package', 'package.toml:1', before('__proto__ = 1')),
  wrong(
    'C-11',
    'package.toml: [constructor.prototype]',
    'toml-unknown-key-package',
    `package.toml:${END}`,
    behind('[constructor.prototype]\n'),
  ),
  fine(
    'C-11',
    'such keys in [metadata] of a descriptor',
    behindDep('[metadata]\n__proto__ = 1\nconstructor = {prototype = 2}\n'),
  ),
  wrong(
    'C-12',
    'package.toml: 5,000 nested arrays',
    'toml-limit',
    'package.toml:1',
    before(`a = ${'['.repeat(5_000)}${']'.repeat(5_000)}`),
  ),
  wrong(
    'C-12',
    'package.toml: a dotted key of 20,000 parts',
    'toml-limit',
    'package.toml:1',
    before(`a${'.a'.repeat(20_000)} = 1`),
  ),
  {
    id: 'C-13',
    about: 'package.toml of 11 MB',
    outcome: 'CFG',
    files: behind('[[dependencies]]\nuri = "dep"\n'.repeat(420_000)),
  },
  wrong(
    'C-14',
    'a description that no label can hold',
    'label-size',
    'package.toml',
    inMain('version', `description = "${'x'.repeat(1_048_570)}"\nversion`),
  ),
  wrong(
    'C-14',
    'package.toml: 20,000 mistakes',
    'toml-unknown-key-package',
    'package.toml:20000',
    before(Array.from({ length: 20_000 }, (_, i) => `k${i} = 1`).join('\n')),
  ),
  wrong(
    'C-15',
    'package.toml: the escape \\e of TOML 1.1',
    'toml-syntax',
    'package.toml:2',
    instead('"main"', '"\\e"'),
  ),
  wrong(
    'C-16',
    'a bidi control in a dependency',
    'package-dep-scheme',
    `package.toml:${LAST}`,
    instead('"dep"', '"de\u202ep"'),
  ),
  wrong(
    'C-16',
    'a letter that looks like another in an id',
    'id-charset',
    'main/buildpack.toml:3',
    inMain('acme/main', 'acme/m\u0430in'),
  ),
  wrong('C-06', 'an API that no number holds', 'api-malformed', 'main/buildpack.toml:1', {
    'main/buildpack.toml': MAIN.replace('0.10', `${'9'.repeat(400)}.1`),
  }),
  wrong('C-06', 'package.toml: dependencies that are texts', 'toml-wrong-type', 'package.toml:1', {
    'package.toml': 'dependencies = ["dep"]\n[buildpack]\nuri = "main"\n',
  }),
  wrong(
    'C-05',
    'package.toml: a table in two spellings',
    'toml-key-case',
    `package.toml:${END}`,
    behind('[Buildpack]'),
  ),
  ...[
    ['two byte order marks', Buffer.from(`\ufeff\ufeff${CONFIG}`)],
    ['UTF-16, the large end first', Buffer.from(`\ufeff${CONFIG}`, 'utf16le').swap16()],
    ['an overlong character', Buffer.concat([Buffer.from('# '), Buffer.of(0xc0, 0xaf), Buffer.from(`\n${CONFIG}`)])],
    ['half of a surrogate pair', Buffer.concat([Buffer.from('# '), Buffer.of(0xed, 0xa0, 0x80)])],
    ['JSON', Buffer.from('{"buildpack":{"uri":"main"}}')],
    ['a conflict of git', Buffer.from(`<<<<<<< HEAD\n${CONFIG}`)],
  ].map(([about, bytes]) =>
    wrong('C-02', `package.toml: ${about as string}`, 'toml-syntax', 'package.toml:1', {
      'package.toml': bytes as Buffer,
    }),
  ),
  ...['~/dep', '$DEP', '${DEP}/x', '{{ dep }}', ' dep', 'dep\t', 'C:\\dep', 'acme/dep@1.0', 'acme/dep@^1', 'DEP'].map(
    (uri) =>
      wrong(
        'C-19',
        `a dependency at ${JSON.stringify(uri)}`,
        'package-dep-scheme',
        `package.toml:${LAST}`,
        instead('"dep"', JSON.stringify(uri)),
      ),
  ),
  wrong('C-17', 'package.toml is a descriptor', 'E_USAGE', '--config', { 'package.toml': DEP }),
  wrong('C-17', 'package.toml is a builder.toml', 'E_USAGE', '--config', {
    'package.toml': '[[buildpacks]]\nuri = "dep"\n',
  }),
  wrong('C-17', 'package.toml is empty', 'package-source-missing', 'package.toml:1', { 'package.toml': '' }),
  wrong('C-17', 'package.toml has comments only', 'package-source-missing', 'package.toml:1', {
    'package.toml': '# nothing\n',
  }),
  wrong('C-17', 'a descriptor without a name', 'id-missing', 'main/buildpack.toml:1', { 'main/buildpack.toml': '' }),
  wrong(
    'C-18',
    'an order of what no dependency brings',
    'order-composite-missing-dep',
    'main/buildpack.toml:7',
    inMain('acme/dep', 'acme/other'),
  ),
  wrong(
    'C-18',
    'an order of another version than a dependency has',
    'order-composite-missing-dep',
    'main/buildpack.toml:8',
    {
      'main/buildpack.toml': MAIN.replace('dep"\nversion = "1.0.0"', 'dep"\nversion = "2.0.0"'),
    },
  ),
  wrong(
    'C-18',
    'an order without a version, which only builder.toml may leave out',
    'order-composite-unpinned',
    'main/buildpack.toml:7',
    {
      'main/buildpack.toml': MAIN.replace('dep"\nversion = "1.0.0"\n', 'dep"\n'),
    },
  ),
  wrong('C-18', 'optional that is no boolean', 'toml-wrong-type', 'main/buildpack.toml:9', {
    'main/buildpack.toml': `${MAIN}optional = "true"\n`,
  }),
  warned('C-18', 'a group without members, which pack accepts', 'order-group-empty', {
    'main/buildpack.toml': `${MAIN}[[order]]\n`,
  }),
  wrong('C-18', 'a composite of itself', 'order-composite-self', 'main/buildpack.toml:10', {
    'main/buildpack.toml': `${MAIN}[[order.group]]\nid = "acme/main"\nversion = "1.0.0"\n`,
  }),
  {
    ...fine('C-18', 'an order of 10,000 groups', {
      'main/buildpack.toml': `${MAIN}${'[[order]]\n[[order.group]]\nid = "acme/dep"\nversion = "1.0.0"\n'.repeat(10_000)}`,
    }),
    args: ['--limit', 'tomlKeys=200000', '--limit', 'labelBytes=3000000'],
  },
  ...(
    [
      ['a path above package.toml', '../cwd/dep'],
      ['a path with a dot', './dep/'],
      ['a folder with a blank', 'a b'],
      ['a folder with a percent sign', '100%'],
      ['a folder with #', 'a#b'],
    ] as const
  ).map(([about, uri]): PackageRow => ({
    ...fine('C-19', `a dependency at ${about}`, instead('"dep"', JSON.stringify(uri))),
    prepare: (directory) => linkBeside(directory, uri),
  })),
  wrong(
    'C-19',
    'a dependency at file:// with a host',
    'package-dep-scheme',
    `package.toml:${LAST}`,
    instead('"dep"', '"file://host/dep"'),
  ),
  wrong(
    'C-19',
    'a dependency at ~, which is no home',
    'package-dep-scheme',
    `package.toml:${LAST}`,
    instead('"dep"', '"~/dep"'),
  ),
  wrong(
    'C-19',
    'a dependency at a variable',
    'package-dep-scheme',
    `package.toml:${LAST}`,
    instead('"dep"', '"$HOME/dep"'),
  ),
  wrong(
    'C-19',
    'a dependency with the scheme of another tool',
    'package-dep-scheme',
    `package.toml:${LAST}`,
    instead('"dep"', '"libcnb:acme/dep"'),
  ),
  wrong(
    'C-19',
    'a dependency at a path to nothing',
    'toml-path-missing',
    `package.toml:${LAST}`,
    instead('"dep"', '"./gone"'),
  ),
  wrong(
    'C-19',
    'the main module at a path to nothing',
    'toml-path-missing',
    'package.toml:2',
    instead('"main"', '"gone"'),
  ),
  {
    ...fine('C-19', 'package.toml through a link: paths are relative to where it was named', {}),
    prepare: (directory) => {
      mkdirSync(join(directory, 'elsewhere'))
      writeFileSync(join(directory, 'elsewhere/p.toml'), CONFIG)
      symlinkSync('elsewhere/p.toml', join(directory, 'linked.toml'))
    },
    args: ['--config', 'linked.toml'],
  },
  { id: 'C-20', about: 'no such package.toml', outcome: 'CFG', rule: 'E_USAGE', args: ['--config', 'gone.toml'] },
  { id: 'C-20', about: 'package.toml is a directory', outcome: 'CFG', rule: 'E_USAGE', args: ['--config', 'main'] },
  { id: 'C-20', about: 'package.toml is a device', outcome: 'CFG', rule: 'E_USAGE', args: ['--config', '/dev/zero'] },
  {
    id: 'C-20',
    about: 'package.toml is a fifo',
    outcome: 'CFG',
    rule: 'E_USAGE',
    prepare: (directory) => void execFileSync('mkfifo', [join(directory, 'fifo.toml')]),
    args: ['--config', 'fifo.toml'],
  },
  {
    id: 'C-20',
    about: 'package.toml of 10 GiB',
    outcome: 'CFG',
    rule: 'E_USAGE',
    prepare: (directory) => {
      const huge = join(directory, '../huge.toml')
      writeFileSync(huge, '')
      truncateSync(huge, 10 * 2 ** 30)
    },
    args: ['--config', '../huge.toml'],
  },
  {
    id: 'C-20',
    about: 'package.toml that may not be read',
    outcome: 'IO',
    rule: 'E_IO',
    notAsRoot: true,
    prepare: (directory) => chmodSync(join(directory, 'package.toml'), 0),
  },
  wrong(
    'C-21',
    'a target with an escape sequence',
    'package-os',
    'package.toml',
    behind('[[targets]]\nos = "\\u001b[31mlinux"\narch = "amd64"\n'),
  ),
  {
    id: 'C-21',
    about: 'a --target with shell characters',
    outcome: 'CFG',
    rule: 'E_USAGE',
    args: ['--target', 'linux/$(x)'],
  },
  {
    id: 'C-22',
    about: 'a dependency twice, by two paths, with the same content',
    outcome: 'NORM',
    files: { ...behind('[[dependencies]]\nuri = "copy"\n'), ...copyOfDep('copy') },
  },
  wrong(
    'C-22',
    'a dependency twice, by two paths, with different content',
    'module-content-conflict',
    `package.toml:${END}`,
    {
      ...behind('[[dependencies]]\nuri = "copy"\n'),
      ...copyOfDep('copy'),
      'copy/other': 'x',
    },
  ),
  wrong(
    'C-23',
    'package.toml: fifty mistakes',
    'toml-unknown-key-package',
    'package.toml:50',
    before(Array.from({ length: 50 }, (_, i) => `mistake-${i} = 1`).join('\n')),
  ),
]

function copyOfDep(folder: string): Files {
  return { [`${folder}/buildpack.toml`]: DEP, [`${folder}/bin/build`]: BIN, [`${folder}/bin/detect`]: BIN }
}

/** Makes the dependency reachable by another path, unless it is. */
function linkBeside(directory: string, uri: string): void {
  if (!uri.includes('/')) symlinkSync('dep', join(directory, uri))
}

/** The text of a TOML string. */
const quoted = (value: string): string => JSON.stringify(value).replaceAll('\u007f', '\\u007f')

/** The dependency under another id or version, in its descriptor and in the order. */
function named(id: string, version = '1.0.0'): Files {
  return {
    'main/buildpack.toml': MAIN.replace('"acme/dep"', () => quoted(id)).replace(
      /"1\.0\.0"\n$/,
      () => `${quoted(version)}\n`,
    ),
    'dep/buildpack.toml': DEP.replace('"acme/dep"', () => quoted(id)).replace('"1.0.0"', () => quoted(version)),
  }
}

const badId = (id: string, rule: string, group = 'N-01'): PackageRow =>
  wrong(group, `a dependency with the id ${JSON.stringify(id).slice(0, 40)}`, rule, 'dep/buildpack.toml:3', named(id))
const badVersion = (version: string): PackageRow =>
  wrong(
    'N-02',
    `a dependency with the version ${JSON.stringify(version).slice(0, 40)}`,
    'version-path-unsafe',
    'dep/buildpack.toml:4',
    named('acme/dep', version),
  )

/** Another component beside the dependency, named by the order too. */
function second(id: string): Files {
  return {
    'package.toml': `${CONFIG}[[dependencies]]\nuri = "second"\n`,
    'main/buildpack.toml': `${MAIN}[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n`,
    'second/buildpack.toml': DEP.replace('acme/dep', id),
    'second/bin/build': BIN,
    'second/bin/detect': BIN,
  }
}

const badName = (name: string): PackageRow => ({
  id: 'N-07',
  about: `the package is called ${JSON.stringify(name).slice(0, 40)}`,
  outcome: 'CFG',
  rule: 'E_USAGE',
  name,
  args: ['--format', 'image'],
})
const badImage = (image: string): PackageRow =>
  wrong(
    'N-07',
    `a dependency by the image ${JSON.stringify(image).slice(0, 40)}`,
    'package-dep-scheme',
    `package.toml:${LAST}`,
    {
      'package.toml': CONFIG.replace('uri = "dep"', () => `image = ${JSON.stringify(image)}`),
    },
  )

const N: readonly PackageRow[] = [
  ...[
    ['an id with a space of no width', 'acme/de\u200bp', '1.0.0', 'id-charset', 3],
    ['an id with a line separator', 'acme/dep\u2028', '1.0.0', 'id-charset', 3],
    ['an id of digits from elsewhere', '\uff10', '1.0.0', 'id-charset', 3],
    ['an id with two dots in a name', 'acme/a..b', '1.0.0', 'id-path-unsafe', 3],
    ['a version with a space behind it', 'acme/dep', '1.0.0 ', 'version-path-unsafe', 4],
    ['a version with a space of no width', 'acme/dep', '1.0.0\u200b', 'version-path-unsafe', 4],
    ['a version of digits from elsewhere', 'acme/dep', '\uff11.0.0', 'version-path-unsafe', 4],
    ['a version of three dots', 'acme/dep', '...', 'version-path-unsafe', 4],
  ].map(([about, id, version, rule, line]) =>
    wrong(`N-0${line === 3 ? 1 : 2}`, `a dependency with ${about}`, rule as string, `dep/buildpack.toml:${line}`, {
      'dep/buildpack.toml': DEP.replace('"acme/dep"', JSON.stringify(id)).replace('"1.0.0"', JSON.stringify(version)),
    }),
  ),
  ...['../../etc', '..', '.', 'a/../b', '/a', 'a/', 'a//b', 'a'.repeat(300)].map((id) => badId(id, 'id-path-unsafe')),
  badId('a\\b', 'id-charset'),
  wrong('N-01', 'the id of an extension that climbs', 'id-path-unsafe', 'ext/extension.toml:3', {
    'ext/extension.toml': EXTENSION.replace('acme/ext', '../ext'),
  }),
  wrong('N-01', 'a dependency without an id', 'id-missing', 'dep/buildpack.toml:3', inDep('"acme/dep"', '""')),
  ...['1.0/../../lifecycle', '..', '.', '1.0\n', '1'.repeat(300), '1 0'].map(badVersion),
  wrong('N-02', 'a dependency without a version', 'version-missing', 'dep/buildpack.toml:4', inDep('"1.0.0"', '""')),
  warned('N-02', 'a version that is not X.Y.Z, which pack accepts', 'version-format', named('acme/dep', 'v1.2')),
  wrong('N-03', 'ids that share a folder', 'id-escape-collision', 'second/buildpack.toml:3', second('acme_dep')),
  wrong('N-03', 'ids that differ in case', 'id-case-collision', 'second/buildpack.toml:3', second('Acme/Dep')),
  ...['a@b', 'a:b', 'a%b', 'a?b', 'a#b', 'a\u0000b', 'é', '😀', 'a\u001bb', 'a\u007fb'].map((id) =>
    badId(id, 'id-charset', 'N-04'),
  ),
  ...['app', 'config', 'sbom', 'generated'].map((id) => badId(id, 'id-reserved', 'N-05')),
  ...[
    'base.test/acme/RUN:1',
    'base.test/acme/run:',
    `base.test/acme/run:${'a'.repeat(129)}`,
    'base.test/acme/run@sha256:00',
    'bäse.test/acme/run',
    'acme/run@x@y',
  ].map(badName),
  ...[
    'base.test/acme/RUN:1',
    'base.test/acme/run:',
    'base.test/acme/run@sha256:00',
    ' base.test/acme/run:1',
    'run@x@y',
  ].map(badImage),
  {
    id: 'N-07',
    about: '--tag that is no reference',
    outcome: 'CFG',
    rule: 'E_USAGE',
    name: 'base.test/acme/main',
    args: ['--format', 'image', '--publish', '--tag', 'A B'],
  },
  warned('N-08', 'a dependency with + in its version', 'version-format', named('acme/dep', '1.0.0+build.5')),
  {
    id: 'N-10',
    about: 'the file is a directory',
    outcome: 'CFG',
    rule: 'E_USAGE',
    name: 'dep',
    prepare: (directory) => mkdirSync(join(directory, 'dep.cnb')),
  },
  {
    id: 'N-10',
    about: 'the file is a device',
    outcome: 'CFG',
    rule: 'E_USAGE',
    args: ['--to', 'oci-archive:/dev/full'],
  },
  {
    id: 'N-10',
    about: 'the file is inside a dependency',
    outcome: 'REJ',
    rule: 'E_OUTPUT_INSIDE_SOURCE',
    name: 'dep/out.cnb',
  },
  {
    id: 'N-10',
    about: 'the file is package.toml',
    outcome: 'CFG',
    rule: 'E_USAGE',
    args: ['--format', 'image', '--to', 'oci-archive:dep/../package.toml'],
    name: 'base.test/acme/main',
  },
  {
    id: 'N-10',
    about: 'the file is what package.toml is a link to',
    outcome: 'CFG',
    rule: 'E_USAGE',
    name: 'real.cnb',
    prepare: (directory) => {
      renameSync(join(directory, 'package.toml'), join(directory, 'real.cnb'))
      symlinkSync('real.cnb', join(directory, 'package.toml'))
    },
  },
  {
    id: 'N-10',
    about: 'the file is the archive that a dependency is in',
    outcome: 'CFG',
    rule: 'E_USAGE',
    name: 'dep.cnb',
    files: instead('"dep"', '"dep.cnb"'),
    prepare: (directory) => execFileSync('tar', ['-cf', join(directory, 'dep.cnb'), '-C', join(directory, 'dep'), '.']),
  },
  ...[
    ['the layout that a dependency is in', 'oci:dep'],
    ['the archive of a package that a dependency is', 'oci-archive:dep.cnb'],
  ].map(([about, to = '']) => ({
    id: 'N-10',
    about: `the output is ${about}`,
    outcome: 'CFG' as const,
    rule: 'E_USAGE',
    args: ['--to', to],
    files: {
      ...instead('"dep"', JSON.stringify(to.replace(/^.*:/, ''))),
      'main/buildpack.toml': MAIN.replaceAll('acme/dep', 'acme/x'),
    },
    prepare: (directory: string) => {
      rmSync(join(directory, 'dep'), { recursive: true })
      const layout = makePackage(join(directory, to === 'oci:dep' ? 'dep' : 'layout'))
      writeFileSync(join(directory, 'dep.cnb'), tarOfEntries(layout.tarEntries()))
    },
  })),
  ...[
    ['a file and a layout at one path', 'oci-archive:a', 'oci:a'],
    ['a file in a layout', 'oci:a', 'oci-archive:a/x.cnb'],
    ['a layout in a layout', 'oci:a/b', 'oci:./a'],
  ].map(([about = '', ...to]) => ({
    id: 'N-10',
    about: `the outputs are ${about}`,
    outcome: 'CFG' as const,
    rule: 'E_USAGE',
    args: to.flatMap((place) => ['--to', place]),
  })),
  ...['dir/', '.', 'dir/..', ''].map((name) => ({
    id: 'N-10',
    about: `the file is called ${JSON.stringify(name)}`,
    outcome: 'CFG' as const,
    rule: 'E_USAGE',
    name,
  })),
  {
    id: 'N-10',
    about: 'the file is a link to package.toml: the link is replaced, and not what is behind it',
    outcome: 'ACC',
    prepare: (directory) => symlinkSync('package.toml', join(directory, 'out.cnb')),
  },
]

/** The same for `extension package`, where its code is another one. */
const EXTENSIONS: readonly PackageRow[] = (
  [
    wrong('C-01', 'extension.toml: a string does not end', 'toml-syntax', 'ext/extension.toml:3', {
      'ext/extension.toml': EXTENSION.replace('acme/ext"', 'acme/ext'),
    }),
    wrong('C-06', 'extension.toml: a version that is a float', 'toml-wrong-type', 'ext/extension.toml:4', {
      'ext/extension.toml': EXTENSION.replace('"1.0.0"', '1.10'),
    }),
    wrong('C-17', 'extension.toml without a name', 'id-missing', 'ext/extension.toml:1', { 'ext/extension.toml': '' }),
    warned('C-10', 'extension.toml with an unknown key', 'toml-unknown-key-descriptor', {
      'ext/extension.toml': `${EXTENSION}[[order]]\n`,
    }),
    wrong('C-17', 'package.toml names the buildpack of another package', 'package-source-missing', 'extension.toml:1', {
      'extension.toml': CONFIG,
    }),
    warned('C-18', 'package.toml names dependencies of an extension', 'package-extension-deps', {
      'extension.toml': '[extension]\nuri = "ext"\n[[dependencies]]\nuri = "dep"\n',
    }),
    ...['app', 'config', 'sbom', 'generated'].map((id) =>
      wrong('N-05', `the id of an extension ${id}`, 'id-reserved', 'ext/extension.toml:3', {
        'ext/extension.toml': EXTENSION.replace('acme/ext', id),
      }),
    ),
    ...['a/../b', 'a//b'].map((id) =>
      wrong('N-01', `the id of an extension ${id}`, 'id-path-unsafe', 'ext/extension.toml:3', {
        'ext/extension.toml': EXTENSION.replace('acme/ext', id),
      }),
    ),
  ] as const
).map((row) => ({ ...row, isExtension: true }))

export const PACKAGE_ROWS: readonly PackageRow[] = [
  ...C,
  ...N.map((row) => (row.files?.['ext/extension.toml'] === undefined ? row : { ...row, isExtension: true as const })),
  ...EXTENSIONS,
]
