import { expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { trowelHere } from '../support/here.js'
import { snapshot } from '../support/snapshot.js'
import { below, component, directoryOf, PROGRAMS, writeFiles, type Files } from '../support/workspace.js'

/**
 * What `buildpack package` and `extension package` say to each thing that pack refuses, and to each that the specification forbids
 * and pack lets pass: the rule, the file and the line, all of them and no other.
 */

const group = (...entries: readonly string[]): string =>
  `[[order]]\n${entries.map((entry) => `[[order.group]]\n${entry}\n`).join('')}`

const entry = (id: string, version = '1.0.0'): string => `id = "${id}"\nversion = "${version}"`

/** A composite `main` of what its order names, with these dependencies. */
const composite = (order: string, ...uris: readonly string[]): Files => ({
  ...component('main', order),
  'package.toml': `[buildpack]\nuri = "main"\n${uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`).join('')}`,
})

const configured = (toml: string): Files => ({ ...component('main'), 'package.toml': toml })
const main = (text: string): Files => below('main', { 'buildpack.toml': `api = "0.10"\n${text}`, ...PROGRAMS })
const extension = (text: string): Files =>
  below('main', { 'extension.toml': `api = "0.10"\n${text}`, 'bin/generate': '#!/bin/sh\n' })
const stacks = (...ids: readonly string[]): string => ids.map((id) => `[[stacks]]\nid = "${id}"\n`).join('')

const CONFIG = ['--config', 'package.toml']
const MAIN = ['--path', 'main']

interface Problem {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly fix?: string
}

async function packaged(cwd: string, files: Files, args: readonly string[]): Promise<Run> {
  const kind = Object.keys(files).some((name) => name.endsWith('main/extension.toml')) ? 'extension' : 'buildpack'
  const words = [kind, 'package', 'out.cnb', ...(args.includes('--format') ? [] : ['--format', 'file']), ...args]
  return trowelHere([...words, '--target', 'linux/amd64', '--no-cache', '--offline', '--json'], {
    cwd,
    env: { HOME: cwd },
  })
}

/** `RULE FILE:LINE`; what has no place has its message. */
function shown({ code, file, line, message }: Problem): string {
  return [code, file === undefined ? message : line === undefined ? file : `${file}:${line}`].join(' ')
}

/** The problems that a run was ended for. */
function refusedFor(stdout: string): readonly Problem[] {
  const { problems = [], error } = JSON.parse(stdout) as { problems?: readonly Problem[]; error?: Problem }
  return [...problems, ...(error === undefined || error.code === 'E_INPUT' ? [] : [error])]
}

/** What it is, its files, the flags, and all that is said. */
type Row = readonly [string, Files, readonly string[], readonly string[]]

const REFUSED: readonly Row[] = [
  // 1.2
  [
    'an unknown key in package.toml',
    configured('[buildpack]\nuri = "main"\nsha = "x"\n'),
    CONFIG,
    ['toml-unknown-key-package package.toml:3'],
  ],
  [
    'an unknown table in package.toml',
    configured('[buildpack]\nuri = "main"\n[other]\na = 1\n'),
    CONFIG,
    ['toml-unknown-key-package package.toml:3'],
  ],
  [
    'package.toml without a source',
    configured('[platform]\nos = "linux"\n'),
    CONFIG,
    ['package-source-missing package.toml:1', 'toml-deprecated-key package.toml:2'],
  ],
  [
    'package.toml of an extension',
    configured('[extension]\nuri = "main"\n'),
    CONFIG,
    ['package-source-missing package.toml:1'],
  ],
  [
    'an os that is neither linux nor windows',
    configured('[buildpack]\nuri = "main"\n[platform]\nos = "plan9"\n'),
    CONFIG,
    ['toml-deprecated-key package.toml:4', 'package-platform-os package.toml:4'],
  ],
  [
    'a dependency with uri and image',
    configured('[buildpack]\nuri = "main"\n[[dependencies]]\nuri = "a"\nimage = "b"\n'),
    CONFIG,
    ['package-dep-both package.toml:3', 'toml-deprecated-key package.toml:5'],
  ],
  [
    'a dependency with neither',
    configured('[buildpack]\nuri = "main"\n[[dependencies]]\n'),
    CONFIG,
    ['package-dep-none package.toml:3'],
  ],
  [
    'a source that is not there',
    configured('[buildpack]\nuri = "other"\n'),
    CONFIG,
    ['toml-path-missing package.toml:2'],
  ],
  [
    'a source that is an image',
    configured('[buildpack]\nuri = "docker://a.test/b:1"\n'),
    CONFIG,
    ['package-dep-scheme package.toml:2'],
  ],
  [
    'a dependency that is on a builder',
    composite(group(entry('a')), 'from=builder:a'),
    CONFIG,
    ['package-dep-scheme package.toml:4'],
  ],
  [
    'a dependency by the word of a place',
    composite(group(entry('a')), 'oci:a'),
    CONFIG,
    ['package-dep-scheme package.toml:4'],
  ],
  [
    'a dependency by the name of a file with a slip in it',
    composite(group(entry('a')), 'a.cnbb'),
    CONFIG,
    ['toml-path-missing package.toml:4'],
  ],
  ['a folder that is none', main(''), ['--path', 'urn:cnb:builder:a'], ['package-dep-scheme --path']],
  // 2.3
  ['a buildpack without id', main('[buildpack]\nversion = "1.0.0"\n'), MAIN, ['id-missing main/buildpack.toml:2']],
  ['a buildpack without version', main('[buildpack]\nid = "a/b"\n'), MAIN, ['version-missing main/buildpack.toml:2']],
  [
    'a buildpack without either',
    main('[buildpack]\n'),
    MAIN,
    ['id-missing main/buildpack.toml:2', 'version-missing main/buildpack.toml:2'],
  ],
  [
    'an extension without id',
    extension('[extension]\nversion = "1.0.0"\n'),
    MAIN,
    ['id-missing main/extension.toml:2'],
  ],
  [
    'an extension without version',
    extension('[extension]\nid = "a/b"\n'),
    MAIN,
    ['version-missing main/extension.toml:2'],
  ],
  [
    'an order beside targets',
    { ...composite(`${group(entry('a'))}[[targets]]\nos = "linux"\n`, 'a'), ...component('a') },
    CONFIG,
    ['target-on-composite main/buildpack.toml:9'],
  ],
  [
    'an order beside stacks',
    { ...composite(`${group(entry('a'))}${stacks('s')}`, 'a'), ...component('a') },
    CONFIG,
    ['target-on-composite main/buildpack.toml:9'],
  ],
  // 2.4
  ['a reserved id', main('[buildpack]\nid = "sbom"\nversion = "1.0.0"\n'), MAIN, ['id-reserved main/buildpack.toml:3']],
  [
    'a reserved id of an extension',
    extension('[extension]\nid = "app"\nversion = "1.0.0"\n'),
    MAIN,
    ['id-reserved main/extension.toml:3'],
  ],
  [
    'ids that differ in case',
    {
      ...composite(group(entry('a'), entry('A')), 'a', 'b'),
      ...component('a'),
      ...below('b', { 'buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "A"\nversion = "1.0.0"\n', ...PROGRAMS }),
    },
    CONFIG,
    ['id-case-collision b/buildpack.toml:3'],
  ],
  [
    'an entry of an order without an id',
    { ...composite(group(entry('a'), 'version = "1.0.0"'), 'a'), ...component('a') },
    CONFIG,
    ['order-composite-missing-dep main/buildpack.toml:9'],
  ],
  // 6.2
  [
    'an entry without version',
    { ...composite(group('id = "a"'), 'a'), ...component('a') },
    CONFIG,
    ['order-composite-unpinned main/buildpack.toml:7'],
  ],
  [
    'an entry that nothing brings',
    composite(group(entry('a'))),
    CONFIG,
    ['order-composite-missing-dep main/buildpack.toml:7'],
  ],
  [
    'an entry of another version',
    { ...composite(group(entry('a', '2.0.0')), 'a'), ...component('a') },
    CONFIG,
    ['order-composite-missing-dep main/buildpack.toml:8', 'order-composite-unused-dep package.toml:3'],
  ],
  [
    'a dependency that no order names',
    { ...composite(group(entry('a')), 'a', 'b'), ...component('a'), ...component('b') },
    CONFIG,
    ['order-composite-unused-dep package.toml:5'],
  ],
  [
    'the module itself as its dependency',
    { ...composite(group(entry('a')), 'a', 'main'), ...component('a') },
    CONFIG,
    ['order-composite-unused-dep package.toml:5'],
  ],
  [
    'a component with a dependency',
    { ...composite('', 'a'), ...component('a') },
    CONFIG,
    ['order-composite-unused-dep package.toml:3'],
  ],
  [
    'a composite of itself',
    { ...composite(group(entry('a'), entry('main')), 'a'), ...component('a') },
    CONFIG,
    ['order-composite-self main/buildpack.toml:10'],
  ],
  [
    'a composite of nothing but itself',
    composite(group(entry('main'))),
    CONFIG,
    ['order-composite-self main/buildpack.toml:7'],
  ],
  [
    'composites in a circle',
    { ...composite(group(entry('a')), 'a'), ...component('a', group(entry('main'))) },
    CONFIG,
    ['order-composite-cycle main/buildpack.toml:7'],
  ],
  [
    'a composite of one that is a composite of nothing',
    { ...composite(group(entry('a')), 'a'), ...component('a', '[[order]]\n') },
    CONFIG,
    ['order-group-empty a/buildpack.toml:5', 'stack-no-intersection package.toml:2'],
  ],
  [
    'an order without groups',
    composite('[[order]]\n'),
    CONFIG,
    ['order-group-empty main/buildpack.toml:5', 'stack-no-intersection package.toml:2'],
  ],
  [
    'stacks that have none in common',
    {
      ...composite(group(entry('a'), entry('b')), 'a', 'b'),
      ...component('a', stacks('x')),
      ...component('b', stacks('y')),
    },
    CONFIG,
    ['stack-no-intersection b/buildpack.toml:5'],
  ],
  [
    'stacks that have none in common, before others that pack takes',
    {
      ...composite(group(entry('a'), entry('b'), entry('c')), 'a', 'b', 'c'),
      ...component('a', stacks('x')),
      ...component('b', stacks('y')),
      ...component('c', stacks('z')),
    },
    CONFIG,
    ['stack-intersection-masked b/buildpack.toml:5'],
  ],
  [
    'an entry that only a dependency names, and nothing brings',
    { ...composite(group(entry('a')), 'a'), ...component('a', group(entry('b'))) },
    CONFIG,
    ['order-composite-missing-dep a/buildpack.toml:7'],
  ],
  [
    'a dependency that is an extension',
    {
      ...composite(group(entry('a')), 'a'),
      'a/extension.toml': 'api = "0.10"\n[extension]\nid = "a"\nversion = "1.0.0"\n',
    },
    CONFIG,
    ['descriptor-missing package.toml:4'],
  ],
  [
    'a dependency that is text',
    { ...composite(group(entry('a')), 'a.txt'), 'a.txt': 'neither\n' },
    CONFIG,
    ['E_NOT_TAR package.toml:4'],
  ],
  // 9
  [
    'a package for windows',
    main('[buildpack]\nid = "a/b"\nversion = "1.0.0"\n'),
    [...MAIN, '--target', 'windows/amd64'],
    ['package-os --path'],
  ],
  // 13
  [
    '--config and --path',
    component('main'),
    [...CONFIG, ...MAIN],
    ['E_USAGE --config and --path both say what is packaged'],
  ],
  [
    '--config and --path of an extension',
    extension('[extension]\nid = "a"\nversion = "1.0.0"\n'),
    [...CONFIG, ...MAIN],
    ['E_USAGE --config and --path both say what is packaged'],
  ],
  [
    '--flatten-exclude of what is no id@version',
    component('main'),
    [...MAIN, '--flatten', '--flatten-exclude', 'a'],
    ["E_USAGE --flatten-exclude a: 'a' is no module"],
  ],
  [
    '--flatten-exclude of two versions',
    component('main'),
    [...MAIN, '--flatten', '--flatten-exclude', 'a@1@2'],
    ["E_USAGE --flatten-exclude a@1@2: 'a@1@2' is no module"],
  ],
  ['an unknown format', component('main'), [...MAIN, '--format', 'zip'], ['E_USAGE unknown format zip']],
  [
    '--publish with --pull-policy never',
    component('main'),
    [...MAIN, '--format', 'image', '--publish', '--pull-policy', 'never'],
    ['E_USAGE --publish reads images from registries, which --pull-policy never forbids'],
  ],
  [
    '--publish of a file with --pull-policy never',
    component('main'),
    [...MAIN, '--publish', '--pull-policy', 'never'],
    ['E_USAGE --publish reads images from registries, which --pull-policy never forbids'],
  ],
  [
    'an unknown --pull-policy',
    component('main'),
    [...MAIN, '--pull-policy', 'sometimes'],
    ['E_USAGE invalid pull policy sometimes'],
  ],
  ['a --label without a value', component('main'), [...MAIN, '--label', 'a'], ["E_USAGE --label a: 'a' has no value"]],
  [
    'a --label that the package writes itself',
    component('main'),
    [...MAIN, '--label', 'io.buildpacks.buildpackage.metadata=x'],
    ['label-reserved --label'],
  ],
  [
    'a --target without an architecture',
    component('main'),
    [...MAIN, '--target', 'linux'],
    ['E_USAGE --target linux: no architecture'],
  ],
  [
    'two mistakes in files and one in a flag',
    main('[buildpack]\n'),
    [...MAIN, '--label', 'io.buildpacks.buildpack.layers=x'],
    ['label-reserved --label', 'id-missing main/buildpack.toml:2', 'version-missing main/buildpack.toml:2'],
  ],
]

test.each(REFUSED)('%s is refused', async (_, files, args, said) => {
  const cwd = directoryOf(files)
  const before = snapshot(cwd)
  const { status, stdout, stderr } = await packaged(cwd, files, args)
  expect([2, 3], stderr).toContain(status)
  const all = refusedFor(stdout)
  expect(all.map(shown)).toEqual(said)
  for (const { code, fix } of all) expect(fix, code).toMatch(/./)
  expect(snapshot(cwd)).toBe(before)
})

const TAKEN: readonly Row[] = [
  ['a component without stacks and targets', component('main'), MAIN, []],
  [
    'an id with other characters',
    main('[buildpack]\nid = "a_b"\nversion = "1.0.0"\n'),
    MAIN,
    ['id-charset main/buildpack.toml:3'],
  ],
  [
    'a version that is not X.Y.Z',
    main('[buildpack]\nid = "a/b"\nversion = "1"\n'),
    MAIN,
    ['version-format main/buildpack.toml:4'],
  ],
  [
    '* with mixins',
    main(`[buildpack]\nid = "a/b"\nversion = "1.0.0"\n[[stacks]]\nid = "*"\nmixins = ["x"]\n`),
    MAIN,
    ['stack-wildcard-mixins main/buildpack.toml:7'],
  ],
  ['a stack twice', component('main', stacks('s', 's')), MAIN, []],
  [
    'formats of bills of materials that nobody knows',
    main('[buildpack]\nid = "a/b"\nversion = "1.0.0"\nsbom-formats = ["text/plain"]\n'),
    MAIN,
    [],
  ],
  [
    'an unknown key in a descriptor',
    component('main', '[extra]\n'),
    MAIN,
    ['toml-unknown-key-descriptor main/buildpack.toml:5'],
  ],
  ['a file that is not called .cnb', component('main'), [...MAIN, '--to', 'oci-archive:x.tar'], []],
  [
    '--append-image-name-suffix without --publish',
    component('main'),
    [...MAIN, '--format', 'image', '--to', 'oci:layout', '--append-image-name-suffix'],
    ['suffix-without-publish --append-image-name-suffix'],
  ],
  ['--flatten, without experiments', component('main'), [...MAIN, '--flatten'], ['package-flatten --flatten']],
  [
    '--flatten with --experimental',
    component('main'),
    [...MAIN, '--flatten', '--experimental'],
    ['package-flatten --flatten'],
  ],
  [
    '--flatten-exclude without --flatten, whatever it says',
    component('main'),
    [...MAIN, '--flatten-exclude', 'a'],
    ['flatten-exclude-alone --flatten-exclude'],
  ],
  ['--publish of a file', component('main'), [...MAIN, '--publish'], ['package-file-publish --publish']],
  ['--tag of a file', component('main'), [...MAIN, '--tag', 'a/b:c,a/d'], ['package-file-tag --tag']],
  [
    '--tag of a layout, which does not keep it',
    component('main'),
    [...MAIN, '--format', 'image', '--to', 'oci:layout', '--tag', 'a/b'],
    ['tag-nowhere --tag'],
  ],
  [
    '--tag of an archive, which keeps it',
    component('main'),
    [...MAIN, '--format', 'image', '--to', 'oci:layout', '--to', 'oci-archive:x.tar', '--tag', 'a/b'],
    [],
  ],
  [
    '--tag of a file that is called like a package, which keeps no name',
    component('main'),
    [...MAIN, '--format', 'image', '--to', 'x.cnb', '--tag', 'a/b,a/c'],
    ['tag-nowhere --tag'],
  ],
  [
    '--tag of a file and an archive',
    component('main'),
    [...MAIN, '--tag', 'a/b', '--to', 'docker-archive:a'],
    ['package-file-tag --tag'],
  ],
  [
    '--flatten-exclude of what is not in the package',
    component('main'),
    [...MAIN, '--flatten', '--flatten-exclude', 'a@1,main@1.0.0'],
    ['package-flatten --flatten', 'flatten-exclude-unknown --flatten-exclude'],
  ],
  [
    'a dependency of an extension',
    {
      ...extension('[extension]\nid = "a"\nversion = "1.0.0"\n'),
      'package.toml': '[extension]\nuri = "main"\n[[dependencies]]\nuri = "b"\n',
    },
    CONFIG,
    ['package-extension-deps package.toml:3'],
  ],
  [
    'package.toml of a buildpack and of an extension, by the one that packages buildpacks',
    configured('[buildpack]\nuri = "main"\n[extension]\nuri = "other"\n'),
    CONFIG,
    ['package-both-kinds package.toml:4'],
  ],
  [
    'package.toml of a buildpack and of an extension, by the one that packages extensions',
    {
      ...extension('[extension]\nid = "a"\nversion = "1.0.0"\n'),
      'package.toml': '[buildpack]\nuri = "other"\n[extension]\nuri = "main"\n',
    },
    CONFIG,
    ['package-both-kinds package.toml:2'],
  ],
  [
    'a composite of composites, whose components come last',
    { ...composite(group(entry('a')), 'a', 'b'), ...component('a', group(entry('b'))), ...component('b') },
    CONFIG,
    [],
  ],
]

test.each(TAKEN)('%s is taken, as pack takes it', async (_, files, args, said) => {
  const cwd = directoryOf(files)
  const { status, stdout, stderr } = await packaged(cwd, files, args)
  expect(status, stderr).toBe(0)
  const { warnings } = JSON.parse(stdout) as { warnings: readonly Problem[] }
  expect(warnings.map(shown)).toEqual(said)
})

/** What a package is made of all the same, and what somebody who asks for advice is told of it. */
const ADVISED: readonly (readonly [string, Files, string])[] = [
  ['a stack twice', component('main', stacks('s', 's')), 'stack-duplicate main/buildpack.toml:8'],
  [
    'formats of bills of materials that nobody knows',
    main('[buildpack]\nid = "a/b"\nversion = "1.0.0"\nsbom-formats = ["text/plain"]\n'),
    'sbom-format-invalid main/buildpack.toml:5',
  ],
]

test.each(ADVISED)('%s is what check warns of', async (_, files, said) => {
  const { stdout } = await trowelHere(['check', 'main/buildpack.toml', '--json', '--offline'], {
    cwd: directoryOf(files),
  })
  const { findings } = JSON.parse(stdout) as { findings: readonly Problem[] }
  expect(findings.map(shown)).toContain(said)
})

test.each<readonly [string, Files, string]>([
  ['is not there', {}, 'toml-path-missing'],
  ['has no descriptor', { 'main/README': '' }, 'descriptor-missing'],
  ['is no archive', { main: 'text' }, 'E_NOT_TAR'],
])('of a source that %s nothing else is said, not even that it names no architecture', async (_, files, code) => {
  const cwd = directoryOf(files)
  const words = ['buildpack', 'package', 'out.cnb', '--format', 'file', ...MAIN, '--no-cache', '--offline', '--json']
  const { stdout } = await trowelHere(words, { cwd, env: { HOME: cwd } })
  expect(refusedFor(stdout).map((one) => one.code)).toEqual([code])
})

const TARGET_OF_NONE = '[[targets]]\nos = "linux"\narch = "amd65"\n'

test.each<readonly [string, Files, readonly string[], string]>([
  [
    'an architecture of no image',
    component('main', TARGET_OF_NONE),
    MAIN,
    'target-unknown-identifier main/buildpack.toml:7',
  ],
  [
    'an architecture of no image, for a composite',
    {
      ...component('main', group(entry('a'))),
      ...component('a'),
      'package.toml': `[buildpack]\nuri = "main"\n[[dependencies]]\nuri = "a"\n${TARGET_OF_NONE}`,
    },
    CONFIG,
    'target-unknown-identifier package.toml:5',
  ],
  [
    'an API of no lifecycle',
    {
      ...component('main'),
      'main/buildpack.toml':
        'api = "9.10"\n[buildpack]\nid = "a"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\narch = "amd64"\n',
    },
    MAIN,
    'api-unsupported main/buildpack.toml:1',
  ],
])('%s is warned about, once, by package and by check', async (_, files, args, said) => {
  const cwd = directoryOf(files)
  const words = ['buildpack', 'package', 'out.cnb', '--format', 'file', ...args, '--no-cache', '--offline', '--json']
  const { status, stdout, stderr } = await trowelHere(words, { cwd, env: { HOME: cwd } })
  expect(status, stderr).toBe(0)
  expect((JSON.parse(stdout) as { warnings: readonly Problem[] }).warnings.map(shown)).toEqual([said])
  if (args === MAIN) writeFiles(cwd, { 'package.toml': '[buildpack]\nuri = "main"\n' })
  const checked = await trowelHere(['check', 'package.toml', '--json', '--offline'], { cwd, env: { HOME: cwd } })
  const { findings } = JSON.parse(checked.stdout) as { findings: readonly Problem[] }
  expect(findings.map(shown).filter((one) => one === said)).toHaveLength(1)
})
