import * as tar from '../support/tar-bytes.js'

/** The end of a tar. */
export const END = Buffer.alloc(1024)

/** The folder of all versions of `acme/java`, and that of 1.0.0. */
export const ID = '/cnb/buildpacks/acme_java'
export const ROOT = `${ID}/1.0.0`

/** Its descriptor. */
const DESCRIPTOR = 'api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n'

/** What pack writes for `acme/java@1.0.0`, with more entries at the end. */
export function packed(...more: readonly Uint8Array[]): Buffer[] {
  const file = { uid: 0, gid: 0, mtime: 315_532_801 }
  return [
    tar.directory(ID, file),
    tar.directory(ROOT, file),
    tar.entry({ name: `${ROOT}/buildpack.toml`, ...file }, DESCRIPTOR),
    ...more.map((block) => Buffer.from(block)),
  ]
}

/** The device numbers that canonical headers hold, and the test's own writer leaves out. */
export function canonical(blocks: readonly Buffer[]): Buffer[] {
  return blocks.map((block) => {
    const copy = Buffer.from(block)
    copy.write('0000000\0', 329)
    copy.write('0000000\0', 337)
    copy.fill(' ', 148, 156)
    const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0)
    copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return copy
  })
}
