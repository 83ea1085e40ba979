import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image } from '#src/oci/image.js'
import { archiveSink } from '#src/transports/archive-sink.js'
import { readImageArchive } from '#src/transports/archive.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutSink } from '#src/transports/layout-sink.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { writeTo } from '#src/transports/write-to.js'
import { temporaryDirectory } from '../support/directories.js'
import { anImage, sinkTo } from '../support/engine-client.js'
import { sha256, tarOf } from '../support/layout.js'
import { reference } from '../support/reference.js'
import { dockerClient, ENGINES, peerEngine } from './engines.js'
import { peer } from './peer.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined
const memory = new BlobMemory()

const TARS = [tarOf('etc/first', 'one\n'), tarOf('etc/second', 'two\n'), tarOf('etc/first', 'one\n')]

/** An archive of ours, and the image in it. */
async function written(
  format: 'oci' | 'docker',
  ...names: readonly string[]
): Promise<{ readonly file: string; readonly image: Image }> {
  const image = await anImage({ tars: TARS })
  const file = join(temporaryDirectory(), 'image.tar')
  await writeTo([archiveSink({ file, format, names: names.map(reference), memory, limits })], image)
  return { file, image }
}

/** The image in an archive of theirs, read to its last byte. */
async function readBack(file: string): Promise<Image> {
  const image = await readImageArchive(file, { limits, report })
  if (image.kind !== 'image') throw new Error('not an image')
  await verifyLayers(image, { limits, memory: new BlobMemory() })
  return image
}

function diffIdsOf(image: Image): readonly string[] {
  return image.layers.map(({ diffId }) => diffId)
}

describe('our archives', () => {
  test.for(['oci', 'docker'] as const)('%s: skopeo copies every byte out of it', async (format, context) => {
    const skopeo = peer(context, 'skopeo')
    const { file, image } = await written(format, 'acme/app:1', 'acme/other:2')
    const copy = join(temporaryDirectory(), 'copy')
    skopeo.run(['copy', '--quiet', `oci-archive:${file}:2`, `dir:${copy}`])
    expect(sha256(readFileSync(join(copy, 'manifest.json')))).toBe(image.descriptor.digest)
    for (const { digest } of [image.manifest.config, ...image.manifest.layers]) {
      expect(sha256(readFileSync(join(copy, digest.slice('sha256:'.length))))).toBe(digest)
    }
  })

  test('umoci unpacks the layout in it', async (context) => {
    const umoci = peer(context, 'umoci')
    const tar = peer(context, 'tar')
    if (process.getuid?.() !== 0) context.skip('umoci without root keeps no owners')
    const { file } = await written('oci', 'acme/app:1')
    const parent = temporaryDirectory()
    mkdirSync(join(parent, 'layout'))
    tar.run(['--extract', '--file', file, '--directory', join(parent, 'layout')])
    umoci.run(['unpack', '--image', `${join(parent, 'layout')}:1`, join(parent, 'bundle')])
    const etc = join(parent, 'bundle/rootfs/etc')
    expect(readdirSync(etc).map((name) => readFileSync(join(etc, name), 'utf8'))).toEqual(['one\n', 'two\n'])
  })

  test('D-04: docker loads it, has it under the digest of its config, and runs it', async (context) => {
    const engine = await peerEngine(context, 'dockerd')
    const docker = dockerClient(context, engine)
    await engine.clear()
    const { file, image } = await written('docker', 'acme/app:1', 'registry.test:5000/acme/app:2')
    docker(['load', '--input', file])
    for (const name of ['acme/app:1', 'registry.test:5000/acme/app:2']) {
      expect(docker(['image', 'inspect', '--format', '{{.Id}}', name]).trim()).toBe(image.manifest.config.digest)
    }
    // The image has no program in it: it borrows those of this machine.
    const borrowed = ['/bin', '/lib', '/lib64', '/usr/bin', '/usr/lib'].flatMap((path) => [
      '--volume',
      `${path}:${path}:ro`,
    ])
    const run = [
      'run',
      '--rm',
      '--user=0',
      '--network=none',
      ...borrowed,
      'acme/app:1',
      '/bin/cat',
      '/etc/first',
      '/etc/second',
    ]
    expect(docker(run)).toBe('one\ntwo\n')
  })

  test.for(['oci', 'docker'] as const)('%s: podman loads it', async (format, context) => {
    const engine = await peerEngine(context, 'podman')
    const docker = dockerClient(context, engine)
    await engine.clear()
    const { file, image } = await written(format, 'acme/app:1')
    docker(['load', '--input', file])
    expect(await engine.state()).toContain(image.manifest.config.digest)
  })
})

describe('archives of others', () => {
  test.for(['oci-archive', 'docker-archive'] as const)('%s of skopeo is read', async (format, context) => {
    const skopeo = peer(context, 'skopeo')
    const { file, image } = await written('oci', 'acme/app:1')
    const copy = join(temporaryDirectory(), 'copy.tar')
    skopeo.run(['copy', '--quiet', `oci-archive:${file}:1`, `${format}:${copy}:acme/app:1`])
    const back = await readBack(copy)
    expect(diffIdsOf(back)).toEqual(diffIdsOf(image))
    expect(back.manifest.config.digest).toBe(image.manifest.config.digest)
    if (format === 'oci-archive') expect(back.descriptor.digest).toBe(image.descriptor.digest)
  })

  test('a docker-archive of skopeo becomes a layout that skopeo reads', async (context) => {
    const skopeo = peer(context, 'skopeo')
    const { file } = await written('oci', 'acme/app:1')
    const parent = temporaryDirectory()
    const [saved, directory] = [join(parent, 'saved.tar'), join(parent, 'layout')]
    skopeo.run(['copy', '--quiet', `oci-archive:${file}:1`, `docker-archive:${saved}:acme/app:1`])
    const image = await readBack(saved)
    await writeTo([layoutSink({ directory, tag: '1', memory, limits })], image)
    const seen = JSON.parse(skopeo.run(['inspect', `oci:${directory}:1`])) as { Digest: string; Layers: string[] }
    expect(seen.Digest).toBe(image.descriptor.digest)
    expect(seen.Layers).toEqual(image.layers.map(({ descriptor }) => descriptor.digest))
  })

  test.for(ENGINES)('what docker save makes of %s is read', async (name, context) => {
    const engine = await peerEngine(context, name)
    const docker = dockerClient(context, engine)
    await engine.clear()
    const image = await anImage({ tars: TARS })
    await writeTo([sinkTo(engine.engine, 'acme/app:1')], image)
    const file = join(temporaryDirectory(), 'saved.tar')
    docker(['save', '--output', file, 'acme/app:1'])
    const back = await readBack(file)
    expect(diffIdsOf(back)).toEqual(diffIdsOf(image))
    expect(back.manifest.config.digest).toBe(image.manifest.config.digest)
  })
})
