import * as zlib from 'node:zlib'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readArchive } from '#src/tar/archive.js'
import type { TarEntry, TarHeader } from '#src/tar/entry.js'
import { readTar } from '#src/tar/reader.js'
import { entry, moduleArchive, pax } from '../support/tar-bytes.js'
import { anyEntries, archiveOf, type Made } from './arbitrary.js'
import { ROWS } from './catalogue.js'

const options = { file: 'x.tar', limits: DEFAULT_LIMITS }

function* chunked(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function contentOf({ content }: TarEntry): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts)
}

async function entriesOf(chunks: Iterable<Uint8Array>): Promise<{ header: TarHeader; content: Buffer }[]> {
  const entries: { header: TarHeader; content: Buffer }[] = []
  for await (const read of readTar(chunks, options))
    entries.push({ header: read.header, content: await contentOf(read) })
  return entries
}

/** What a header says, without how it was written. */
const said = ({ header, content }: Made): object => {
  const { format: _format, records: _records, ...fields } = header
  return { ...fields, content: Buffer.from(content).toString('hex') }
}

describe('readTar', () => {
  test('reads what the writer wrote, however it is chunked', () =>
    fc.assert(
      fc.asyncProperty(anyEntries, fc.integer({ min: 1, max: 3000 }), async (entries, size) => {
        const read = await entriesOf(chunked(archiveOf(entries), size))
        expect(read.map(said)).toEqual(entries.map(said))
      }),
    ))

  test('an entry that was read is written back as it was', () =>
    fc.assert(
      fc.asyncProperty(anyEntries, async (entries) => {
        const archive = archiveOf(entries)
        expect(archiveOf(await entriesOf([archive])).equals(archive)).toBe(true)
      }),
    ))

  test('content that nobody reads is skipped', async () => {
    const big = Buffer.alloc(100_000, 'x')
    const archive = moduleArchive(entry({ name: 'big' }, big), entry({ name: 'last' }, 'end'))
    const names: string[] = []
    for await (const { header, content } of readTar(chunked(archive, 777), options)) {
      names.push(header.name)
      for await (const part of content) {
        if (part.length > 0) break
      }
    }
    expect(names.slice(-2)).toEqual(['big', 'last'])
  })

  test('content can be read only in its turn', async () => {
    const archive = moduleArchive(entry({ name: 'big' }, Buffer.alloc(5000)))
    const entries: TarEntry[] = []
    for await (const read of readTar(chunked(archive, 512), options)) entries.push(read)
    await expect(contentOf(entries[4] as TarEntry)).rejects.toThrow('after the next entry')
  })

  test('says where a content lies in the archive', async () => {
    const archive = moduleArchive(pax({ comment: 'c' }), entry({ name: 'f' }, 'found me'))
    for await (const { header, offset = -1 } of readTar(chunked(archive, 100), options)) {
      if (header.name === 'f') expect(archive.toString('latin1', offset, offset + header.size)).toBe('found me')
    }
    expect.assertions(1)
  })

  test('closes its input when the caller has seen enough', async () => {
    let closed = false
    function* input(): Generator<Uint8Array> {
      try {
        yield* chunked(moduleArchive(), 512)
      } finally {
        closed = true
      }
    }
    for await (const { header } of readTar(input(), options)) if (header.name === 'bin') break
    expect(closed).toBe(true)
  })

  test('passes on what goes wrong in its input', async () => {
    // oxlint-disable-next-line require-yield -- it fails before it could
    function* input(): Generator<Uint8Array> {
      throw new Error('the disk is gone')
    }
    await expect(entriesOf(input())).rejects.toThrow('the disk is gone')
  })
})

describe('no input makes the reader throw anything but our error', () => {
  const seeds = ROWS.flatMap((row) => ('make' in row && !/MiB|million|5000|larger/.test(row.about) ? [row.make()] : []))

  async function read(bytes: Uint8Array): Promise<void> {
    try {
      for await (const read of readArchive([bytes], options)) await contentOf(read)
    } catch (error) {
      if (!(error instanceof CnbError)) throw error
      expect(error.kind).toBe('refused')
    }
  }

  test('any bytes', () => fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), read), { numRuns: 300 }))

  test('archives of the catalogue with bytes changed, cut out and put in', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert') })
    return fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(change, { maxLength: 4 }),
        fc.boolean(),
        async (seed, changes, zip) => {
          let bytes = Buffer.from(seed)
          for (const { at: where, byte, kind } of changes) {
            const at = where % (bytes.length + 1)
            const [before, after] = [bytes.subarray(0, at), bytes.subarray(kind === 'insert' ? at : at + 1)]
            bytes = Buffer.concat(kind === 'cut' ? [before, after] : [before, Buffer.of(byte), after])
          }
          await read(zip ? gzipSync(bytes, { level: 1 }) : bytes)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('damaged gzip', () => {
    const zipped = gzipSync(moduleArchive(entry({ name: 'f' }, Buffer.alloc(3000, 'abc'))))
    return fc.assert(
      fc.asyncProperty(fc.nat(zipped.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(zipped)
        bytes[at] = byte
        await read(bytes)
        await read(bytes.subarray(0, at))
      }),
    )
  })

  test('damaged zstd', async (context) => {
    if (!('zstdCompressSync' in zlib)) return context.skip(`${process.version} has no zstd`)
    const compress = zlib.zstdCompressSync as (bytes: Uint8Array) => Buffer
    const compressed = compress(moduleArchive(entry({ name: 'f' }, Buffer.alloc(3000, 'abc'))))
    await fc.assert(
      fc.asyncProperty(fc.nat(compressed.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(compressed)
        bytes[at] = byte
        await read(bytes)
        await read(bytes.subarray(0, at))
        await read(Buffer.concat([compressed, Buffer.of(byte)]))
      }),
    )
  })
})
