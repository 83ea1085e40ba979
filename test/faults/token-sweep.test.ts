import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { startTokenServer } from '../support/registry/token-server.js'
import { makeIndex, openStage, push, record, wholeImage } from './harness.js'

const directory = mkdtempSync(join(tmpdir(), 'trowel-test-'))
const older = makeIndex(directory, 'older')
const newer = makeIndex(directory, 'newer')
const wanted = newer.entries()[0]!.digest
const tokens = await startTokenServer({ anonymous: ['pull', 'push', 'delete'] })
const registry = await startRegistry({ auth: { kind: 'bearer', tokens } })
afterAll(async () => {
  await registry.close()
  await tokens.close()
  rmSync(directory, { recursive: true })
})

const clean = await record(registry, (stage) => push(stage, newer, 'clean'))
const count = clean.transcript.length

test('a push with tokens succeeds, and is what the sweep goes over', () => {
  expect(clean.outcome).toEqual({ code: 'success' })
  expect(count).toBeGreaterThan(20)
})

for (let nth = 1; nth <= count; nth++) {
  test(`push, every token ends before request ${nth}: another one is fetched, and the push succeeds`, async ({
    onTestFinished,
  }) => {
    const repository = `sweep/${nth}`
    await pushLayout(registry, older.directory, `${repository}:latest`)
    let requests = 0
    const revoke = (): undefined => {
      if (++requests === nth) tokens.revokeAll()
    }
    const stage = await openStage(registry, { faultFor: revoke }, onTestFinished)
    expect(await push(stage, newer, repository)).toEqual({ code: 'success' })
    expect(await wholeImage(registry, repository)).toBe(wanted)
  })
}
