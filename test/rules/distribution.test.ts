import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CATALOGUE } from '#src/rules/catalogue.js'
import { DIST_ROWS } from '#src/rules/distribution/rows.js'
import { temporaryDirectory } from '../support/directories.js'
import { createGolden, goldenCases, goldenReplacements, materialiseGolden } from '../support/golden.js'
import { OCI, sha256, tarOfEntries, TestLayout } from '../support/layout.js'
import { makeQuickstart } from '../support/quickstart.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { entry, pax } from '../support/tar-bytes.js'
import { CASES, type Case } from './distribution/cases.js'
import { Artifact, checkImage, GOLDEN_INPUTS, makeSound, rowsIn, type Found, type Kind } from './distribution/sound.js'

/** Made once: nobody writes to it. */
let sound: string
beforeAll(async () => {
  sound = mkdtempSync(join(tmpdir(), 'trowel-distribution-'))
  await makeSound(sound)
})
afterAll(() => rmSync(sound, { recursive: true, force: true }))

const COUNTS = { PKG: 21, EXT: 4, BLD: 25, LIF: 8, BI: 14, RI: 11, DSC: 9 }

test('the checklist has 92 rows, each once', () => {
  const ids = Object.entries(COUNTS).flatMap(([family, count]) =>
    Array.from({ length: count }, (_, index) => `DIST-${family}-${String(index + 1).padStart(2, '0')}`),
  )
  expect(ids).toHaveLength(92)
  expect(DIST_ROWS.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
})

describe('what trowel makes, and sound images around it', () => {
  const KINDS: readonly (readonly [Kind, readonly string[]])[] = [
    // Annotations are for who publishes: pack has no way to set them, and trowel none either.
    ['package', ['DIST-PKG-20']],
    // It is for any architecture, as no target is named.
    ['extension', ['DIST-PKG-18', 'DIST-PKG-20']],
    ['builder', []],
    ['lifecycle', []],
    ['build', []],
    ['run', []],
  ]
  test.each(KINDS)('%s fails no row, but for those that are named here', async (kind, rows) => {
    const found = await checkImage(`oci:${kind}`, sound, ['--deep'])
    expect(rowsIn(found)).toEqual(rows)
    expect(errorsIn(found)).toEqual([])
  })

  test.each(KINDS)('%s satisfies drafts too', async (kind, rows) => {
    expect(rowsIn(await checkImage(`oci:${kind}`, sound, ['--deep', '--profile', 'strict-spec']))).toEqual(rows)
  })

  test('the builder of the quickstart has no error', async () => {
    const directory = temporaryDirectory()
    makeQuickstart(join(directory, 'quickstart'))
    const found = await checkImage(`oci:${join(directory, 'quickstart')}:latest`, sound, ['--deep'])
    expect(errorsIn(found)).toEqual([])
  })
})

function errorsIn({ findings }: Found): string[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)
}

/** What is said of an edited artifact that is not said of the sound one. */
async function newRows({ of, edit, run, flags = [] }: Case): Promise<string[]> {
  const artifact = new Artifact(sound, of)
  edit(artifact)
  const before = rowsIn(await checkImage(`oci:${of}`, sound, flags))
  const after = rowsIn(await checkImage(artifact.name, run === undefined ? sound : withRun(run), flags))
  return after.filter((id) => !before.includes(id))
}

/** The folder with another run image in it. */
function withRun(edit: (artifact: Artifact) => unknown): string {
  const directory = temporaryDirectory()
  const artifact = new Artifact(sound, 'run')
  edit(artifact)
  cpSync(artifact.layout.directory, join(directory, 'run'), { recursive: true })
  return directory
}

const CASED = DIST_ROWS.flatMap(({ id, summary }) =>
  (CASES[id] ?? []).map((one, index) => ({ id, summary, one, index })),
)

describe('a row is said of what fails it, and of nothing else', () => {
  test.each(CASED)('$id $summary ($index)', async ({ id, one }) => {
    expect((await newRows(one)).toSorted()).toEqual([id, ...(one.also ?? [])].toSorted())
  })
})

const OTHERS = DIST_ROWS.filter(({ id }) => CASES[id] === undefined)

