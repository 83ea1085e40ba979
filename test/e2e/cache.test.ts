import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { soundWorkspace, type Workspace } from '../support/workspace.js'

interface Tally {
  readonly count: number
  readonly bytes: number
}

function cache({ cache, input }: Workspace, ...args: readonly string[]): Promise<Run> {
  return trowel(['cache', ...args], { cwd: input, env: { TROWEL_CACHE_DIR: cache } })
}

async function info(workspace: Workspace): Promise<{ readonly blobs: readonly Tally[]; readonly bytes: number }> {
  return JSON.parse((await cache(workspace, 'info', '--json')).stdout) as Awaited<ReturnType<typeof info>>
}

/** Every file of the cache, the largest blob of which is that of a layer. */
function filesOf({ cache }: Workspace): readonly string[] {
  return readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

test('info counts what a run kept, and prune takes it away; the next run makes the same again', async () => {
  const workspace = soundWorkspace()
  expect(await info(workspace)).toMatchObject({ blobs: [], bytes: 0 })
  const first = await workspace.create()
  const kept = await info(workspace)
  expect(kept.blobs.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0)
  expect((await cache(workspace, 'info')).stdout).toContain(workspace.cache)

  const pruned = await cache(workspace, 'prune', '--all', '--json')
  expect(JSON.parse(pruned.stdout)).toEqual({ count: expect.any(Number) as number, bytes: kept.bytes })
  expect(await info(workspace)).toMatchObject({ blobs: [], bytes: 0 })
  expect((await workspace.create()).stdout).toBe(first.stdout)
})

test('prune leaves what is young, or small enough', async () => {
  const workspace = soundWorkspace()
  await workspace.create()
  const kept = await info(workspace)
  for (const args of [
    ['--older-than', '1'],
    ['--max-bytes', String(kept.bytes)],
  ]) {
    expect(await cache(workspace, 'prune', ...args)).toMatchObject({ status: 0, stdout: 'removed 0 files, 0 B\n' })
  }
  expect(await info(workspace)).toEqual(kept)
  await cache(workspace, 'prune', '--max-bytes', '0')
  expect(await info(workspace)).toMatchObject({ blobs: [] })
})

test('verify names what is damaged, and removes it', async () => {
  const workspace = soundWorkspace()
  await workspace.create()
  expect((await cache(workspace, 'verify')).stdout).toMatch(/^sound: [1-9]\d* files?, .*\n$/)
  const blob = filesOf(workspace).find((file) => /[0-9a-f]{64}$/.test(file))
  if (blob === undefined) throw new Error('nothing was kept')
  truncateSync(blob, 1)
  expect((await cache(workspace, 'verify')).stdout).toContain(`damaged and removed: ${blob} is sha256:`)
  expect((await cache(workspace, 'verify')).stdout).toMatch(/^sound: .*\n$/)
  expect(filesOf(workspace)).not.toContain(blob)
})

test.each([
  ['prune says not what', ['prune'], {}],
  ['days are no number', ['prune', '--older-than', '-1'], {}],
  ['bytes are no number', ['prune', '--max-bytes', '1e9'], {}],
  ['nobody knows where it is', ['info'], { TROWEL_CACHE_DIR: undefined }],
])('the status is 2 when %s', async (_, args, env) => {
  const cwd = temporaryDirectory()
  const run = await trowel(['cache', ...args], { cwd, env: { TROWEL_CACHE_DIR: cwd, ...env } })
  expect(run.stderr).toMatch(/^error\[E_USAGE\]/)
  expect(run).toMatchObject({ status: 2, stdout: '' })
})
