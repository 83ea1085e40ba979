import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { decompress } from '#src/tar/archive.js'
import { tarOf } from '../support/layout.js'

const options = { file: 'x', limits: DEFAULT_LIMITS }
const TAR = tarOf('a', 'b')

/** Bytes in two pieces, and whether their source was closed. */
function input(bytes: Uint8Array) {
  const state = { closed: false }
  const pieces = (async function* () {
    try {
      yield bytes.subarray(0, 700)
      yield bytes.subarray(700)
    } finally {
      state.closed = true
    }
  })()
  return { state, pieces }
}

describe('the input is closed', () => {
  test.each([
    ['zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), TAR]), 'E_COMPRESSION'],
    ['xz', Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), TAR]), 'E_COMPRESSION'],
    ['gzip inside gzip', gzipSync(gzipSync(TAR)), 'E_GZIP_NESTED'],
  ])('when %s is refused', async (_what, bytes, code) => {
    const { state, pieces } = input(bytes)
    await expect(decompress(pieces, options)).rejects.toMatchObject({ code })
    expect(state.closed).toBe(true)
  })

  test.each([
    ['a tar', TAR],
    ['a gzipped tar', gzipSync(tarOf('large', randomBytes(1 << 20).toString('hex')))],
  ])('when nobody wants the content of %s', async (_what, bytes) => {
    const { state, pieces } = input(bytes)
    const { close } = await decompress(pieces, options)
    expect(state.closed).toBe(false)
    await close()
    expect(state.closed).toBe(true)
  })
})
