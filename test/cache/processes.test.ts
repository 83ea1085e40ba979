import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { verifyCache } from '#src/cache/upkeep.js'
import { parseDigest } from '#src/oci/digest.js'
import { PROJECT } from '../support/quickstart.js'
import { sha256 } from '../support/layout.js'
import { aCache, type TestCache } from './a-cache.js'

const BLOBS = 20
const SIZE = 100_000

const blob = (number: number): Buffer => Buffer.alloc(SIZE, `content of ${number}. `)

/** Keeps all blobs, in an order of its own, over and over. Says each round. */
const WRITER = `
  const [, directory, first, rounds] = process.argv
  const { Cache } = await import('#src/cache/cache.js')
  const { TempFile } = await import('#src/files.js')
  const { digestOf } = await import('#src/oci/digest.js')
  for (let round = 0; round < Number(rounds); round++) {
    const cache = new Cache({ directory, scratch: () => directory + '/scratch', user: process.getuid?.(), now: Date.now })
    for (let i = 0; i < ${BLOBS}; i++) {
      const bytes = Buffer.alloc(${SIZE}, 'content of ' + ((i + Number(first)) % ${BLOBS}) + '. ')
      const digest = digestOf(bytes)
      const temp = new TempFile(cache.reserve())
      for (let at = 0; at < bytes.length; at += 1000) temp.write(bytes.subarray(at, at + 1000))
      await temp.sync()
      cache.keep(temp.path, { digest, kind: 'layer', isSynced: round % 2 === 0 })
      cache.remember('url', digest, 'written by ' + first)
      if (cache.find(digest) === undefined) throw new Error('not found')
      if (!cache.record('url', digest)?.startsWith('written by ')) throw new Error('half a record')
    }
    process.stdout.write('round\\n')
  }
`

interface Outcome {
  readonly status: number | null
  readonly stderr: string
}

function startWriter(
  { directory }: TestCache,
  first: number,
  options: { rounds: number; kill: boolean },
): Promise<Outcome> {
  const args = ['--input-type=module', '-e', WRITER, directory, String(first), String(options.rounds)]
  const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdout.on('data', () => options.kill && child.kill('SIGKILL'))
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr })))
}

function expectSound(place: TestCache): void {
  const found = verifyCache({ directory: place.directory, user: process.getuid?.(), now: Date.now })
  expect(found).toEqual({ sound: { count: BLOBS, bytes: BLOBS * SIZE }, damaged: [] })
  const cache = place.open()
  for (let i = 0; i < BLOBS; i++) expect(cache.find(parseDigest(sha256(blob(i))))).toBeDefined()
}

test('K-01 many processes keep the same blobs at once', async () => {
  const place = aCache()
  const runs = Array.from({ length: 6 }, (_, i) => startWriter(place, i * 3, { rounds: 2, kill: false }))
  for (const outcome of await Promise.all(runs)) expect(outcome).toEqual({ status: 0, stderr: '' })
  expectSound(place)
  const first = place.fileOf(parseDigest(sha256(blob(0))))
  expect(readdirSync(dirname(first))).toHaveLength(BLOBS)
})

test('K-02 processes that are killed in the middle of it do no harm to the others', async () => {
  const place = aCache()
  const runs = Array.from({ length: 6 }, (_, i) =>
    startWriter(place, i * 3, { rounds: i === 0 ? 3 : 100, kill: i > 0 }),
  )
  const outcomes = await Promise.all(runs)
  expect(outcomes.map(({ stderr }) => stderr).join('')).toBe('')
  expect(outcomes.map(({ status }) => status)).toEqual([0, null, null, null, null, null])
  expectSound(place)
})
