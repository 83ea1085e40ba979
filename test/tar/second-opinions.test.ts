/** What other readers make of our archives, and of archives that we accept. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readTar } from '#src/tar/reader.js'
import { goRecode, gnuTar, ours, python, tarStream, type Seen } from '../support/tar-readers.js'
import { temporaryDirectory } from '../support/directories.js'
import { anyEntries, archiveOf, type Made } from './arbitrary.js'
import { ROWS } from './catalogue.js'

/** Archives that our writer made. */
const WRITTEN = fc.sample(anyEntries, { numRuns: 150, seed: 1 }).map(archiveOf)

interface Odd {
  /** The row of the catalogue that it is or comes from. */
  readonly about: string
  readonly bytes: Buffer
}

/** Archives of the catalogue without what is around them, but for the huge ones. */
const CATALOGUE: readonly Odd[] = ROWS.flatMap((row) => {
  if (!('make' in row) || !row.id.startsWith('T') || /MiB|million|5000|larger/.test(row.about)) return []
  const bytes = Buffer.from(row.make())
  return [{ about: `${row.id} ${row.about}`, bytes: bytes[0] === 0x1f ? gunzipSync(bytes) : bytes }]
})

/** Archives of the catalogue, as they are and with some bytes changed and their checksums made right again. */
function oddArchives(): Odd[] {
  const seeds = CATALOGUE.filter(({ bytes }) => bytes.length > 2048)
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0x20, 0x2f, 0x30, 0x37))
  const changes = fc.array(fc.record({ block: fc.nat(), at: fc.nat(511), byte }), { minLength: 1, maxLength: 3 })
  const mutants = fc.sample(fc.tuple(fc.constantFrom(...seeds), changes), { numRuns: 4000, seed: 2 })
  return [...CATALOGUE, ...mutants.map(([seed, list]) => ({ about: seed.about, bytes: changed(seed.bytes, list) }))]
}

function changed(seed: Buffer, changes: readonly { block: number; at: number; byte: number }[]): Buffer {
  const bytes = Buffer.from(seed)
  for (const { block, at, byte } of changes) {
    const start = (block % Math.floor(bytes.length / 512)) * 512
    bytes[start + at] = byte
    rightChecksum(bytes.subarray(start, start + 512))
  }
  return bytes
}

function rightChecksum(block: Buffer): void {
  if (!block.toString('latin1', 257, 262).startsWith('ustar')) return
  block.fill(' ', 148, 156)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

/** The odd archives that we accept, and what we see in them. */
let accepted: (Odd & { readonly seen: Seen })[]
beforeAll(async () => {
  accepted = []
  for (const odd of oddArchives()) {
    try {
      accepted.push({ ...odd, seen: await ours(odd.bytes) })
    } catch (error) {
      if (!(error instanceof CnbError)) throw error
    }
  }
})

test('a good part of the odd archives is accepted, so that there is something to compare', () => {
  expect(accepted.length).toBeGreaterThan(1000)
})

function folderOf(archives: readonly Uint8Array[]): string {
  const folder = temporaryDirectory()
  archives.forEach((bytes, i) => writeFileSync(join(folder, String(i)), bytes))
  return folder
}

describe('tar-stream', () => {
  test('reads what we write', async () => {
    for (const archive of WRITTEN) expect(await tarStream(archive)).toEqual(await ours(archive))
  })

  test('sees what we see, or refuses', async () => {
    for (const { about, bytes, seen } of accepted) {
      expect({ about, seen: (await tarStream(bytes)) ?? seen }).toEqual({ about, seen })
    }
  })
})

/**
 * Rows that say what to make of archives on which readers do disagree: an empty file with a directory's name, which Python
 * takes for a file, and an empty PAX path, which Python and GNU tar take for the name.
 */
const SETTLED = /^T-(?:19|35)/

describe("Python's tarfile", () => {
  test('reads what we write', async (context) => {
    const seen = python(folderOf(WRITTEN))
    if (seen === undefined) return context.skip('python3 is not installed')
    for (const [i, archive] of WRITTEN.entries()) expect(seen[i]).toEqual(await ours(archive))
  })

  test('sees what we see, or refuses', (context) => {
    const compared = accepted.filter(({ about }) => !SETTLED.test(about))
    const theirs = python(folderOf(compared.map(({ bytes }) => bytes)))
    if (theirs === undefined) return context.skip('python3 is not installed')
    for (const [i, { about, seen }] of compared.entries()) {
      expect({ about, seen: theirs[i] ?? seen }).toEqual({ about, seen })
    }
  })
})

const namesOf = (seen: Seen): string[] => seen.map((line) => (JSON.parse(line) as [string, string])[1])

describe('GNU tar', () => {
  test('lists what we write', async (context) => {
    for (const archive of WRITTEN.slice(0, 40)) {
      const names = gnuTar(archive)
      if (names === null) return context.skip('GNU tar is not installed')
      expect(names).toEqual(namesOf(await ours(archive)))
    }
  })

  test('lists what we see, or refuses', (context) => {
    // A list of names by lines says nothing of names that have some.
    const compared = accepted.filter(
      ({ about, seen }) => !SETTLED.test(about) && namesOf(seen).every((name) => /^[^\n]+$/.test(name)),
    )
    for (const { about, bytes, seen } of compared.slice(0, 150)) {
      const names = gnuTar(bytes)
      if (names === null) return context.skip('GNU tar is not installed')
      expect({ about, names: names ?? namesOf(seen) }).toEqual({ about, names: namesOf(seen) })
    }
  })
})

describe("Go's archive/tar", () => {
  test('writes what we write after reading the same archive, or refuses', async (context) => {
    const recode = goRecode()
    if (recode === undefined) return context.skip('go is not installed')
    const archives = [...WRITTEN.map((bytes) => ({ about: 'written by us', bytes })), ...accepted]
    const target = temporaryDirectory()
    recode(folderOf(archives.map(({ bytes }) => bytes)), target)
    for (const [i, { about, bytes }] of archives.entries()) {
      const refused = existsSync(join(target, `${i}.error`))
      const theirs = refused ? undefined : sha256(readFileSync(join(target, String(i))))
      const mine = sha256(await recoded(bytes))
      if (about === 'written by us') expect(theirs).toBe(mine)
      expect({ about, digest: theirs ?? mine }).toEqual({ about, digest: mine })
    }
  })
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The archive as we read and write it. */
async function recoded(archive: Uint8Array): Promise<Buffer> {
  const made: Made[] = []
  for await (const { header, content } of readTar([archive], { file: 'x.tar', limits: DEFAULT_LIMITS })) {
    const parts: Uint8Array[] = []
    for await (const part of content) parts.push(part)
    made.push({ header, content: Buffer.concat(parts) })
  }
  return archiveOf(made)
}
