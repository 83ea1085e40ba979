/**
 * Groups C, N and L of the bad-input catalogue: configuration, names, labels and environment. Each row changes one thing in an
 * input that is otherwise sound (`soundWorkspace`), in the row's own words.
 */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { SOUND_FILES, type Files, type Workspace } from '../support/workspace.js'

/** As in the catalogue: a mistake in the configuration, refused, accepted, accepted in one form, accepted with a warning, disk. */
export type Outcome = 'CFG' | 'REJ' | 'ACC' | 'NORM' | 'WARN' | 'IO'

export interface Row {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  /** A rule or code that must be named. */
  readonly rule?: string
  /** Line of the file where it must be named; every CFG row of a file has one. */
  readonly line?: number
  /** Files that are replaced or added. */
  readonly files?: Files
  /** Further arguments of `trowel builder create`. */
  readonly args?: readonly string[]
  /** What files alone cannot be. */
  readonly prepare?: (workspace: Workspace) => void
}

/** A row that another test proves, or that does not apply, and why. */
export interface RowElsewhere {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  readonly elsewhere: string
}

const SOUND = textOf('builder.toml')
const SOUND_MODULE = textOf('module/buildpack.toml')

function textOf(file: string): string {
  const content = SOUND_FILES[file]
  if (typeof content !== 'string') throw new Error(`the sound input has no ${file}`)
  return content
}

/** The sound builder.toml with text before it: top-level keys, which must come before the tables. */
const before = (toml: string): Files => ({ 'builder.toml': `${toml}\n${SOUND}` })
/** The sound builder.toml with text behind it: more tables. */
const behind = (toml: string): Files => ({ 'builder.toml': `${SOUND}${toml}` })
/** The sound builder.toml with one text in place of another. */
const instead = (old: string, toml: string): Files => ({ 'builder.toml': replaced(SOUND, old, toml) })
/** As `instead`, in the descriptor of the module. */
const inModule = (old: string, toml: string): Files => ({ 'module/buildpack.toml': replaced(SOUND_MODULE, old, toml) })

function replaced(text: string, old: string, toml: string): string {
  if (!text.includes(old)) throw new Error(`the sound input has no ${old}`)
  return text.replace(old, () => toml)
}

/** The number of the line of the sound builder.toml on which `text` stands. */
const lineOf = (text: string): number => SOUND.slice(0, SOUND.indexOf(text)).split('\n').length
const END = SOUND.split('\n').length

/** The sound module under another id or version, in its descriptor and in the order. */
function named(id: string, version = '1.0.0'): Files {
  const text = (value: string): string => JSON.stringify(value).replaceAll('\u007f', '\\u007f')
  return {
    'builder.toml': SOUND.replace('"acme/module"', () => text(id)).replace('"1.0.0"', () => text(version)),
    'module/buildpack.toml': SOUND_MODULE.replace('"acme/module"', () => text(id)).replace('"1.0.0"', () =>
      text(version),
    ),
  }
}

/** A second module beside the sound one. */
function secondModule(id: string, version = '1.0.0', extra = ''): Files {
  return {
    'builder.toml': SOUND.replace('[[order]]', '[[buildpacks]]\nuri = "second"\n[[order]]'),
    'second/buildpack.toml': `${SOUND_MODULE.replace('acme/module', id).replace('"1.0.0"', JSON.stringify(version))}${extra}`,
    'second/bin/build': '#!/bin/sh\n',
    'second/bin/detect': '#!/bin/sh\n',
  }
}

const env = (lines: string): Files => behind(`[[build.env]]\n${lines}\n`)