describe('a row that no image alone can fail says who says it, or why nobody does', () => {
  test.each(OTHERS)('$id $summary', ({ id, judged }) => {
    for (const one of judged) {
      if (one.by === 'rules') expect(one.ids.filter((rule) => !CATALOGUE.has(rule))).toEqual([])
      if (one.by === 'rows') expect(DIST_ROWS.filter((row) => one.ids.test(row.id)).length).toBeGreaterThan(10)
      if (one.by === 'nobody' || one.by === 'reading') expect(one.why).toMatch(/^.{20,}[^.]$/)
    }
    expect(judged.map(({ by }) => by)).toEqual(WITHOUT_CASE[id])
  })

  const WITHOUT_CASE: Readonly<Record<string, readonly string[]>> = {
    'DIST-PKG-01': ['reading'],
    'DIST-PKG-02': ['image'],
    'DIST-PKG-03': ['image'],
    'DIST-PKG-20': ['rules'],
    'DIST-PKG-21': ['nobody'],
    'DIST-BLD-02': ['nobody'],
    'DIST-BLD-03': ['rows'],
    'DIST-LIF-01': ['reading'],
    'DIST-LIF-08': ['nobody'],
    'DIST-BI-11': ['nobody'],
    'DIST-RI-08': ['nobody'],
    ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`DIST-DSC-0${index + 1}`, ['rules']])),
    'DIST-DSC-02': ['rules', 'nobody'],
  }
})

describe('rows about where an image lies', () => {
  function archived(name: string, wrap: (tar: Uint8Array) => Uint8Array = (tar) => tar): string {
    const file = join(temporaryDirectory(), name)
    writeFileSync(file, wrap(tarOfEntries(TestLayout.open(join(sound, 'package')).tarEntries())))
    return `oci-archive:${file}`
  }

  test('DIST-PKG-01 what is no image is no package: its check ends with an error', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'empty'))
    writeFileSync(join(directory, 'empty/oci-layout'), '{}')
    const found = await checkImage(`oci:${join(directory, 'empty')}`, sound)
    expect(errorsIn(found)).toHaveLength(1)
  })

  test('DIST-PKG-02 a .cnb file is not compressed', async () => {
    expect(rowsIn(await checkImage(archived('java.cnb'), sound))).not.toContain('DIST-PKG-02')
    expect(rowsIn(await checkImage(archived('java.cnb', gzipSync), sound))).toContain('DIST-PKG-02')
  })

  test('DIST-PKG-03 the name of a package file ends in .cnb', async () => {
    expect(rowsIn(await checkImage(archived('java.cnb'), sound))).not.toContain('DIST-PKG-03')
    expect(rowsIn(await checkImage(archived('java.tar'), sound))).toContain('DIST-PKG-03')
  })
})

describe('what pack published is not called wrong', () => {
  const PACKAGES = readdirSync(join(GOLDEN_INPUTS, 'packages'))
  test.each(PACKAGES)('package %s', async (name) => {
    expect(errorsIn(await checkImage(`oci:${join(GOLDEN_INPUTS, 'packages', name)}`, sound, ['--deep']))).toEqual([])
  })

  test.each(['builder', 'build', 'run', 'run-stack', 'build-stack', 'lifecycle-image'])('image %s', async (name) => {
    expect(errorsIn(await checkImage(`oci:${join(GOLDEN_INPUTS, 'bases', name)}`, sound, ['--deep']))).toEqual([])
  })

  const CASES_OF_PACK = ['extensions', 'flatten', 'lifecycle-image', 'stack-mirrors', 'system', 'targets-toml']
  test.each(CASES_OF_PACK)('builder %s, which is as pack makes it', async (name) => {
    const workspace = materialiseGolden()
    onTestFinished(() => workspace.remove())
    const output = join(workspace.path, 'out')
    const [golden] = goldenCases(new RegExp(`^builder-${name}$`))
    expect(await createGolden(golden!, { workspace: workspace.path, output })).toMatchObject({ status: 0 })
    const found = await checkImage(`oci:${output}`, sound, ['--deep', ...goldenReplacements()])
    expect(errorsIn(found)).toEqual([])
  })

  test('only drafts find something in them', async () => {
    const flags = ['--deep', '--profile', 'strict-spec']
    const found = await checkImage(`oci:${join(GOLDEN_INPUTS, 'bases/builder')}`, sound, flags)
    const rows = new Map(DIST_ROWS.map((row) => [row.id, row]))
    const missed = rowsIn(found).filter((id) => rows.get(id)?.authority.some((one) => one === 'D' || one === 'L'))
    expect(missed).toEqual(['DIST-BLD-15', 'DIST-BLD-16', 'DIST-BLD-18'])
  })
})

