import { expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import type { ExampleImages, ProjectFiles } from '#src/rules/examples/example.js'
import { builderToml, buildpackToml, BUILD, RUN, SOUND_IMAGE } from '#src/rules/examples/project.js'
import { checkProject, makeProject } from '../support/example-project.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'

/** What RFC 0031 asks of stacks, mixins and base images, row by row; and the release of a base image that something needs. */

const VENDOR = 'org.cloudfoundry.stacks.cfbionicstack'
const BIONIC = 'io.buildpacks.stacks.bionic'
/** While both stacks were alive. */
const THEN = '2021-01-01'

interface Checked {
  readonly files?: ProjectFiles
  readonly images?: ExampleImages
  readonly asOf?: string
  readonly profile?: string
}

function check({ files = {}, images = {}, asOf = THEN, profile = 'pack' }: Checked): Promise<Diagnostic[]> {
  const example = {
    failing: files,
    fixed: {},
    at: ['builder.toml'],
    images,
    asOf,
    flags: ['--profile', profile],
  } as const
  return checkProject(makeProject(example, 'failing'), example)
}

async function rulesOf(checked: Checked): Promise<string[]> {
  return (await check(checked)).map(({ rule, severity }) => `${severity} ${rule}`)
}

/** Both images with a stack and its mixins, of a day on which they were new. */
function imagesOf(id: string, mixins: { build: readonly string[]; run: readonly string[] }): ExampleImages {
  const labels = (names: readonly string[]) => ({
    ...SOUND_IMAGE.labels,
    'io.buildpacks.base.distro.version': '18.04',
    'io.buildpacks.base.released': '2020-12-20',
    'io.buildpacks.stack.id': id,
    'io.buildpacks.stack.mixins': JSON.stringify(names),
  })
  return { [BUILD]: { labels: labels(mixins.build) }, [RUN]: { user: '1001:1000', labels: labels(mixins.run) } }
}

/** acme/java with stacks, beside the targets that replace them. */
function java(id: string, mixins: readonly string[] = []): ProjectFiles {
  const stacks = `\n[[stacks]]\nid = "${id}"\nmixins = ${JSON.stringify(mixins)}\n`
  return { 'java/buildpack.toml': buildpackToml(stacks) }
}

/** The same with stacks and without targets. */
function javaOfOld(id: string): ProjectFiles {
  const toml = buildpackToml(`\n[[stacks]]\nid = "${id}"\n`)
  return { 'java/buildpack.toml': toml.replace('[[targets]]\nos = "linux"\narch = "amd64"\n', '') }
}

const BEFORE = imagesOf(VENDOR, { build: [], run: [] })
const AFTER = imagesOf(BIONIC, { build: ['build:build-essential', 'git'], run: ['git'] })

async function leftOut(id: string): Promise<string> {
  const { stdout, stderr } = await trowelHere(['explain', id], { cwd: temporaryDirectory() })
  return stdout + stderr
}

test('2-1: a vendor stack keeps its label for older platforms while its buildpacks move on to targets', async () => {
  expect(await rulesOf({ files: javaOfOld(VENDOR), images: BEFORE })).toEqual(['info stack-deprecated'])
  const moved = { files: { 'java/buildpack.toml': buildpackToml() }, images: BEFORE }
  for (const profile of ['pack', 'strict-spec', 'kpack']) expect(await rulesOf({ ...moved, profile })).toEqual([])
})

test('2-2: which packages a bionic image has no label tells, and explain says that this is left out', async () => {
  const said = await leftOut('base-bionic-packages')
  expect(said).toContain('base-bionic-packages')
  expect(said).toContain('no label or config holds one')
})

test('2-3: the repositories of apt are left out by name, as they are written in layers', async () => {
  expect(await leftOut('base-apt-sources')).toContain('is written in its layers')
})

test.each(['curl=7.58', 'libc6:amd64', 'build:libssl1.1=1.1.1', 'Git'])(
  '2-4: on bionic a mixin is the name of a package without version or architecture, and not %s',
  async (mixin) => {
    const found = await check({ files: java(BIONIC, [mixin]), images: AFTER })
    expect(found.filter(({ rule }) => rule === 'mixin-bionic-name').map(({ value }) => value)).toEqual([mixin])
    expect(found.map(({ rule }) => rule)).not.toContain('mixin-stage-invalid')
  },
)

test.each(['build:build-essential', 'git', 'libmagickwand-6.q16-3', 'g++', 'run:libssl1.1'])(
  '2-4: %s is the name of a package',
  async (mixin) => {
    const found = await check({ files: java(BIONIC, [mixin]), images: AFTER })
    expect(found.map(({ rule }) => rule)).not.toContain('mixin-bionic-name')
  },
)

test('2-5: a set of mixins is one that the project has defined, and a missing one is told with what it stands for', async () => {
  const known = await check({ files: java(BIONIC, ['build:set=shell-utils']), images: AFTER })
  expect(known.map(({ rule }) => rule)).not.toContain('mixin-set-unknown')
  const missing = known.find(({ rule }) => rule === 'mixin-never-provided')
  expect(missing?.notes?.join()).toContain('build:curl, build:jq')
  const unknown = await check({ files: java(BIONIC, ['build:set=my-tools']), images: AFTER })
  expect(unknown.map(({ rule }) => rule)).toContain('mixin-set-unknown')
})

test('2-6: the example of RFC 0031 passes before and after, by the specification and for pack', async () => {
  const after = java(BIONIC, ['build:build-essential', 'git'])
  for (const profile of ['pack', 'strict-spec']) {
    expect(await rulesOf({ files: java(VENDOR), images: BEFORE, profile })).toEqual([])
    expect(await rulesOf({ files: after, images: AFTER, profile })).toEqual(['info mixin-not-enforced'])
  }
})

test('2-6: the new buildpack does not run on the old images, nor the old one on the new', async () => {
  const after = java(BIONIC, ['build:build-essential', 'git'])
  expect(await rulesOf({ files: after, images: BEFORE })).toContain('error stack-unsupported')
  expect(await rulesOf({ files: java(VENDOR), images: AFTER })).toContain('error stack-unsupported')
})

test('2-6: where the two contracts part, both verdicts are told', async () => {
  const found = await check({ files: java(BIONIC, ['build:git']), images: AFTER })
  expect(found.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['mixin-missing-build', 'mixin-contract-divergence']),
  )
})

