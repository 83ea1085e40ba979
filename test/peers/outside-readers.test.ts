import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUICKSTART, makeQuickstart, type Made } from '../support/quickstart.js'
import { peer, startRegistry } from './peer.js'

/** Every path that the builder of the quickstart puts on top of its base image, with its mode. */
const ADDED: Readonly<Record<string, number>> = {
  cnb: 0o755,
  'cnb/build-config': 0o755,
  'cnb/build-config/env': 0o755,
  'cnb/build-config/env/BP_GREETING.default': 0o644,
  'cnb/buildpacks': 0o755,
  ...moduleFiles('buildpacks', 'example_greeting/1.0.0', {
    'buildpack.toml': 0o644,
    'bin/build': 0o755,
    'bin/detect': 0o755,
  }),
  ...moduleFiles('buildpacks', 'example_listing/1.2.0', {
    'buildpack.toml': 0o644,
    'bin/build': 0o755,
    'bin/detect': 0o755,
  }),
  ...moduleFiles('buildpacks', 'example_notes/0.3.1', {
    'buildpack.toml': 0o644,
    'bin/build': 0o755,
    'bin/detect': 0o755,
  }),
  ...moduleFiles('buildpacks', 'example_website/2.0.0', { 'buildpack.toml': 0o644 }),
  'cnb/extensions': 0o755,
  ...moduleFiles('extensions', 'example_tools/0.1.0', {
    'extension.toml': 0o644,
    'bin/detect': 0o755,
    'bin/generate': 0o755,
  }),
  'cnb/lifecycle': 0o755,
  ...Object.fromEntries(
    ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'extender', 'launcher', 'rebaser', 'restorer'].map(
      (name) => [`cnb/lifecycle/${name}`, 0o755],
    ),
  ),
  'cnb/order.toml': 0o644,
  'cnb/run.toml': 0o644,
  'cnb/stack.toml': 0o644,
  layers: 0o755,
  lifecycle: 0o777,
  platform: 0o755,
  'platform/env': 0o755,
  workspace: 0o755,
}

/** Files of the base image. */
const BASE = [
  'etc',
  'etc/group',
  'etc/os-release',
  'etc/passwd',
  'home',
  'home/cnb',
  'tmp',
  'usr',
  'usr/share',
  'usr/share/text-tools',
]

