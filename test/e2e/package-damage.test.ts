import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compositeOf, packageComposite } from '../support/dependency.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { makePackage, moduleTar, OCI, tarOfEntries, type TestDescriptor } from '../support/layout.js'
import { writeFiles } from '../support/workspace.js'

/**
 * Packages in files of which one byte is another, or the end is missing: they are refused with nothing made of them, or, where
 * nothing that counts was hit, what is made of them is what it would have been. `TROWEL_DAMAGE` is how often each is damaged, and `TROWEL_SEED` where.
 */
const RUNS = Number(process.env['TROWEL_DAMAGE'] ?? 12)

const SEED = Number(process.env['TROWEL_SEED'] ?? 1)
/** Milliseconds; a long sweep takes as long as it takes. */
const TIMEOUT = 600_000 + RUNS * 1000

/** What is damaged, and what a composite takes from it. */
interface Subject {
  readonly bytes: Buffer
  readonly member: string
}

const BLOCK = 512

/** Where the content of each file of a tar lies, by name. */
function filesIn(tar: Buffer): Map<string, { readonly start: number; readonly end: number }> {
  const files = new Map<string, { start: number; end: number }>()
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const text = (from: number, length: number): string =>
      /^[^\0 ]*/.exec(tar.toString('latin1', at + from, at + from + length))![0]
    const size = Number.parseInt(text(124, 12), 8)
    const start = at + BLOCK
    files.set(text(0, 100).replace(/^\//, ''), { start, end: start + size })
    at = start + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

/** Names of the blobs without which there is no package for linux/amd64. */
function neededBlobs(tar: Buffer): string[] {
  const files = filesIn(tar)
  const read = (name: string): Document => {
    const { start, end } = files.get(name) ?? { start: 0, end: 0 }
    return JSON.parse(tar.toString('utf8', start, end)) as Document
  }
  const blob = ({ digest }: TestDescriptor): string => `blobs/${digest.replace(':', '/')}`
  const below = (descriptor: TestDescriptor): string[] => {
    if (descriptor.platform !== undefined && descriptor.platform['architecture'] !== 'amd64') return []
    const { manifests = [], config, layers = [] } = read(blob(descriptor))
    return [
      blob(descriptor),
      ...manifests.flatMap(below),
      ...(config === undefined ? [] : [config, ...layers].map(blob)),
    ]
  }
  return (read('index.json').manifests ?? []).flatMap(below)
}

interface Document {
  readonly manifests?: readonly TestDescriptor[]
  readonly config?: TestDescriptor
  readonly layers?: readonly TestDescriptor[]
}

/** What is made of a package in this file: a digest, or nothing, for which there is a code. */
async function madeOf({ member }: Subject, bytes: Uint8Array): Promise<string> {
  const cwd = compositeOf('package.cnb', [member])
  writeFileSync(join(cwd, 'package.cnb'), bytes)
  const { status, stdout, stderr } = await packageComposite(cwd, '--offline')
  if (status === 0) return stdout.trim()
  expect([2, 3], stderr).toContain(status)
  const [, code = ''] = /^error\[([a-zA-Z_-]+)\] .+\n {2}at /m.exec(stderr) ?? []
  expect(code, stderr).not.toBe('')
  expect(existsSync(join(cwd, 'out.cnb'))).toBe(false)
  return code
}

const MADE = /^sha256:[0-9a-f]{64}$/

/** A buildpack and a composite of it, packaged by us. */
async function ours(name: string, ...args: readonly string[]): Promise<Buffer> {
  const cwd = temporaryDirectory()
  const toml = (id: string, more: string): string =>
    `api = "0.10"\n[buildpack]\nid = "acme/${id}"\nversion = "1.0.0"\n${more}`
  writeFiles(cwd, {
    'y/buildpack.toml': toml('y', '[[targets]]\nos = "linux"\n'),
    'y/bin/build': '#!/bin/sh\n',
    'x/buildpack.toml': toml('x', '[[order]]\n[[order.group]]\nid = "acme/y"\nversion = "1.0.0"\n'),
    'package.toml': '[buildpack]\nuri = "x"\n[[dependencies]]\nuri = "y"\n',
  })
  const words = ['buildpack', 'package', name, '--config', 'package.toml', '--format', 'file', '--no-cache', ...args]
  expect(await trowelHere(words, { cwd })).toMatchObject({ status: 0 })
  return readFileSync(join(cwd, name))
}

const AMD64 = ['--target', 'linux/amd64']
const golden = (name: string, member: string) => (): Subject => ({
  bytes: readFileSync(goldenInput('work', 'packages', name)),
  member,
})

const SUBJECTS: readonly (readonly [string, () => Subject | Promise<Subject>])[] = [
  ['ours', async () => ({ bytes: await ours('x.cnb', ...AMD64), member: 'acme/x@1.0.0' })],
  [
    'ours, of two platforms',
    async () => ({ bytes: await ours('x.cnb', ...AMD64, '--target', 'linux/arm64'), member: 'acme/x@1.0.0' }),
  ],
  ['ours, flattened', async () => ({ bytes: await ours('x.cnb', ...AMD64, '--flatten'), member: 'acme/x@1.0.0' })],
  ["pack's", golden('one.cnb', 'golden/one@1.0.0')],
  ["pack's, of a composite", golden('meta.cnb', 'golden/meta@3.0.0')],
  ["pack's, flattened", golden('meta-flat.cnb', 'golden/meta@3.0.0')],
  [
    'with a layer that is not compressed',
    () => {
      const layout = makePackage(join(temporaryDirectory(), 'layout'))
      layout.editManifest((manifest) => void (manifest.layers = [layout.put(OCI.tar, moduleTar())]))
      return { bytes: tarOfEntries(layout.tarEntries()), member: 'acme/x@1.0.0' }
    },
  ],
]

function flipped(bytes: Buffer, at: number, by: number): Buffer {
  const damaged = Buffer.from(bytes)
  damaged[at] = (damaged[at] ?? 0) ^ by
  return damaged
}

describe.each(SUBJECTS)('a package in a file, %s', (_, make) => {
  test('one byte flipped: in every blob that is needed it is refused', async () => {
    const subject = await make()
    const files = filesIn(subject.bytes)
    const needed = neededBlobs(subject.bytes)
    expect(needed.length).toBeGreaterThan(2)
    for (const name of needed) {
      const { start, end } = files.get(name)!
      const at = start + Math.floor((end - start) / 2)
      const code = await madeOf(subject, flipped(subject.bytes, at, 1))
      expect(code, name).toBe('E_DIGEST')
    }
  })

  test(
    'one byte flipped: anywhere, it is refused or makes no difference',
    async () => {
      const subject = await make()
      const { bytes } = subject
      const sound = await madeOf(subject, bytes)
      expect(sound).toMatch(MADE)
      const files = filesIn(bytes)
      const needed = neededBlobs(bytes).flatMap((name) => files.get(name) ?? [])
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
          const isNeeded = needed.some(({ start, end }) => at >= start && at < end)
          const made = await madeOf(subject, flipped(bytes, at, by))
          if (isNeeded) expect(made).not.toMatch(MADE)
          else if (MADE.test(made)) expect(made).toBe(sound)
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      )
    },
    TIMEOUT,
  )

  test(
    'cut off: anywhere, it is refused',
    async () => {
      const subject = await make()
      const { bytes } = subject
      // Without the two empty blocks in the end, something may be missing before them.
      expect(await madeOf(subject, bytes.subarray(0, -2 * BLOCK))).toBe('E_TAR_TRUNCATED')
      const ends = fc.oneof(
        fc.nat(bytes.length - 1),
        fc.nat(bytes.length / BLOCK - 1).map((blocks) => blocks * BLOCK),
      )
      await fc.assert(
        fc.asyncProperty(ends, async (end) => {
          expect(await madeOf(subject, bytes.subarray(0, end))).not.toMatch(MADE)
        }),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      )
    },
    TIMEOUT,
  )
})