test('2-7: mixins that the images list and no buildpack asks for are told once', async () => {
  const found = await check({ files: java(BIONIC, ['git']), images: AFTER })
  const unused = found.filter(({ rule }) => rule === 'mixin-unused')
  expect(unused.map(({ message }) => message)).toEqual([expect.stringContaining('build-essential')])
})

test.each([
  ['2023-05-31', []],
  ['2023-06-01', ['warning stack-eol', 'warning stack-eol']],
])('2-8: on %s a stack without updates is told of the images and of the buildpack: %j', async (asOf, expected) => {
  const files = { 'java/buildpack.toml': javaOfOld(BIONIC)['java/buildpack.toml'] ?? null }
  const found = await rulesOf({ files, images: AFTER, asOf })
  expect(found.filter((line) => line.endsWith('stack-eol'))).toEqual(expected)
})

test('2-9: packages of an image that are no mixins are left out by name', async () => {
  expect(await leftOut('mixin-unclaimed')).toContain('no label or config holds one')
})

test('2-10: the short form of a stack with a set is refused, with what to write instead', async () => {
  const found = await check({ files: java(`${BIONIC}#shell-utils`), images: AFTER })
  expect(found.find(({ rule }) => rule === 'stack-id-charset')).toMatchObject({
    severity: 'error',
    fix: `write id = "${BIONIC}" and mixins = ["set=shell-utils"]`,
  })
})

function wanting(releasedSince: string, image = 'registry.example/base/run'): ProjectFiles {
  const reason = 'the fix of acme/java 1.0.0 needs its libssl'
  return {
    'trowel.toml': `[[check.base]]\nimage = "${image}"\nreleased-since = "${releasedSince}"\nreason = "${reason}"\n`,
  }
}

function released(label: string | undefined): ExampleImages {
  const { 'io.buildpacks.base.released': _, ...labels } = SOUND_IMAGE.labels
  const own = label === undefined ? labels : { ...labels, 'io.buildpacks.base.released': label }
  return { [RUN]: { user: '1001:1000', labels: own } }
}

test('0-9: an older base image than something needs is refused, and both sides are named', async () => {
  const images = released('2026-09-30')
  const [finding] = await check({ files: wanting('2026-10-01'), images, asOf: '2026-11-01' })
  expect(finding).toMatchObject({
    rule: 'base-older-than-required',
    severity: 'error',
    place: { file: 'builder.toml' },
  })
  expect(finding?.message).toBe(`run image ${RUN} was released 2026-09-30, but 2026-10-01 or later is wanted`)
  expect(finding?.notes).toEqual(['trowel.toml:1 wants it: the fix of acme/java 1.0.0 needs its libssl'])
})

test.each([
  ['the day itself', '2026-10-01'],
  ['a day with a time', '2026-10-02T08:00:00Z'],
])('0-9: a base image of %s will do', async (_, label) => {
  expect(await rulesOf({ files: wanting('2026-10-01'), images: released(label), asOf: '2026-11-01' })).toEqual([])
})

test.each([
  ['does not say when', undefined],
  ['says it in words', 'last week'],
])('0-9: a base image that %s it was released is refused', async (_, label) => {
  const found = await check({ files: wanting('2026-10-01'), images: released(label), asOf: '2026-11-01' })
  expect(found.map(({ rule }) => rule)).toContain('base-older-than-required')
})

test.each([
  ['registry.example/base/other', 0],
  ['registry.example/base/run:2', 0],
  [RUN, 1],
  ['registry.example/base/build', 0],
])('0-9: what is wanted of %s counts for that image only', async (image, count) => {
  const found = await check({ files: wanting('2026-10-01', image), images: released('2026-09-30'), asOf: '2026-11-01' })
  expect(found.filter(({ rule }) => rule === 'base-older-than-required')).toHaveLength(count)
})

test('0-9: a constraint that cannot be understood is told where it stands', async () => {
  const project = { 'builder.toml': builderToml(), ...wanting('autumn') }
  await expect(check({ files: project, asOf: '2026-11-01' })).rejects.toThrow('autumn')
})