let scratch: string
let layout: string
let made: Made
beforeAll(() => {
  // podman makes a repository's name of the path, and those have no capitals; it also wants its own paths short.
  scratch = join(tmpdir(), `trowel-${randomBytes(4).toString('hex')}`)
  mkdirSync(scratch)
  layout = join(scratch, 'layout')
  made = makeQuickstart(layout)
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('a builder in an OCI layout', () => {
  test('skopeo copies it, and every byte arrives under the digest that we gave it', (context) => {
    const skopeo = peer(context, 'skopeo')
    const copy = join(scratch, 'skopeo')
    skopeo.run(['copy', '--quiet', `oci:${layout}:latest`, `dir:${copy}`])
    expect(sha256(join(copy, 'manifest.json'))).toBe(made.digest)
    const [image] = made.platforms
    for (const { digest } of [{ digest: image!.config }, ...image!.layers]) {
      expect(sha256(join(copy, digest.slice('sha256:'.length)))).toBe(digest)
    }
  })

  test('skopeo unpacks its layers, each to the diffID that we gave it', (context) => {
    const skopeo = peer(context, 'skopeo')
    const archive = join(scratch, 'docker.tar')
    skopeo.run(['copy', '--quiet', `oci:${layout}:latest`, `docker-archive:${archive}:example/builder:latest`])
    const { Layers, Digest } = JSON.parse(skopeo.run(['inspect', `docker-archive:${archive}`])) as Record<
      string,
      unknown
    >
    expect(Layers).toEqual(made.platforms[0]!.layers.map(({ diffId }) => diffId))
    expect(Digest).toMatch(/^sha256:/)
  })

  test('umoci unpacks it to the files that it should have, with their modes and owners', (context) => {
    const umoci = peer(context, 'umoci')
    const root = process.getuid!() === 0
    const bundle = join(scratch, 'umoci')
    umoci.run(['unpack', ...(root ? [] : ['--rootless']), '--image', `${layout}:latest`, bundle])
    const rootfs = join(bundle, 'rootfs')
    const modes = Object.fromEntries(
      (readdirSync(rootfs, { recursive: true }) as string[])
        .filter((path) => !BASE.includes(path))
        .map((path) => [path, lstatSync(join(rootfs, path)).mode & 0o7777]),
    )
    expect(modes).toEqual(ADDED)
    const { uid, gid, mtimeMs } = lstatSync(join(rootfs, 'workspace'))
    if (root) expect({ uid, gid }).toEqual({ uid: 1001, gid: 1000 })
    expect(mtimeMs).toBe(Date.parse('1980-01-01T00:00:01Z'))
    const script = 'bin/build'
    expect(readFileSync(join(rootfs, 'cnb/buildpacks/example_notes/0.3.1', script))).toEqual(
      readFileSync(join(QUICKSTART, 'buildpacks/notes', script)),
    )
  })

  test('crane pushes it to a registry, which has it under our digest, and validates it there', async (context) => {
    const crane = peer(context, 'crane')
    const registry = await startRegistry(crane)
    try {
      const name = `${registry.host}/example/builder:latest`
      expect(crane.run(['push', layout, name]).trim()).toBe(`${registry.host}/example/builder@${made.digest}`)
      expect(crane.run(['digest', name]).trim()).toBe(made.digest)
      crane.run(['validate', '--remote', name])
    } finally {
      await registry.stop()
    }
  })

  test('podman pulls it and runs a program in it, which finds everything in its place', (context) => {
    const podman = peer(context, 'podman')
    peer(context, 'runc')
    if (process.getuid!() !== 0) context.skip('podman without root needs a set-up of its own')
    const engine = ['--root', join(scratch, 'pod/root'), '--runroot', join(scratch, 'pod/run')]
    engine.push('--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file')
    const image = podman.run([...engine, 'pull', '--quiet', `oci:${layout}:latest`]).trim()
    expect(`sha256:${image}`).toBe(made.platforms[0]!.config)

    // The image has no program in it: it borrows those of this machine.
    const borrowed = ['/bin', '/lib', '/lib64', '/usr/bin', '/usr/lib'].flatMap((path) => [
      '--volume',
      `${path}:${path}:ro`,
    ])
    const bounds = [
      '--ulimit',
      'nofile=1024:1024',
      '--ulimit',
      'nproc=1024:1024',
      '--network=none',
      '--runtime',
      'runc',
    ]
    const script =
      'id -u; stat -c "%a %u:%g %n" /workspace /layers /cnb /lifecycle; cat /cnb/build-config/env/BP_GREETING.default'
    const said = podman.run([...engine, 'run', '--rm', ...bounds, ...borrowed, image, '/bin/sh', '-c', script])
    expect(said.split('\n')).toEqual([
      '1001',
      '755 1001:1000 /workspace',
      '755 1001:1000 /layers',
      '755 0:0 /cnb',
      '777 0:0 /lifecycle',
      'hello',
    ])
  })
})

test('a blob that was changed is one that skopeo refuses, so the copies above were checked', (context) => {
  const skopeo = peer(context, 'skopeo')
  const broken = join(scratch, 'broken')
  cpSync(layout, broken, { recursive: true })
  const blobs = join(broken, 'blobs/sha256')
  const [first, second] = made.platforms[0]!.layers.slice(-3).map(({ digest }) =>
    join(blobs, digest.slice('sha256:'.length)),
  )
  copyFileSync(first!, second!)
  expect(() => skopeo.run(['copy', '--quiet', `oci:${broken}:latest`, `dir:${join(scratch, 'refused')}`])).toThrow(
    /digest/i,
  )
})

function moduleFiles(kind: string, name: string, files: Readonly<Record<string, number>>): Record<string, number> {
  const folder = `cnb/${kind}/${name}`
  const result: Record<string, number> = { [folder.slice(0, folder.lastIndexOf('/'))]: 0o755, [folder]: 0o755 }
  for (const [path, mode] of Object.entries(files)) {
    if (path.startsWith('bin/')) result[`${folder}/bin`] = 0o755
    result[`${folder}/${path}`] = mode
  }
  return result
}

function sha256(file: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`
}
