import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { crc32, gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BlockCutter,
  compressBlock,
  compressBlockAsync,
  looksCompressed,
  storedBlock,
  type TakeBlock,
} from '#src/tar/blocks.js'
import {
  DEFLATE_BLOCK_BYTES,
  DICTIONARY_BYTES,
  givesKnownAnswer,
  knownVector,
  loadDeflateEngine,
  loadPakoEngine,
  soundEngine,
  zlibEngine,
  type DeflateEngine,
} from '#src/tar/deflate.js'
import { ASSEMBLY_VERSION, GZIP_HEADER, gzipTrailer } from '#src/tar/gzip.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Some text, some noise, some repetition: 2.3 MiB, so three blocks. */
const vector = Buffer.from(knownVector())
const noise = Buffer.from(Array.from({ length: 1 << 15 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 0xff))
const content = Buffer.concat([...Array.from({ length: 5 }, () => vector), ...Array.from({ length: 32 }, () => noise)])

function* chunked(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** The parts of a gzip stream, in order. A number among the chunks is a boundary: 1 for one that forgets. */
function parts<T>(chunks: Iterable<Uint8Array | 0 | 1>, compress: (...block: Parameters<TakeBlock>) => T): T[] {
  const out: T[] = []
  const cutter = new BlockCutter((block, dictionary) => out.push(compress(block, dictionary)))
  for (const chunk of chunks) {
    if (typeof chunk === 'number') cutter.boundary(chunk === 1)
    else cutter.push(chunk)
  }
  cutter.boundary(false)
  return out
}

function framed(blocks: readonly Uint8Array[], bytes: Uint8Array): Buffer {
  return Buffer.concat([GZIP_HEADER, ...blocks, gzipTrailer(crc32(bytes), bytes.length)])
}

function zipped(bytes: Uint8Array, engine: DeflateEngine, sizes: readonly number[] = [bytes.length || 1]): Buffer {
  return framed(
    parts(chunked(bytes, sizes), (block, dictionary) => compressBlock(engine, block, dictionary)),
    bytes,
  )
}

async function zippedBeside(bytes: Uint8Array, engine: DeflateEngine, sizes: readonly number[]): Promise<Buffer> {
  const pending = parts(chunked(bytes, sizes), (block, dictionary) =>
    compressBlockAsync(engine, Uint8Array.from(block), dictionary && Uint8Array.from(dictionary)),
  )
  return framed(await Promise.all(pending), bytes)
}

describe('the engine', () => {
  test('the vector is the one that was measured on 17 Node versions', () => {
    expect(sha256(vector)).toMatch(/^10b27c02f13795af/)
  })

  test('pako gives the known answer', async () => {
    expect(givesKnownAnswer(await loadPakoEngine())).toBe(true)
  })

  test('the engine in use gives the known answer, and is zlib wherever zlib does', async () => {
    const engine = await loadDeflateEngine()
    expect(givesKnownAnswer(engine)).toBe(true)
    expect(engine.name).toBe(givesKnownAnswer(zlibEngine) ? 'zlib' : 'pako')
  })

  test('pako takes the place of a zlib with other bytes', async () => {
    const other: DeflateEngine = { ...zlibEngine, deflate: (block) => storedBlock(block) }
    expect((await soundEngine(other)).name).toBe('pako')
  })
})

describe('gzip', () => {
  test('the bytes are pinned: a change here changes the layers of every user', async () => {
    const bytes = zipped(content, await loadDeflateEngine())
    expect(ASSEMBLY_VERSION).toBe(
      'trowel-1 block=1048576 segment=262144 dictionary=32768 deflate=1,9 probe=4x4096,113/25600 gzip=1f8b08000000000004ff',
    )
    expect(sha256(bytes)).toMatchInlineSnapshot(`"c02dadeaeaddaa2fed1d3b55dd3e22e69b2d3cf01e990378e10ae6ecd3b0b44b"`)
  })

  test('pako gives the same bytes, over several blocks', async () => {
    const engine = await loadDeflateEngine()
    expect(sha256(zipped(content, await loadPakoEngine()))).toBe(sha256(zipped(content, engine)))
  })

  test('bytes do not depend on how the input was chunked, nor on where blocks are compressed', async () => {
    const engine = await loadDeflateEngine()
    const expected = sha256(zipped(content, engine))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700_000 }), { minLength: 1, maxLength: 4 }),
        async (sizes) => {
          const some = sizes.map((size) => size + 300)
          expect(sha256(zipped(content, engine, some))).toBe(expected)
          expect(sha256(await zippedBeside(content, engine, some))).toBe(expected)
        },
      ),
      { numRuns: 8 },
    )
  })

  test('any content comes back', async () => {
    const engine = await loadDeflateEngine()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 999 }), (bytes, size) => {
        expect(gunzipSync(zipped(bytes, engine, [size])).equals(bytes)).toBe(true)
      }),
    )
    expect(gunzipSync(zipped(content, engine)).equals(content)).toBe(true)
  })

  test.each([
    0,
    1,
    DICTIONARY_BYTES,
    DEFLATE_BLOCK_BYTES - 1,
    DEFLATE_BLOCK_BYTES,
    DEFLATE_BLOCK_BYTES + 1,
    2 * DEFLATE_BLOCK_BYTES,
  ])('the gzip program reads %i bytes', async (size) => {
    const bytes = Buffer.alloc(size, content)
    const out = execFileSync('gzip', ['-dc'], { input: zipped(bytes, await loadDeflateEngine()), maxBuffer: 1 << 26 })
    expect(out.equals(bytes)).toBe(true)
  })

  test('the frame says nothing about the machine', async () => {
    expect(zipped(Buffer.from('x'), await loadDeflateEngine()).subarray(0, 10)).toEqual(Buffer.from(GZIP_HEADER))
  })

  test('after a boundary that forgets, bytes depend only on what follows', async () => {
    const engine = await loadDeflateEngine()
    const last = (before: Uint8Array): Uint8Array | undefined =>
      parts([before, 1, vector], (block, dictionary) => compressBlock(engine, block, dictionary)).at(-1)
    expect(last(Buffer.from('one'))).toEqual(last(content))
  })

  test('a boundary that does not forget lets the next block refer back', async () => {
    const engine = await loadDeflateEngine()
    const text = vector.subarray(0, 9000)
    const size = (boundary: 0 | 1): number => {
      const blocks = parts([text, boundary, text], (block, dictionary) => compressBlock(engine, block, dictionary))
      const bytes = framed(blocks, Buffer.concat([text, text]))
      expect(gunzipSync(bytes).equals(Buffer.concat([text, text]))).toBe(true)
      return bytes.length
    }
    expect(size(0)).toBeLessThan(size(1))
  })
})

