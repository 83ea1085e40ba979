import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { readRange, SeekableRange, wholeFile } from '#src/file-range.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readTar } from '#src/tar/reader.js'
import { archiveFiles } from '#src/transports/archive-content.js'
import { temporaryDirectory } from '../support/directories.js'
import { archive, entry, header } from '../support/tar-bytes.js'

const limits = DEFAULT_LIMITS

/** What a reader makes of an archive: where each content lies, and what it objects to in the end. */
async function seen(input: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const lines: string[] = []
  try {
    for await (const { header, offset } of readTar(input, { file: 'x', limits })) {
      lines.push(`${header.name} ${header.size} at ${offset}`)
    }
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    lines.push(`${error.code} ${error.message}`)
  }
  return lines
}

test('passing over contents finds the same entries and the same faults as reading them', () => {
  const file = join(temporaryDirectory(), 'x.tar')
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 60_000 })), {
    maxLength: 6,
  })
  const fault = fc.oneof(
    fc.constant(undefined),
    fc.record({ cut: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ flip: fc.double({ min: 0, max: 1, noNaN: true }) }),
  )
  return fc.assert(
    fc.asyncProperty(sizes, fault, async (sizes, fault) => {
      const bytes = archive(...sizes.map((size, at) => entry({ name: `file${at}` }, Buffer.alloc(size, 'x'))))
      if (fault !== undefined && 'flip' in fault) {
        const at = Math.floor(fault.flip * (bytes.length - 1))
        bytes[at] = (bytes[at] ?? 0) ^ 0xff
      }
      writeFileSync(file, bytes)
      if (fault !== undefined && 'cut' in fault) truncateSync(file, Math.floor(fault.cut * bytes.length))
      const range = wholeFile(file)
      expect(await seen(new SeekableRange(range))).toEqual(await seen(readRange(range)))
    }),
  )
})

test('an archive of 8 GB is opened by reading some kilobytes of it', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux counts what is read')
  const file = join(temporaryDirectory(), 'x.tar')
  const size = 8_000_000_000
  writeFileSync(file, header({ name: 'blobs/sha256/large', size }))
  const padding = (512 - (size % 512)) % 512
  truncateSync(file, 512 + size + padding + 1024)
  const before = bytesRead()
  const { files } = await archiveFiles(file, { limits, report: () => undefined })
  expect(bytesRead() - before).toBeLessThan(1_000_000)
  expect([...files]).toEqual([['blobs/sha256/large', { file, offset: 512, length: size }]])
})

function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
}
