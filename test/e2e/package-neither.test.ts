import { randomBytes } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { compositeOf, packageComposite } from '../support/dependency.js'
import { makeLayout, makePackage, moduleTar, sha256, tarOf, tarOfEntries, type TestLayout } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { snapshot } from '../support/snapshot.js'
import { writeFiles } from '../support/workspace.js'

/** What may lie where package.toml names a dependency, and is neither a buildpack nor a package of one. */

const registry = await startRegistry()
afterAll(() => registry.close())

/** Puts it at `path`. */
type Put = (path: string) => unknown

const file =
  (content: string | Uint8Array): Put =>
  (path) =>
    writeFileSync(path, content)

const EXTENSION = 'api = "0.10"\n[extension]\nid = "acme/x"\nversion = "1.0.0"\n'
const SAVED_TAR = tarOf('a', '1')
const SAVED_CONFIG = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  config: { Labels: {} },
  rootfs: { type: 'layers', diff_ids: [sha256(SAVED_TAR)] },
})
const SAVED_NAME = `${sha256(Buffer.from(SAVED_CONFIG)).slice('sha256:'.length)}.json`

/** What docker save makes of an application. */
const SAVED = tarOfEntries([
  { name: SAVED_NAME, content: SAVED_CONFIG },
  { name: '1/layer.tar', content: SAVED_TAR },
  { name: 'manifest.json', content: JSON.stringify([{ Config: SAVED_NAME, RepoTags: null, Layers: ['1/layer.tar'] }]) },
])

const extensionPackage = (directory: string): TestLayout => {
  const tar = tarOf('/cnb/extensions/acme_x/1.0.0/extension.toml', EXTENSION)
  return makeLayout(directory, {
    tars: [tar],
    labels: {
      'io.buildpacks.buildpackage.metadata': '{"id":"acme/x","version":"1.0.0","stacks":null}',
      'io.buildpacks.extension.layers': JSON.stringify({
        'acme/x': { '1.0.0': { api: '0.10', layerDiffID: sha256(tar) } },
      }),
    },
  })
}

const asFile =
  (make: (directory: string) => TestLayout): Put =>
  (path) =>
    writeFileSync(path, tarOfEntries(make(`${path}-layout`).tarEntries()))

const app = (directory: string): TestLayout => makeLayout(directory)
const builder = (directory: string): TestLayout =>
  makeLayout(directory, { labels: { 'io.buildpacks.builder.metadata': '{}' } })

const NOT_TAR = (what: string): RegExp =>
  new RegExp(`^error\\[E_NOT_TAR\\] x: this is no tar archive but ${what}\n {2}at package\\.toml:4:7\n {2}fix: `, 'm')
const NO_DESCRIPTOR = (hint: string): RegExp =>
  new RegExp(
    `^error\\[descriptor-missing\\] the buildpack x has no buildpack\\.toml at its root\n {2}at package\\.toml:4:7\n(?: .*\n)*? {2}fix: ${hint}`,
    'm',
  )
const NO_LABEL = (hint: string): RegExp =>
  new RegExp(
    `^error\\[E_LABEL\\] \\S+ has no label io\\.buildpacks\\.\\S+, so it is no buildpack package\n {2}at package\\.toml:4:7\n(?: .*\n)*? {2}fix: ${hint}`,
    'm',
  )

const EXTENSIONS_GO = 'it has extension\\.toml: extensions go under'
const PACKAGED_EXTENSIONS_GO = 'it is a package with extensions: extensions go under'
const MAKE_PACKAGE = 'name an image that buildpack package made'

