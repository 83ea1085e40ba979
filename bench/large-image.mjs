// An image with one large layer that does not compress, as an OCI layout. Written in pieces, so its size does not matter.
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { noise } from './content.mjs'

const MiB = 1 << 20
/** Bytes in a stored block of deflate, RFC 1951 section 3.2.4. */
const STORED = 65_535

/** Writes the image as tag `large`; its layer holds `mebibytes` MiB. The same bytes every time. */
export function makeLargeImage(directory, mebibytes) {
  rmSync(directory, { recursive: true, force: true })
  const blobs = join(directory, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  const layer = writeLayer(blobs, mebibytes)
  const put = (mediaType, value) => {
    const bytes = Buffer.from(JSON.stringify(value))
    const hex = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, hex), bytes)
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length }
  }
  const config = put('application/vnd.oci.image.config.v1+json', {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
  })
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = put(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer.descriptor] })
  const annotations = { 'org.opencontainers.image.ref.name': 'large' }
  writeFileSync(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] }
  writeFileSync(join(directory, 'index.json'), JSON.stringify(index))
}

function writeLayer(blobs, mebibytes) {
  const part = join(blobs, 'part')
  const file = openSync(part, 'w')
  const [digest, diffId] = [createHash('sha256'), createHash('sha256')]
  let [size, length, crc] = [0, 0, 0]
  const write = (bytes) => {
    digest.update(bytes)
    writeSync(file, bytes)
    size += bytes.length
  }
  const store = (bytes) => {
    diffId.update(bytes)
    crc = crc32(bytes, crc)
    length += bytes.length
    for (let at = 0; at < bytes.length; at += STORED) {
      const block = bytes.subarray(at, at + STORED)
      const head = Buffer.alloc(5)
      head.writeUInt16LE(block.length, 1)
      head.writeUInt16LE(block.length ^ 0xffff, 3)
      write(Buffer.concat([head, block]))
    }
  }
  write(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]))
  store(tarHeader('noise', mebibytes * MiB))
  for (let piece = 0; piece < mebibytes; piece++) store(noise(`large#${piece}`, MiB))
  store(Buffer.alloc(1024))
  const end = Buffer.alloc(13)
  end.set([1, 0, 0, 0xff, 0xff]) // an empty block, the last
  end.writeUInt32LE(crc, 5)
  end.writeUInt32LE(length % 2 ** 32, 9)
  write(end)
  closeSync(file)
  const hex = digest.digest('hex')
  renameSync(part, join(blobs, hex))
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${hex}`, size },
    diffId: `sha256:${diffId.digest('hex')}`,
  }
}

/** A ustar header of a file: a size of 5 GiB still fits into its eleven octal digits. */
function tarHeader(name, size) {
  const block = Buffer.alloc(512)
  block.write(name)
  block.write('0000644\u00000000000\u00000000000\u0000', 100, 'latin1')
  block.write(`${size.toString(8).padStart(11, '0')}\u000002263523001\u0000        0`, 124, 'latin1')
  block.write('ustar\u000000', 257, 'latin1')
  const sum = block.reduce((a, b) => a + b, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1')
  return block
}