const C: readonly (Row | RowElsewhere)[] = [
  { id: 'C-01', about: 'a value is missing', outcome: 'CFG', rule: 'toml-syntax', line: 1, files: before('a =') },
  {
    id: 'C-01',
    about: 'a string does not end',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: before('description = "x'),
  },
  {
    id: 'C-01',
    about: 'a carriage return alone',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: before('# x\ry'),
  },
  {
    id: 'C-01',
    about: 'a control character in a string',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: before('description = "\u0001"'),
  },
  { id: 'C-01', about: 'NUL in a comment', outcome: 'CFG', rule: 'toml-syntax', line: 1, files: before('# \u0000') },
  {
    id: 'C-02',
    about: 'bytes that are not UTF-8',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: { 'builder.toml': Buffer.from(`# \u00ff\n${SOUND}`, 'latin1') },
  },
  {
    id: 'C-02',
    about: 'a file in UTF-16',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: { 'builder.toml': Buffer.from(`\ufeff${SOUND}`, 'utf16le') },
  },
  {
    id: 'C-02',
    about: 'half of a surrogate pair as an escape',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: before('description = "\\ud800"'),
  },
  { id: 'C-03', about: 'a byte order mark', outcome: 'ACC', files: { 'builder.toml': `\ufeff${SOUND}` } },
  {
    id: 'C-04',
    about: 'line ends of Windows',
    outcome: 'ACC',
    files: { 'builder.toml': SOUND.replaceAll('\n', '\r\n') },
  },
  {
    id: 'C-04',
    about: 'no last line end, and tabs',
    outcome: 'ACC',
    files: { 'builder.toml': SOUND.trimEnd().replaceAll(' = ', '\t=\t') },
  },
  {
    id: 'C-05',
    about: 'a key twice',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 2,
    files: before('description = "a"\ndescription = "b"'),
  },
  { id: 'C-05', about: 'a table twice', outcome: 'CFG', rule: 'toml-syntax', line: END, files: behind('[build]\n') },
  {
    id: 'C-05',
    about: 'dotted keys and then a table',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 2,
    files: before('build.image = "x"'),
  },
  {
    id: 'C-05',
    about: 'an array of tables over a table',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: END,
    files: behind('[[build]]\n'),
  },
  {
    id: 'C-05',
    about: 'one table in two spellings',
    outcome: 'CFG',
    rule: 'toml-key-case',
    line: END,
    files: behind('[BUILD]\nimage = "x"\n'),
  },
  {
    id: 'C-06',
    about: 'an integer where a string belongs',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: lineOf('uri = "module"'),
    files: instead('"module"', '3'),
  },
  {
    id: 'C-06',
    about: 'a version that is a float',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: lineOf('version = "1.0.0"'),
    files: instead('"1.0.0"', '1.10'),
  },
  {
    id: 'C-06',
    about: 'a version that is a float, in a descriptor',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: 4,
    files: inModule('"1.0.0"', '1.10'),
  },
  {
    id: 'C-06',
    about: 'an API without quotes',
    outcome: 'CFG',
    rule: 'api-unquoted',
    line: 1,
    files: inModule('"0.10"', '0.10'),
  },
  {
    id: 'C-06',
    about: 'each key with each type',
    outcome: 'CFG',
    elsewhere: 'test/cnb/decode.test.ts makes every pair from the schemas',
  },
  {
    id: 'C-07',
    about: 'an integer beyond 64 bits',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: before('a = 9223372036854775808'),
  },
  {
    id: 'C-07',
    about: 'the largest integer, in [metadata]',
    outcome: 'ACC',
    files: { 'module/buildpack.toml': `${SOUND_MODULE}[metadata]\nx = 9223372036854775807\ny = 0x7f_ff\n` },
  },
  {
    id: 'C-08',
    about: 'inf where a string belongs',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: 1,
    files: before('description = inf'),
  },
  {
    id: 'C-08',
    about: 'nan and 1e400 where strings belong',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: lineOf('image'),
    files: instead('"base.test/build:1"', '1e400'),
  },
  {
    id: 'C-09',
    about: 'a date where a string belongs',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: 1,
    files: before('description = 2026-11-21'),
  },
  {
    id: 'C-09',
    about: 'dates in [metadata] of a descriptor',
    outcome: 'ACC',
    files: { 'module/buildpack.toml': `${SOUND_MODULE}[metadata]\nday = 2026-11-21\ntime = 10:00:00\n` },
  },
  {
    id: 'C-10',
    about: 'an unknown key at the top of builder.toml, as pack: an error',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: 1,
    files: before('labels = []'),
  },
  {
    id: 'C-10',
    about: 'an unknown key further down',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: END + 1,
    files: behind('[[buildpacks]]\nurl = "module"\n'),
  },
  {
    id: 'C-10',
    about: 'an unknown key in a descriptor',
    outcome: 'WARN',
    rule: 'toml-unknown-key-descriptor',
    files: { 'module/buildpack.toml': `${SOUND_MODULE}[extra]\n` },
  },
  {
    id: 'C-11',
    about: '__proto__ at the top',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: 1,
    files: before('__proto__ = 1'),
  },
  {
    id: 'C-11',
    about: '[constructor.prototype]',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: END,
    files: behind('[constructor.prototype]\n'),
  },
  {
    id: 'C-11',
    about: 'toString, hasOwnProperty, length and numbers as keys',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: 1,
    files: before('toString = 1\nhasOwnProperty = 1\nlength = 1\n0 = 1'),
  },
  {
    id: 'C-11',
    about: 'such keys in [metadata] of a descriptor',
    outcome: 'ACC',
    files: { 'module/buildpack.toml': `${SOUND_MODULE}[metadata]\n__proto__ = 1\nconstructor = {prototype = 2}\n` },
  },
  {
    id: 'C-12',
    about: '5,000 nested arrays',
    outcome: 'CFG',
    rule: 'toml-limit',
    line: 1,
    files: before(`a = ${'['.repeat(5_000)}${']'.repeat(5_000)}`),
  },
  {
    id: 'C-12',
    about: '5,000 nested inline tables',
    outcome: 'CFG',
    rule: 'toml-limit',
    line: 1,
    files: before(`a = ${'{a = '.repeat(5_000)}1${'}'.repeat(5_000)}`),
  },
  {
    id: 'C-12',
    about: 'a dotted key of 20,000 parts',
    outcome: 'CFG',
    rule: 'toml-limit',
    line: 1,
    files: before(`a${'.a'.repeat(20_000)} = 1`),
  },
  {
    id: 'C-12',
    about: 'a dotted key of 20,000 parts in [metadata] of a descriptor',
    outcome: 'CFG',
    rule: 'toml-limit',
    files: { 'module/buildpack.toml': `${SOUND_MODULE}[metadata]\na${'.a'.repeat(20_000)} = 1\n` },
  },
  {
    id: 'C-13',
    about: 'a file of 11 MB',
    outcome: 'CFG',
    files: behind('[[buildpacks]]\nuri = "module"\nid = "acme/module"\n'.repeat(220_000)),
  },
  {
    id: 'C-14',
    about: 'a string of a megabyte',
    outcome: 'CFG',
    rule: 'label-size',
    line: 1,
    files: before(`description = "${'x'.repeat(1_048_570)}"`),
  },
  {
    id: 'C-14',
    about: 'a string of half a megabyte',
    outcome: 'ACC',
    files: before(`description = "${'x'.repeat(500_000)}"`),
  },
  {
    id: 'C-14',
    about: 'more than 100,000 keys in one table',
    outcome: 'CFG',
    rule: 'toml-limit',
    files: before(Array.from({ length: 100_000 }, (_, i) => `k${i} = 1`).join('\n')),
  },
  {
    id: 'C-14',
    about: '20,000 mistakes in one table: each is told, in time that grows with their number',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: 20_000,
    files: before(Array.from({ length: 20_000 }, (_, i) => `k${i} = 1`).join('\n')),
  },
  {
    id: 'C-14',
    about: 'almost 100,000 keys in one table',
    outcome: 'ACC',
    files: {
      'module/buildpack.toml': `${SOUND_MODULE}[metadata]\n${Array.from({ length: 99_000 }, (_, i) => `k${i} = 1`).join('\n')}`,
    },
  },
  { id: 'C-14', about: 'a million brackets', outcome: 'CFG', line: 1, files: before('['.repeat(1_000_000)) },
  {
    id: 'C-14',
    about: 'a long run of quotes',
    outcome: 'CFG',
    rule: 'toml-syntax',
    files: before(`description = ${'"""'.repeat(100_001)}`),
  },
  {
    id: 'C-15',
    about: 'a line end in an inline table, as TOML 1.1 has it',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 2,
    files: before('lifecycle = {\n}'),
  },
  {
    id: 'C-15',
    about: 'the escape \\e of TOML 1.1',
    outcome: 'CFG',
    rule: 'toml-syntax',
    line: 1,
    files: before('description = "\\e"'),
  },
  {
    id: 'C-16',
    about: 'a letter that looks like another in an id',
    outcome: 'CFG',
    rule: 'id-charset',
    files: named('acme/m\u043edule'),
  },
  {
    id: 'C-16',
    about: 'a bidi control in an id',
    outcome: 'CFG',
    rule: 'id-charset',
    files: named('acme/\u202emodule'),
  },
  {
    id: 'C-16',
    about: 'a bidi control in the name of a variable',
    outcome: 'CFG',
    rule: 'build-env-name',
    line: END + 1,
    files: env('name = "A\u202eB"\nvalue = "x"'),
  },
  {
    id: 'C-17',
    about: 'an empty file',
    outcome: 'CFG',
    rule: 'builder-build-image-missing',
    line: 1,
    files: { 'builder.toml': '' },
  },
  {
    id: 'C-17',
    about: 'comments only',
    outcome: 'CFG',
    rule: 'builder-run-images-missing',
    line: 1,
    files: { 'builder.toml': '# nothing\n' },
  },
  {
    id: 'C-17',
    about: 'a descriptor without a name',
    outcome: 'CFG',
    rule: 'id-missing',
    files: { 'module/buildpack.toml': '' },
  },
  {
    id: 'C-18',
    about: 'an order that names a module which is not there',
    outcome: 'CFG',
    rule: 'order-ref-unknown',
    line: lineOf('id = "acme/module"'),
    files: instead('"acme/module"', '"acme/other"'),
  },
  {
    id: 'C-18',
    about: 'an order that names a version which is not there',
    outcome: 'CFG',
    rule: 'order-ref-version-unknown',
    files: instead('"1.0.0"', '"2.0.0"'),
  },
  {
    id: 'C-18',
    about: 'an order without a version, and one there',
    outcome: 'NORM',
    files: instead('version = "1.0.0"\n', ''),
  },
  {
    id: 'C-18',
    about: 'a group without members, which pack accepts',
    outcome: 'WARN',
    rule: 'order-group-empty',
    files: behind('[[order]]\n'),
  },
  {
    id: 'C-18',
    about: 'optional that is no boolean',
    outcome: 'CFG',
    rule: 'toml-wrong-type',
    line: END,
    files: behind('optional = "true"\n'),
  },
  { id: 'C-18', about: 'composites in a circle', outcome: 'CFG', rule: 'order-composite-cycle', files: circle() },
  {
    id: 'C-18',
    about: 'an order of 10,000 groups',
    outcome: 'ACC',
    files: behind('[[order]]\n[[order.group]]\nid = "acme/module"\nversion = "1.0.0"\n'.repeat(10_000)),
    args: ['--limit', 'tomlKeys=200000'],
  },
  {
    id: 'C-19',
    about: 'the config through a link: paths are relative to where it was named',
    outcome: 'ACC',
    args: ['--config', 'linked.toml'],
    prepare: ({ input }) => symlinkSync('builder.toml', join(input, 'linked.toml')),
  },
  {
    id: 'C-19',
    about: 'file: URIs, hosts, ~, blanks, %, # and ? in paths',
    outcome: 'ACC',
    elsewhere: 'test/sources/catalogue.ts has a row for each',
  },
  { id: 'C-20', about: 'no such config', outcome: 'CFG', rule: 'E_USAGE', args: ['--config', 'gone.toml'] },
  {
    id: 'C-20',
    about: 'a directory as config',
    outcome: 'CFG',
    args: ['--config', 'folder.toml'],
    prepare: ({ input }) => mkdirSync(join(input, 'folder.toml')),
  },
  { id: 'C-20', about: 'a device as config', outcome: 'CFG', args: ['--config', '/dev/zero'] },
  {
    id: 'C-20',
    about: 'a fifo, and a file that cannot be read',
    outcome: 'IO',
    elsewhere: 'test/sources/catalogue.ts, and test/sources/read-file.test.ts',
  },
  {
    id: 'C-21',
    about: 'a control character in the name of a run image',
    outcome: 'CFG',
    rule: 'reference-malformed',
    files: instead('"base.test/run:1"', '"base.test/\\u001b[31mrun:1"'),
  },
  {
    id: 'C-21',
    about: 'shell characters in the name of a build image',
    outcome: 'CFG',
    rule: 'reference-malformed',
    files: instead('"base.test/build:1"', '"base.test/$(x):1"'),
  },
  {
    id: 'C-22',
    about: 'a module twice, by two locators, with the same content',
    outcome: 'NORM',
    files: secondModule('acme/module'),
  },
  {
    id: 'C-22',
    about: 'a module twice, by two locators, with different content',
    outcome: 'CFG',
    rule: 'module-content-conflict',
    files: secondModule('acme/module', '1.0.0', '[metadata]\nother = true\n'),
  },
  {
    id: 'C-23',
    about: 'fifty mistakes: all of them are reported at once',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: 50,
    files: before(Array.from({ length: 50 }, (_, i) => `mistake-${i} = 1`).join('\n')),
  },
]

