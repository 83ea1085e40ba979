import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { summarise } from '#src/assemble/layer-summary.js'
import { GzipLayerWriter } from '#src/assemble/layer-writer.js'
import { reserveTemp, TempFile } from '#src/files.js'
import { hexOf } from '#src/oci/digest.js'
import { loadDeflateEngine, loadPakoEngine } from '#src/tar/deflate.js'
import { moduleEntries } from '#src/assemble/module-entries.js'
import { writeTar } from '#src/assemble/write-tar.js'
import type { LayerSource } from '#src/plan/planned-layer.js'
import { temporaryDirectory } from '../support/directories.js'
import { sha256 } from '../support/layout.js'
import { aCache, archive, directory, make, obtain, SETTINGS } from './made.js'

const MIB = 1 << 20

/** Half of it random, so that it is neither stored nor all repetition. */
function content(bytes: number, seed: number): Buffer {
  const out = Buffer.alloc(bytes)
  let state = seed
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    out[i] = i % 3 === 0 ? state >>> 24 : 0x61 + (i % 7)
  }
  return out
}

/** Names with their contents, in the order in which they are to be made. */
const FILES: readonly (readonly [string, Uint8Array])[] = [
  ['z', content(10, 1)],
  ['large', content(3 * MIB + 17, 2)],
  ['bin/build', Buffer.from('#!/bin/sh\n')],
  ['lib/middle', content(300_000, 3)],
  ['lib/é', Buffer.from('x')],
  ['buildpack.toml', Buffer.from('api = "0.10"\n')],
  ['empty', Buffer.alloc(0)],
]

interface TreeOptions {
  readonly files?: typeof FILES
  readonly umask?: number
  readonly time?: Date
}

function aTree({ files = FILES, umask = 0o022, time }: TreeOptions = {}): string {
  const root = temporaryDirectory()
  for (const [name, bytes] of files) {
    const folder = join(root, name, '..')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(root, name), bytes)
    chmodSync(folder, 0o777 & ~umask)
    chmodSync(join(root, name), 0o666 & ~umask)
    if (time !== undefined) utimesSync(join(root, name), time, time)
  }
  symlinkSync('bin/build', join(root, 'link'))
  return root
}

/** The digest of the stored bytes. */
async function digestOf(source: LayerSource<never>): Promise<string> {
  return (await make(source)).facts.digest
}

describe('one module is one layer', () => {
  /** Of the stored bytes. A change here changes the images of every user. */
  const expected = 'sha256:5ca100ca351e78cc38d16250dcae29ffb20fcf5b9214e25faad1debac874de75'

  test('whatever the times, the umask and the order in which its files were made', async () => {
    expect(await digestOf(directory(aTree({ time: new Date('2031-02-03T04:05:06.789Z') })))).toBe(expected)
    expect(await digestOf(directory(aTree({ umask: 0o077 })))).toBe(expected)
    expect(await digestOf(directory(aTree({ umask: 0 })))).toBe(expected)
    expect(await digestOf(directory(aTree({ files: FILES.toReversed() })))).toBe(expected)
  })

  test('from its directory, from a canonical tar of it, and from that tar in gzip', async () => {
    const folder = temporaryDirectory()
    const tarBytes = await canonicalTar(aTree())
    writeFileSync(join(folder, 'module.tar'), tarBytes)
    writeFileSync(join(folder, 'module.tgz'), gzipSync(tarBytes, { level: 9 }))
    expect(await digestOf(archive(join(folder, 'module.tar')))).toBe(expected)
    expect(await digestOf(archive(join(folder, 'module.tgz')))).toBe(expected)
  })

  test('from a tar that GNU tar makes of it in the same form', async () => {
    const folder = temporaryDirectory()
    const file = join(folder, 'module.tar')
    const ascii = FILES.filter(([name]) => !name.includes('é'))
    const tree = aTree({ files: ascii })
    execFileSync('tar', ['--format=ustar', '--sort=name', '-cf', file, '-C', tree, '.'], { env: { LC_ALL: 'C' } })
    expect(await digestOf(archive(file))).toBe(await digestOf(directory(tree)))
  })

  test('in another folder of the disk, with several blocks compressed at a time', async () => {
    const temp = reserveTemp(temporaryDirectory())
    const facts = await writeWith(directory(aTree()), temp, true)
    expect(facts.digest).toBe(expected)
    expect(sha256(readFileSync(temp))).toBe(expected)
  })

  test('has the diffID that is told without making it', async () => {
    const tree = aTree()
    const { facts, tar } = await make(directory(tree))
    const fetch = () => Promise.reject(new Error('nothing is to be fetched'))
    expect((await summarise(directory(tree), SETTINGS, fetch)).diffId).toBe(facts.diffId)
    expect(sha256(tar)).toBe(facts.diffId)
    expect(tar.length).toBe(facts.tarSize)
  })
})

