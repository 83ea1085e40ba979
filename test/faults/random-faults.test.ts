import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Asked, Fault } from '../support/proxy/rules.js'
import { startProxy } from '../support/proxy/proxy.js'
import { startRegistry } from '../support/registry/registry.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { makeIndex, push, wholeImage } from './harness.js'

/** How many pushes; `FAULT_RUNS=1000` is the long form. */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 200)
/** The same in every run of the suite, whose result must not depend on luck; `FAULT_SEED` tries others. */
const SEED = Number(process.env['FAULT_SEED'] ?? 20_261_122)
/** Pushes at once: one that waits for a silent server leaves time for others. */
const AT_ONCE = 4
/** Of all requests. */
const SHARE = 0.1
/**
 * Faults of one kind of request in one push. A request that fails six times ends a push, as it should, and luck alone makes that of
 * one push in some thousands; one try is left for a machine that is slow by itself.
 */
const MOST = 4

const FAULTS: readonly Fault[] = [
  { kind: 'refuse' },
  { kind: 'cut', of: 'request', after: '0%', how: 'rst' },
  { kind: 'cut', of: 'request', after: '50%', how: 'rst' },
  { kind: 'cut', of: 'request', after: '50%', how: 'fin' },
  { kind: 'cut', of: 'request', after: '100%', how: 'rst' },
  { kind: 'cut', of: 'request', after: '0%', how: 'stall' },
  { kind: 'cut', of: 'response', after: '50%', how: 'rst' },
  { kind: 'status', status: 408 },
  { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502, body: '<html>bad gateway</html>' },
  { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
]

/** The same numbers from 0 to 1 for the same words, in whatever order they are asked for. */
function chance(...words: (string | number)[]): number {
  return createHash('sha256').update(words.join('\0')).digest().readUInt32BE() / 2 ** 32
}

/** What goes wrong with the n-th request of its kind; the kinds are told apart by what does not change from run to run. */
function faultsOf(seed: string): (asked: Asked) => Fault | undefined {
  const seen = new Map<string, number>()
  const hurt = new Map<string, number>()
  return ({ method, path }) => {
    const kind = `${method} ${path.replace(/uploads\/[0-9a-f-]{36}\?_state=\d+/, 'uploads')}`
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    const before = hurt.get(kind) ?? 0
    if (before === MOST || chance(seed, kind, count) >= SHARE) return undefined
    hurt.set(kind, before + 1)
    return FAULTS[Math.floor(chance(seed, kind, count, 'which') * FAULTS.length)]
  }
}

test(`R-63: ${RUNS} pushes of 200 requests with one fault in ten: all arrive whole (seed ${SEED})`, async ({
  onTestFinished,
}) => {
  const directory = mkdtempSync(join(tmpdir(), 'trowel-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const older = makeIndex(directory, 'older')
  const newer = makeIndex(directory, 'newer', { small: 30, large: 9 })
  const wanted = newer.entries()[0]!.digest
  const failed: string[] = []
  let requests = 0
  let hurt = 0

  async function run(number: number): Promise<void> {
    const seed = `${SEED}/${number}`
    const registry = await startRegistry()
    const proxy = await startProxy({ target: registry.host, faultFor: faultsOf(seed) })
    const old = await pushLayout(registry, older.directory, 'app:latest')
    let drawn = 0
    const outcome = await push({ registry, proxy }, newer, 'app', () => chance(seed, 'wait', drawn++))
    if (outcome.code !== 'success') failed.push(`run ${number}: ${JSON.stringify(outcome)}`)
    const digest = await wholeImage(registry, 'app')
    await proxy.close()
    await registry.close()
    requests += proxy.transcript.length
    hurt += proxy.transcript.filter(({ fault }) => fault !== undefined).length
    expect(digest, `run ${number}`).toBe(outcome.code === 'success' ? wanted : old)
  }

  const numbers = Array.from({ length: RUNS }, (_, i) => i).values()
  const worker = async (): Promise<void> => {
    for (const number of numbers) await run(number)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  console.log(`seed ${SEED}: ${requests} requests, ${hurt} with a fault; ${failed.length} of ${RUNS} pushes failed`)
  expect(requests / RUNS).toBeGreaterThan(200)
  expect(hurt / requests).toBeGreaterThan(SHARE / 2)
  expect(failed).toEqual([])
}, 3_600_000)