/** Two composites that name each other. */
function circle(): Files {
  const composite = (id: string, member: string): string =>
    `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "${member}"\nversion = "1.0.0"\n`
  return {
    'builder.toml': `${SOUND}[[buildpacks]]\nuri = "a"\n[[buildpacks]]\nuri = "b"\n[[order]]\n[[order.group]]\nid = "acme/a"\n`,
    'a/buildpack.toml': composite('acme/a', 'acme/b'),
    'b/buildpack.toml': composite('acme/b', 'acme/a'),
  }
}

const badId = (id: string, rule: string): Row => ({
  id: 'N-01',
  about: `id ${JSON.stringify(id)}`,
  outcome: 'CFG',
  rule,
  files: named(id),
})
const badVersion = (version: string, rule = 'version-path-unsafe'): Row => ({
  id: 'N-02',
  about: `version ${JSON.stringify(version).slice(0, 40)}`,
  outcome: 'CFG',
  rule,
  files: named('acme/module', version),
})

const N: readonly (Row | RowElsewhere)[] = [
  ...['../../etc', '..', '.', 'a/../b', '/a', 'a/', 'a//b'].map((id) => badId(id, 'id-path-unsafe')),
  badId('a\\b', 'id-charset'),
  badId('a'.repeat(300), 'id-path-unsafe'),
  badId('', 'id-missing'),
  ...['1.0/../../lifecycle', '..', '.', '1.0\n', '1'.repeat(300), '1 0'].map((version) => badVersion(version)),
  badVersion('', 'version-missing'),
  {
    id: 'N-02',
    about: 'a version that is not X.Y.Z, which pack accepts',
    outcome: 'WARN',
    rule: 'version-format',
    files: named('acme/module', 'v1.2'),
  },
  {
    id: 'N-03',
    about: 'ids that share a folder',
    outcome: 'CFG',
    rule: 'id-escape-collision',
    files: secondModule('acme_module'),
  },
  {
    id: 'N-03',
    about: 'ids that differ in case',
    outcome: 'CFG',
    rule: 'id-case-collision',
    files: secondModule('Acme/Module'),
  },
  ...['a@b', 'a:b', 'a%b', 'a?b', 'a#b', 'a\u0000b', 'é', '😀', 'a\u001bb', 'a\u007fb'].map((id): Row => ({
    ...badId(id, 'id-charset'),
    id: 'N-04',
  })),
  ...['app', 'config', 'sbom', 'generated'].map((id): Row => ({ ...badId(id, 'id-reserved'), id: 'N-05' })),
  {
    id: 'N-06',
    about: 'builder.toml asks for another id',
    outcome: 'CFG',
    rule: 'declared-id-mismatch',
    files: instead('uri = "module"', 'uri = "module"\nid = "acme/other"'),
  },
  {
    id: 'N-06',
    about: 'builder.toml asks for another version',
    outcome: 'CFG',
    rule: 'declared-version-mismatch',
    files: instead('uri = "module"', 'uri = "module"\nversion = "2.0.0"'),
  },
  ...[
    'base.test/RUN:1',
    'base.test/run:',
    `base.test/run:${'a'.repeat(129)}`,
    'base.test/run@sha256:00',
    `base.test/${'a'.repeat(256)}`,
    ' base.test/run:1',
    'bäse.test/run',
    'run@x@y',
  ].map((reference): Row => ({
    id: 'N-07',
    about: `run image ${JSON.stringify(reference).slice(0, 40)}`,
    outcome: 'CFG',
    rule: 'reference-malformed',
    files: instead('"base.test/run:1"', JSON.stringify(reference)),
  })),
  {
    id: 'N-07',
    about: 'what a reference stands for: implied registry and tag, ports, IPv6, digests',
    outcome: 'ACC',
    elsewhere: 'test/oci/reference.test.ts',
  },
  {
    id: 'N-08',
    about: 'a tag made from a version with +',
    outcome: 'CFG',
    elsewhere: 'does not apply: no tag is made from a version; a version with + is part of a folder name only',
  },
  {
    id: 'N-08',
    about: 'a version with +',
    outcome: 'WARN',
    rule: 'version-format',
    files: named('acme/module', '1.0.0+build.5'),
  },
  {
    id: 'N-09',
    about: 'cache keys from names',
    outcome: 'ACC',
    elsewhere:
      'test/cache: blobs are called by their digests, records by a digest of their keys; no name is part of a path in it',
  },
  { id: 'N-10', about: 'the output is a file', outcome: 'IO', rule: 'E_IO', args: ['--to', 'oci:builder.toml'] },
  { id: 'N-10', about: 'the output is a device', outcome: 'IO', rule: 'E_IO', args: ['--to', 'oci:/dev/full'] },
  {
    id: 'N-10',
    about: 'the output is inside a module',
    outcome: 'REJ',
    rule: 'E_OUTPUT_INSIDE_SOURCE',
    args: ['--to', 'oci:module/out'],
  },
]