/** The archive of a directory in our own encoding, without the folders of the module. */
async function canonicalTar(tree: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  const context = { ...SETTINGS, report: () => {}, buffer: Buffer.alloc(4096) }
  const root = '/cnb/buildpacks/x/1/'
  const all = moduleEntries(
    [{ kind: 'buildpack', id: { id: 'x', version: '1' }, content: { kind: 'directory', path: tree } }],
    context,
  )
  const relative = async function* (): ReturnType<typeof moduleEntries> {
    for await (const entry of all) {
      const { name } = entry.header
      if (name.startsWith(root)) yield { ...entry, header: { ...entry.header, name: name.slice(root.length) } }
    }
  }
  await writeTar(relative(), {
    write(bytes) {
      chunks.push(Buffer.from(bytes))
      return undefined
    },
  })
  return Buffer.concat(chunks)
}

async function writeWith(source: LayerSource<never>, temp: string, parallel: boolean) {
  const file = new TempFile(temp)
  const writer = new GzipLayerWriter(file, await loadDeflateEngine(), parallel)
  const context = { ...SETTINGS, report: () => {}, buffer: Buffer.alloc(1000) }
  if (source.kind !== 'modules') throw new Error('not a module')
  await writeTar(moduleEntries(source.modules, context), writer)
  const facts = await writer.end()
  await file.sync()
  return facts
}

describe('the bytes of a layer', () => {
  const bytes = content(2 * MIB + 5, 9)
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'trowel-test-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Writes `bytes` in pieces of these sizes, over and over. */
  async function written(sizes: readonly number[], parallel: boolean, pako = false): Promise<string> {
    const temp = reserveTemp(folder)
    const file = new TempFile(temp)
    const writer = new GzipLayerWriter(file, await (pako ? loadPakoEngine() : loadDeflateEngine()), parallel)
    for (let start = 0, i = 0; start < bytes.length; i++) {
      const end = start + (sizes[i % sizes.length] ?? 1)
      await writer.write(bytes.subarray(start, end))
      start = end
    }
    const facts = await writer.end()
    await file.sync()
    const stored = readFileSync(temp)
    expect(facts).toEqual({ diffId: sha256(bytes), digest: sha256(stored), size: stored.length, tarSize: bytes.length })
    expect(gunzipSync(stored).equals(bytes)).toBe(true)
    file.discard()
    return facts.digest
  }

  test('do not depend on the pieces in which the tar comes, nor on the blocks in flight', async () => {
    const expected = await written([bytes.length], false)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 2 * MIB }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (sizes, parallel) => {
          fc.pre(sizes.some((size) => size > 1000))
          expect(await written(sizes, parallel)).toBe(expected)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('do not depend on the engine', async () => {
    expect(await written([MIB], false, true)).toBe(await written([MIB], false))
  })
})

describe('a run', () => {
  test('makes the same layers with any number of jobs, and leaves nothing else', async () => {
    const sources = [
      directory(aTree()),
      directory(aTree({ files: [['only', content(5 * MIB, 5)]] })),
      directory(aTree({ files: [['tiny', Buffer.from('x')]] })),
    ]
    const layers = sources.map((source) => ({ role: 'module' as const, title: 'module', modules: [], source }))
    const results = []
    for (const jobs of [1, 2, 8]) {
      const scratch = temporaryDirectory()
      results.push((await obtain(layers, aCache(undefined, scratch), { jobs })).map(({ facts }) => facts))
      const names = readdirSync(scratch, { recursive: true, encoding: 'utf8' })
      const files = names.filter((name) => statSync(join(scratch, name)).isFile())
      expect(files.map((name) => basename(name)).toSorted()).toEqual(
        results[0]?.map(({ digest }) => hexOf(digest)).toSorted(),
      )
    }
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
  })
})