describe('blocks', () => {
  test('what is compressed already is stored', async () => {
    const random = Buffer.concat(Array.from({ length: 2048 }, (_, i) => createHash('sha512').update(`${i}`).digest()))
    const bytes = zipped(random, await loadDeflateEngine())
    expect(bytes.length).toBe(random.length + 3 * 5 + GZIP_HEADER.length + 2 + 8)
    expect(gunzipSync(bytes).equals(random)).toBe(true)
  })

  test('text, programs and runs are compressed', () => {
    expect(looksCompressed(vector)).toBe(false)
    expect(looksCompressed(Buffer.alloc(DEFLATE_BLOCK_BYTES))).toBe(false)
    expect(looksCompressed(Buffer.from('lorem ipsum '.repeat(9000)))).toBe(false)
  })

  test('too little to sample is compressed', () => {
    expect(looksCompressed(noise.subarray(0, 16_383))).toBe(false)
  })

  test('a dictionary is what stands before the block, across short blocks too', () => {
    const seen: [number, string | undefined][] = []
    const cutter = new BlockCutter((block, dictionary) => {
      seen.push([block.length, dictionary && Buffer.from(dictionary).toString()])
    })
    cutter.push(Buffer.from('ab'))
    cutter.boundary(false)
    cutter.push(Buffer.from('cd'))
    cutter.boundary(false)
    cutter.boundary(false)
    cutter.push(Buffer.from('e'))
    cutter.boundary(true)
    cutter.push(Buffer.from('f'))
    cutter.boundary(false)
    expect(seen).toEqual([
      [2, undefined],
      [2, 'ab'],
      [1, 'abcd'],
      [1, undefined],
    ])
  })
})
