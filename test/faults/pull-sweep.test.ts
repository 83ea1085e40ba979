import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { faultsOver } from '../support/proxy/faults-over.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { isExpected } from './expected.js'
import { makeIndex, openStage, pull, record } from './harness.js'

const directory = mkdtempSync(join(tmpdir(), 'trowel-test-'))
const layout = makeIndex(directory, 'image')
const registry = await startRegistry()
afterAll(async () => {
  await registry.close()
  rmSync(directory, { recursive: true })
})

await pushLayout(registry, layout.directory, 'sweep:latest')
const clean = await record(registry, (stage) => pull(stage, 'sweep'))
const faults = faultsOver(clean.transcript)

test('a pull without faults reads everything, and is what the sweep goes over', () => {
  expect(clean.outcome).toEqual({ code: 'success' })
  expect(faults.length).toBeGreaterThan(100)
})

// What was read is what was asked for: every blob is checked against its digest on the way, which the contract of transports
// tests.
for (const { nth, fault, name } of faults) {
  test.concurrent(`pull, ${name}: everything or an error, and the next pull succeeds`, async ({ onTestFinished }) => {
    const stage = await openStage(registry, { rules: [{ match: { nth, times: 1 }, do: fault }] }, onTestFinished)
    const outcome = await pull(stage, 'sweep')
    expect(outcome).toSatisfy(() => isExpected(fault, outcome))
    await stage.proxy.reopen()
    expect(await pull(stage, 'sweep')).toEqual({ code: 'success' })
  })
}
