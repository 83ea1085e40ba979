import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS, type Limits } from '#src/limits.js'
import { readTar } from '#src/tar/reader.js'
import { TreeCheck } from '#src/tar/tree.js'
import { moduleLayerDigest } from '../support/module-layer.js'
import { END, directory, header } from '../support/tar-bytes.js'
import type { Row } from './catalogue-row.js'
import { ROWS } from './catalogue.js'

const rows = ROWS.filter((row): row is Row => 'make' in row && row.judgedBy === undefined)

const idsOf = (group: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`)

async function outcome(row: Row): Promise<{ digest?: string; error?: unknown; warnings: string[] }> {
  const warnings: string[] = []
  const options = {
    allowAbsoluteSymlinks: row.flags?.includes('--allow-absolute-symlinks') === true,
    warn: ({ code }: { code: string }): void => void warnings.push(code),
  }
  try {
    return { digest: await moduleLayerDigest([row.make()], 'acme_hostile', options), warnings }
  } catch (error) {
    return { error, warnings }
  }
}

test('the table has every id of groups T and G, but for the one that needs a server', () => {
  expect([...new Set(ROWS.map(({ id }) => id))]).toEqual([...idsOf('G', 8), ...idsOf('T', 70)])
})

describe('what is bad is refused, what is odd is made one', () => {
  test.each(rows.map((row) => [row.id, row.outcome, row.about, row] as const))(
    '%s %s: %s',
    async (_id, _outcome, _about, row) => {
      const { digest, error, warnings } = await outcome(row)
      if (row.outcome === 'REJ') {
        expect(error).toBeInstanceOf(CnbError)
        expect(error).toMatchObject({ code: row.code, kind: 'refused', place: { file: 'module.tar' } })
        if (row.code === 'E_TAR_PATH_LIMIT') expect(error).toMatchObject({ hint: expect.stringContaining('--limit ') })
        // oxlint-disable-next-line no-control-regex -- a message must not have them
        expect((error as CnbError).message).toMatch(/^[^\0-\x1f\x7f]*$/)
        return
      }
      expect(error).toBeUndefined()
      expect(warnings).toEqual(row.outcome === 'WARN' ? [row.code] : [])
      if (row.same !== undefined) expect(digest).toBe(await moduleLayerDigest([row.same()], 'acme_hostile'))
    },
  )
})

describe('T-63: very many entries', () => {
  const END_OF_ARCHIVE = Buffer.from(END)

  const NAME = 'folder/with-a-name/file-0000000'
  const TEMPLATE = header({ name: NAME })
  const SUM = TEMPLATE.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)

  /** Headers of empty files, a thousand at a time; made by patching one, or making them would take most of the time. */
  function* files(count: number): Generator<Uint8Array> {
    for (let start = 0; start < count; start += 1000) {
      const blocks = Buffer.concat(Array.from({ length: Math.min(1000, count - start) }, () => TEMPLATE))
      for (let at = 0; at < blocks.length; at += 512) {
        const digits = String(start + at / 512).padStart(7, '0')
        const sum = digits.split('').reduce((total, digit) => total + Number(digit), SUM)
        blocks.write(digits, at + NAME.length - 7, 'latin1')
        blocks.write(sum.toString(8).padStart(6, '0'), at + 148, 'latin1')
      }
      yield blocks
    }
    yield END_OF_ARCHIVE
  }

  async function entriesOf(archive: Iterable<Uint8Array>, limits: Limits = DEFAULT_LIMITS): Promise<number> {
    const tree = new TreeCheck({ file: 'many.tar', limits })
    let entries = 0
    for await (const { header: read } of readTar(archive, { file: 'many.tar', limits })) {
      if (tree.check(read) !== undefined) entries++
    }
    return entries
  }

  test('a million empty files', async () => {
    expect(await entriesOf(files(1_000_000))).toBe(1_000_000)
  })

  test('as many as the limit says are read, one more is not', async () => {
    const limits = { ...DEFAULT_LIMITS, entries: 5000 }
    expect(await entriesOf(files(5000), limits)).toBe(5000)
    await expect(entriesOf(files(5001), limits)).rejects.toMatchObject({ code: 'E_TAR_LIMIT' })
  })

  test('a hundred thousand folders side by side', async () => {
    function* folders(): Generator<Uint8Array> {
      for (let i = 0; i < 100_000; i++) yield directory(`d${i}/e`)
      yield END_OF_ARCHIVE
    }
    expect(await entriesOf(folders())).toBe(100_000)
  })
})

test('a message says which entry it is about, where that stands, and what to do', async () => {
  const row = rows.find(({ id }) => id === 'T-43')
  const { error } = await outcome(row as Row)
  expect((error as CnbError).message).toBe(
    'entry 5 "f\\\\xff\\\\xfeo" at byte 3584 of module.tar: its name is not UTF-8',
  )
  expect((error as CnbError).hint).toBe('rename the file, or make the archive where names are UTF-8')
})