describe('layers', () => {
  test('are read only when they are to be: without --deep their rows are named', async () => {
    const { findings, notEvaluated } = await checkImage('oci:builder', sound)
    const [entry] = notEvaluated.filter(({ reason }) => reason.includes('--deep'))
    expect(entry?.rules).toContain('artifact-label-file-drift')
    expect(entry?.rules).toContain('DIST-BLD-04')
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('that are not what their digests say are an error', async () => {
    const artifact = new Artifact(sound, 'builder')
    const layers = artifact.layout.manifest().layers as { digest: string }[]
    artifact.layout.damage(layers[1]?.digest ?? '', (bytes) =>
      Buffer.from(bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte))),
    )
    const { findings, notEvaluated } = await checkImage(artifact.name, sound, ['--deep'])
    expect(findings.map(({ code }) => code)).toContain('artifact-layer-digest-mismatch')
    expect(notEvaluated.find(({ rules }) => rules.includes('DIST-BLD-04'))?.reason).toMatch(/^a layer cannot be read/)
  })

  test('may hold what no module may: attributes that grant powers, and devices', async () => {
    const artifact = new Artifact(sound, 'build')
    artifact.layer(
      pax({ 'SCHILY.xattr.security.capability': 'x' }),
      entry({ name: 'usr/bin/ping', mode: 0o755 }, ''),
      entry({ name: 'dev/null', type: '3' }),
    )
    const { findings, notEvaluated } = await checkImage(artifact.name, sound, ['--deep'])
    expect(findings.filter(({ code }) => code !== 'image-history')).toEqual([])
    expect(notEvaluated.flatMap(({ rules }) => rules)).toEqual(['artifact-provenance-missing'])
  })

  test('a label that says something else than its file is an error', async () => {
    const artifact = new Artifact(sound, 'builder')
    artifact.label('io.buildpacks.buildpack.system', (system) => void (system.pre = {}))
    const { findings } = await checkImage(artifact.name, sound, ['--deep'])
    expect(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'artifact-label-file-drift',
    ])
  })
})

describe('what refers to an image', () => {
  const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
  const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(Buffer.from('{}')), size: 2 }
  const provenance = ({ findings }: Found): number =>
    findings.filter(({ code }) => code === 'artifact-provenance-missing').length

  test('is asked of its registry: without any, nobody says how it was made', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const digest = await pushLayout(registry, join(sound, 'package'), 'acme/all:1')
    const name = `${registry.host}/acme/all:1`
    expect(provenance(await checkImage(name, sound))).toBe(1)
    const subject = { mediaType: MANIFEST, digest, size: registry.manifest('acme/all', digest)?.bytes.length }
    const artifactType = 'application/vnd.in-toto+json'
    const referrer = { schemaVersion: 2, mediaType: MANIFEST, artifactType, config: EMPTY, layers: [], subject }
    await registry.putBlob('acme/all', Buffer.from('{}'))
    registry.putManifest('acme/all', Buffer.from(JSON.stringify(referrer)), MANIFEST)
    expect(provenance(await checkImage(name, sound))).toBe(0)
  })

  test('cannot be known of a layout', async () => {
    const { notEvaluated } = await checkImage('oci:package', sound)
    expect(notEvaluated.flatMap(({ rules }) => rules)).toContain('artifact-provenance-missing')
  })
})

describe('an index', () => {
  test('without the platform of a target is said to lack it', async () => {
    const artifact = new Artifact(sound, 'package')
    artifact.label('io.buildpacks.buildpack.layers', (layers) => {
      layers['acme/all']['1.0.0'].targets = [{ os: 'linux', arch: 'arm64' }]
    })
    const [descriptor] = artifact.layout.entries()
    const platform = { os: 'linux', architecture: 'amd64' }
    const manifests = [{ ...descriptor, platform }]
    artifact.layout.setEntries([
      artifact.layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests }),
    ])
    const { findings } = await checkImage(artifact.name, sound)
    expect(findings.find(({ code }) => code === 'artifact-index-platforms')).toMatchObject({ severity: 'warning' })
  })
})
