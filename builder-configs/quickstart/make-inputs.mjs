// Makes what a text editor cannot: the base images (an OCI layout) and two archives. The results are checked in, so that
// nobody has to run this; a test runs it and compares. usage: node make-inputs.mjs [DIR], default beside this file
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { pack } from 'tar-stream'

const here = dirname(fileURLToPath(import.meta.url))
const out = process.argv[2] ?? here

/** 1980-01-01T00:00:01Z: the time that buildpacks tools give to everything. */
const EPOCH = new Date('1980-01-01T00:00:01Z')

/** The user that the base images run as, and that builds applications. */
const USER = { uid: 1001, gid: 1000 }

const files = { mode: 0o644, mtime: EPOCH, uid: 0, gid: 0 }
const file = (name, content, more = {}) => ({ header: { ...files, name, ...more }, content })
const directory = (name, more = {}) => ({ header: { ...files, mode: 0o755, name, type: 'directory', ...more } })

writeFileSync(join(out, 'listing-1.2.0.tgz'), gzip(await tar(walk(join(here, 'buildpacks/listing')))))
writeFileSync(join(out, 'lifecycle-stand-in.tgz'), gzip(await tar(walk(join(here, 'lifecycle')))))
await writeLayout(join(out, 'base'))

/** The files below `root` in the order of their names, a directory before what it holds. */
function walk(root, prefix = '') {
  return readdirSync(join(root, prefix), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = prefix + entry.name
      if (entry.isDirectory()) return [directory(name), ...walk(root, `${name}/`)]
      const path = join(root, name)
      // Git keeps one bit of a mode; the others depend on who cloned.
      const mode = (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755
      return [file(name, readFileSync(path), { mode })]
    })
}

async function tar(entries) {
  const archive = pack()
  for (const { header, content } of entries) archive.entry(header, content)
  archive.finalize()
  return await buffer(archive)
}

/** A gzip file that stores and does not compress: the same bytes whatever zlib this Node was built with. */
function gzip(bytes) {
  const MOST = 65_535 // bytes in a stored block, RFC 1951 section 3.2.4
  const parts = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])]
  for (let at = 0; at < bytes.length; at += MOST) {
    const block = bytes.subarray(at, at + MOST)
    const head = Buffer.alloc(5)
    head.writeUInt8(at + MOST >= bytes.length ? 1 : 0, 0)
    head.writeUInt16LE(block.length, 1)
    head.writeUInt16LE(block.length ^ 0xffff, 3)
    parts.push(head, block)
  }
  const end = Buffer.alloc(8)
  end.writeUInt32LE(crc32(bytes), 0)
  end.writeUInt32LE(bytes.length, 4)
  return Buffer.concat([...parts, end])
}

/** Two images in one layout: `build`, on which applications are built, and `run`, on which they run. */
async function writeLayout(dir) {
  rmSync(dir, { recursive: true, force: true })
  const blobs = join(dir, 'blobs', 'sha256')
  mkdirSync(blobs, { recursive: true })

  const put = (mediaType, bytes) => {
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, hex), bytes)
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
  }
  const json = (value) => Buffer.from(JSON.stringify(value))

  const image = async (tag, { env, labels, extra = [] }) => {
    const root = await tar([
      directory('etc'),
      file('etc/group', `root:x:0:\ncnb:x:${USER.gid}:\n`),
      file('etc/os-release', 'NAME="Quickstart"\nID=quickstart\nVERSION_ID="1"\n'),
      file('etc/passwd', `root:x:0:0::/root:/bin/sh\ncnb:x:${USER.uid}:${USER.gid}::/home/cnb:/bin/sh\n`),
      directory('home'),
      directory('home/cnb', USER),
      directory('tmp', { mode: 0o1777 }),
      ...extra,
    ])
    const layer = put('application/vnd.oci.image.layer.v1.tar+gzip', gzip(root))
    const created = EPOCH.toISOString().replace('.000', '')
    const config = put(
      'application/vnd.oci.image.config.v1+json',
      json({
        architecture: 'amd64',
        os: 'linux',
        created,
        config: {
          User: `${USER.uid}:${USER.gid}`,
          Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...env],
          Labels: labels,
        },
        history: [{ created, created_by: 'builder-configs/quickstart/make-inputs.mjs' }],
        rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(root).digest('hex')}`] },
      }),
    )
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = put(mediaType, json({ schemaVersion: 2, mediaType, config, layers: [layer] }))
    return {
      ...manifest,
      platform: { architecture: 'amd64', os: 'linux' },
      annotations: { 'org.opencontainers.image.ref.name': tag },
    }
  }

  const labels = {
    'io.buildpacks.base.distro.name': 'quickstart',
    'io.buildpacks.base.distro.version': '1',
    'io.buildpacks.stack.id': 'example.stacks.quickstart',
  }
  const manifests = [
    await image('build', {
      env: [`CNB_USER_ID=${USER.uid}`, `CNB_GROUP_ID=${USER.gid}`],
      labels: { ...labels, 'io.buildpacks.stack.mixins': '["build:text-tools"]' },
      extra: [directory('usr'), directory('usr/share'), file('usr/share/text-tools', 'sed, so to speak\n')],
    }),
    await image('run', { env: [], labels: { ...labels, 'io.buildpacks.stack.mixins': '[]' } }),
  ]
  writeFileSync(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }
  writeFileSync(join(dir, 'index.json'), `${JSON.stringify(index, null, 2)}\n`)
}