const badEnv = (name: string, rule = 'build-env-name'): Row => ({
  id: 'L-01',
  about: `variable ${JSON.stringify(name)}`,
  outcome: 'CFG',
  rule,
  files: env(`name = ${JSON.stringify(name)}\nvalue = "x"`),
})

const L: readonly (Row | RowElsewhere)[] = [
  ...['../x', '../../x', 'A/B', 'A=B', 'A\u0000B', 'A\nB', '1A', 'A B', 'Ä'].map((name) => badEnv(name)),
  badEnv('', 'build-env-name-empty'),
  ...['PATH', 'LD_PRELOAD', 'CNB_USER_ID'].map((name): Row => ({
    ...badEnv(name, 'build-env-reserved'),
    outcome: 'WARN',
  })),
  {
    id: 'L-02',
    about: 'a suffix that nobody knows',
    outcome: 'CFG',
    rule: 'build-env-suffix-unknown',
    line: END + 3,
    files: env('name = "A"\nvalue = "x"\nsuffix = "replace"'),
  },
  {
    id: 'L-02',
    about: 'append without a delim',
    outcome: 'CFG',
    rule: 'build-env-delim-missing',
    line: END + 3,
    files: env('name = "A"\nvalue = "x"\nsuffix = "append"'),
  },
  {
    id: 'L-02',
    about: 'a delim alone, which pack accepts',
    outcome: 'ACC',
    files: env('name = "A"\nvalue = "x"\nsuffix = "default"\ndelim = ":"'),
  },
  {
    id: 'L-03',
    about: 'a value of several lines, with control characters',
    outcome: 'ACC',
    files: env('name = "A"\nvalue = "a\\nb\\u0001"'),
  },
  {
    id: 'L-03',
    about: 'a value of almost a megabyte',
    outcome: 'ACC',
    files: env(`name = "A"\nvalue = "${'x'.repeat(1_048_500)}"`),
  },
  {
    id: 'L-03',
    about: 'a value with NUL',
    outcome: 'CFG',
    rule: 'build-env-value-nul',
    line: END + 2,
    files: env('name = "A"\nvalue = "a\\u0000"'),
  },
  {
    id: 'L-04',
    about: 'Env of the build image: an entry without =, a name twice, a name with a line end',
    outcome: 'CFG',
    elsewhere: 'test/rules/examples.ts: base-env',
  },
  ...['io.buildpacks.builder.metadata', 'io.buildpacks.buildpack.order', 'io.buildpacks.buildpack.layers'].map(
    (label): Row => ({
      id: 'L-05',
      about: `--label ${label}`,
      outcome: 'CFG',
      rule: 'label-reserved',
      args: ['--label', `${label}=[]`],
    }),
  ),
  {
    id: 'L-05',
    about: '--label of a stack id, which pack lets influence the checks',
    outcome: 'ACC',
    args: ['--label', 'io.buildpacks.stack.id=x'],
  },
  {
    id: 'L-06',
    about: 'quotes, markup and U+2028 in a label and in the description',
    outcome: 'ACC',
    files: before('description = "\\"</script>\\u2028&"'),
    args: ['--label', 'a="<b>\u2028\\'],
  },
  {
    id: 'L-06',
    about: 'such characters are escaped, and stable',
    outcome: 'ACC',
    elsewhere: 'test/cnb/labels.test.ts: every label of the golden builders, to the byte',
  },
  {
    id: 'L-07',
    about: 'CNB_USER_ID 0, negative, too large, or no number',
    outcome: 'CFG',
    elsewhere: 'test/rules/examples/base.ts: base-cnb-env-missing',
  },
  {
    id: 'L-08',
    about: 'escape sequences of a terminal in the description',
    outcome: 'ACC',
    files: before('description = "\\u001b[31mred"'),
  },
  {
    id: 'L-08',
    about: 'escape sequences in a value that is refused',
    outcome: 'CFG',
    rule: 'toml-unknown-key-builder',
    line: 1,
    files: before('"\\u001b[31mred" = 1'),
  },
]

export const ROWS: readonly (Row | RowElsewhere)[] = [...C, ...N, ...L]