const NEITHER: readonly (readonly [string, Put, RegExp])[] = [
  ['a text', file('hello\n'), NOT_TAR('text')],
  ['a long text', file('hello\n'.repeat(1000)), NOT_TAR('text')],
  ['an empty file', file(''), NOT_TAR('an empty file')],
  ['a file of zeros', file(Buffer.alloc(10_240)), NOT_TAR('nothing but zeros')],
  ['garbage', file(Buffer.concat([Buffer.of(0, 1), randomBytes(2000)])), NOT_TAR('no format that we know')],
  ['an HTML page', file(`<!doctype html><html>${'x'.repeat(1000)}`), NOT_TAR('an HTML page')],
  [
    'a Git LFS pointer',
    file('version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n'),
    NOT_TAR('a Git LFS pointer'),
  ],
  ['a package.toml', file('[buildpack]\nuri = "."\n'), NOT_TAR('text')],
  [
    'a zip',
    file(`PK\u0003\u0004${'x'.repeat(1000)}`),
    /^error\[E_COMPRESSION\] x is a zip archive.*\n {2}at package\.toml:4:7\n {2}fix: make it again with tar/m,
  ],
  ['a xz', file(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2])), /^error\[E_COMPRESSION\] x is xz/m],
  [
    'a gzip of garbage',
    file(gzipSync(Buffer.concat([Buffer.of(0, 1), randomBytes(2000)]))),
    NOT_TAR('no format that we know'),
  ],
  ['a gzip of nothing', file(gzipSync('')), NOT_TAR('an empty file')],
  [
    'a gzip that is cut off',
    file(gzipSync(moduleTar()).subarray(0, 60)),
    /^error\[E_GZIP\] x: .*\n {2}at package\.toml:4:7\n {2}fix: /m,
  ],
  [
    'a gzip in a gzip',
    file(gzipSync(gzipSync(moduleTar()))),
    /^error\[E_GZIP_NESTED\] x .*\n {2}at package\.toml:4:7\n {2}fix: decompress/m,
  ],
  ['a tar of something else', file(tarOf('README', 'hi')), NO_DESCRIPTOR('name the folder or archive')],
  ['the layer of a package', file(moduleTar()), NO_DESCRIPTOR('name the folder or archive')],
  [
    'a folder of something else',
    (path) => writeFiles(path, { README: 'hi' }),
    NO_DESCRIPTOR('name the folder or archive'),
  ],
  [
    'a folder around a buildpack',
    (path) => writeFiles(path, { 'in/buildpack.toml': '' }),
    NO_DESCRIPTOR('found in/buildpack\\.toml; did you mean the folder in'),
  ],
  [
    'an OCI layout without its file oci-layout',
    (path) => execFileSync('rm', [makePackage(path).path('oci-layout')]),
    NO_DESCRIPTOR('it looks like an OCI image layout'),
  ],
  [
    'an extension in a directory',
    (path) => writeFiles(path, { 'extension.toml': EXTENSION }),
    NO_DESCRIPTOR(EXTENSIONS_GO),
  ],
  ['an extension in a tar', file(tarOf('extension.toml', EXTENSION)), NO_DESCRIPTOR(EXTENSIONS_GO)],
  ['a package of an extension', extensionPackage, NO_LABEL(PACKAGED_EXTENSIONS_GO)],
  ['a package of an extension in a file', asFile(extensionPackage), NO_LABEL(PACKAGED_EXTENSIONS_GO)],
  ['an application', app, NO_LABEL(MAKE_PACKAGE)],
  ['an application in a file', asFile(app), NO_LABEL(MAKE_PACKAGE)],
  ['an application that docker saved', file(SAVED), NO_LABEL(MAKE_PACKAGE)],
  ['a builder', builder, NO_LABEL('it is a builder: name the packages that it was made of')],
  [
    'a link to nothing',
    (path) => symlinkSync('gone', path),
    /^error\[package-dep-scheme\] the buildpack x is no locator.*\n {2}at package\.toml:4:7\n(?: .*\n)*? {2}fix: /m,
  ],
  [
    'a fifo',
    (path) => execFileSync('mkfifo', [path]),
    /^error\[source-kind\] the buildpack x is a fifo\n {2}at package\.toml:4:7\n(?: .*\n)*? {2}fix: name a directory or an archive/m,
  ],
]

test.each(NEITHER)('%s is no dependency', async (_, put, said) => {
  const cwd = compositeOf('x')
  put(join(cwd, 'x'))
  const before = snapshot(cwd)
  const { status, stderr } = await packageComposite(cwd, '--offline')
  expect([2, 3], stderr).toContain(status)
  expect(stderr).toMatch(said)
  expect(snapshot(cwd)).toBe(before)
})

const IMAGES: readonly (readonly [string, (directory: string) => TestLayout, RegExp])[] = [
  ['an application', app, NO_LABEL(MAKE_PACKAGE)],
  ['a builder', builder, NO_LABEL('it is a builder')],
  ['a package of an extension', extensionPackage, NO_LABEL(PACKAGED_EXTENSIONS_GO)],
]

test.each(IMAGES)('%s in a registry is no dependency', async (name, make, said) => {
  const repository = `acme/${name.replaceAll(' ', '-')}`
  const cwd = compositeOf(`docker://${registry.host}/${repository}`)
  mkdirSync(join(cwd, 'home'))
  await pushLayout(registry, make(join(cwd, 'layout')).directory, `${repository}:latest`)
  const { status, stderr } = await packageComposite(cwd)
  expect({ status, stderr }).toMatchObject({ status: 3 })
  expect(stderr).toMatch(said)
})
