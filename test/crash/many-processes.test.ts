import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { verifyCache } from '#src/cache/upkeep.js'
import { trowel, type Run } from '../support/cli.js'
import { publishedInputs, type PublishedInputs } from '../support/published-inputs.js'
import { wholeTag } from '../support/traces.js'

/**
 * Rows of group K: processes that share a cache. A few rounds of those that are killed; docs/reliability.md has the figures of more:
 *
 *     npm run build && TROWEL_ROUNDS=200 npx vitest run test/crash/many-processes.test.ts
 */
const ROUNDS = Number(process.env['TROWEL_ROUNDS'] ?? 2)

const MANY = 16

function expectSound({ cache }: PublishedInputs): void {
  const { damaged } = verifyCache({ directory: cache, user: process.getuid?.(), now: Date.now })
  expect(damaged).toEqual([])
}

/** The digest that all of them say. */
function digestOf(runs: readonly Run[]): string {
  for (const run of runs) expect(run.status, run.stderr).toBe(0)
  const digests = new Set(runs.map(({ stdout }) => stdout.trim().split('@')[1]))
  expect(digests.size).toBe(1)
  return [...digests][0] ?? ''
}

function temporaryFiles({ directory }: PublishedInputs): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.trowel-'))
}

test('K-01, K-05 processes with one cache make the same, fetch nothing in vain, and nothing again', async () => {
  const inputs = await publishedInputs()
  const { registry } = inputs
  const publish = (i: number): Promise<Run> => inputs.create(`HOST/out/builder:${i % 4}`, ['--publish'])
  const digest = digestOf(await Promise.all(Array.from({ length: MANY }, (_, i) => publish(i))))
  for (const tag of ['0', '1', '2', '3']) expect(wholeTag(registry, 'out/builder', tag)).toBe(digest)
  expectSound(inputs)
  expect(temporaryFiles(inputs)).toEqual([])
  // Nobody waits for anybody, so that those who begin together may fetch the same; who comes later does not.
  const fetched = inputs.downloads()
  expect(fetched).toBeLessThanOrEqual(MANY)
  registry.requests.splice(0)
  expect(digestOf(await Promise.all([publish(0), publish(1), publish(2)]))).toBe(digest)
  expect(inputs.downloads()).toBe(fetched)
  expect(registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))).toEqual([])
})

test(
  `K-02 processes that are killed at any time do no harm to the others (${ROUNDS} rounds)`,
  async () => {
    const inputs = await publishedInputs()
    const digest = digestOf([await inputs.create('HOST/out/builder:1', ['--publish', '--no-cache'])])
    for (let round = 0; round < ROUNDS; round++) {
      const victims = Array.from({ length: 6 }, () =>
        inputs.create('HOST/out/builder:1', ['--publish'], {
          started: (pid) => void killLater(pid, Math.random() * 900),
        }),
      )
      const others = [
        inputs.create('HOST/out/builder:1', ['--publish']),
        inputs.create('x/y', ['--to', 'oci:../layout']),
      ]
      expect(digestOf(await Promise.all(others)), `round ${round}`).toBe(digest)
      for (const { status, signal, stderr } of await Promise.all(victims)) {
        expect(status === 0 || signal === 'SIGKILL', stderr).toBe(true)
      }
      expect(wholeTag(inputs.registry, 'out/builder', '1')).toBe(digest)
      expectSound(inputs)
    }
    // What they have left is known for what it is.
    await trowel(['cache', 'prune', '--all', '--cache-dir', inputs.cache], { cwd: inputs.directory })
    expect(temporaryFiles(inputs).filter((name) => name.startsWith('cache'))).toEqual([])
  },
  600_000 + ROUNDS * 30_000,
)

async function killLater(pid: number, milliseconds: number): Promise<void> {
  await sleep(milliseconds)
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was done before.
  }
}

/** Removes what `rules` say from the cache, over and over, until `work` is done. */
async function whilePruning<T>(inputs: PublishedInputs, rules: readonly string[], work: Promise<T>): Promise<T> {
  const over = new AbortController()
  const ended = work.finally(() => over.abort())
  while (!over.signal.aborted) {
    const run = await trowel(['cache', 'prune', ...rules, '--cache-dir', inputs.cache], { cwd: inputs.directory })
    expect(run.status, run.stderr).toBe(0)
  }
  return ended
}

test('K-03 runs do not notice that what is old is removed from their cache', async () => {
  const inputs = await publishedInputs()
  const digest = digestOf([await inputs.create('HOST/out/builder:1', ['--publish'])])
  const runs = Promise.all(['1', '2', '3', '4'].map((name) => inputs.create('x/y', ['--to', `oci:../layout-${name}`])))
  expect(digestOf(await whilePruning(inputs, ['--older-than', '1'], runs))).toBe(digest)
})

test('K-03 a run whose cache is emptied under it succeeds, or says what is gone and leaves the output as it was', async () => {
  const inputs = await publishedInputs()
  const digest = digestOf([await inputs.create('x/y', ['--to', 'oci:../layout'])])
  const index = join(inputs.directory, 'layout/index.json')
  const before = readFileSync(index, 'utf8')
  const begun = Promise.all(['1', '2', '3', '4'].map((tag) => inputs.create('x/y', ['--to', `oci:../layout:${tag}`])))
  const runs = await whilePruning(inputs, ['--all'], begun)
  for (const { status, stderr } of runs) {
    if (status === 0) continue
    expect(status, stderr).toBe(6)
    expect(stderr).toMatch(/error\[E_IO\] .*cache.*ENOENT/)
  }
  if (runs.every(({ status }) => status !== 0)) expect(readFileSync(index, 'utf8')).toBe(before)
  expectSound(inputs)
  expect(temporaryFiles(inputs).filter((name) => !name.startsWith('cache'))).toEqual([])
  expect(digestOf([await inputs.create('x/y', ['--to', 'oci:../layout'])])).toBe(digest)
})
