import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { faultsOver } from '../support/proxy/faults-over.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { isExpected } from './expected.js'
import { makeIndex, openStage, push, record, wholeImage } from './harness.js'

const directory = mkdtempSync(join(tmpdir(), 'trowel-test-'))
const older = makeIndex(directory, 'older')
const newer = makeIndex(directory, 'newer')
const wanted = newer.entries()[0]!.digest
const registry = await startRegistry()
afterAll(async () => {
  await registry.close()
  rmSync(directory, { recursive: true })
})

await pushLayout(registry, older.directory, 'clean:latest')
const clean = await record(registry, (stage) => push(stage, newer, 'clean'))
const faults = faultsOver(clean.transcript)

test('a push without faults moves the tag, and is what the sweep goes over', async () => {
  expect(clean.outcome).toEqual({ code: 'success' })
  expect(await wholeImage(registry, 'clean')).toBe(wanted)
  expect(faults.length).toBeGreaterThan(200)
})

for (const [i, { nth, fault, name }] of faults.entries()) {
  const promise = 'done or refused, the tag is old or new, and the next push succeeds'
  test.concurrent(`push, ${name}: ${promise}`, async ({ onTestFinished }) => {
    const repository = `sweep/${i}`
    const old = await pushLayout(registry, older.directory, `${repository}:latest`)
    const stage = await openStage(registry, { rules: [{ match: { nth, times: 1 }, do: fault }] }, onTestFinished)
    const outcome = await push(stage, newer, repository)
    expect(outcome).toSatisfy(() => isExpected(fault, outcome))
    expect(await wholeImage(registry, repository)).toBe(outcome.code === 'success' ? wanted : old)

    await stage.proxy.reopen()
    expect(await push(stage, newer, repository)).toEqual({ code: 'success' })
    expect(await wholeImage(registry, repository)).toBe(wanted)
  })
}
