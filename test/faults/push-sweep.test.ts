import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { goldenInput } from '../support/golden.js'
import { faultsOver } from '../support/proxy/faults-over.js'
import type { Fault } from '../support/proxy/rules.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { DEPENDENCY, publishComposite, writeComposite } from './composite.js'
import { isExpected } from './expected.js'
import { makeIndex, openStage, push, record, wholeImage, type Outcome, type Stage } from './harness.js'

const directory = mkdtempSync(join(tmpdir(), 'trowel-test-'))
const older = makeIndex(directory, 'older')
const newer = makeIndex(directory, 'newer')
const composite = join(directory, 'composite')
writeComposite(composite)
const registry = await startRegistry()
afterAll(async () => {
  await registry.close()
  rmSync(directory, { recursive: true })
})
await pushLayout(registry, goldenInput('packages', 'one'), DEPENDENCY)

interface Sweep {
  readonly name: string
  readonly push: (stage: Stage, repository: string) => Promise<Outcome>
  /** Whether a fault is tried. */
  readonly takes: (fault: Fault, at: number) => boolean
  /** Faults that there are at least. */
  readonly atLeast: number
}

/** Faults after which the clock of a whole run would make it wait. */
const isSlow = (fault: Fault): boolean => fault.kind === 'refuse' || (fault.kind === 'cut' && fault.how === 'stall')

/** Of a whole run one fault in so many, which share no factor with the faults that there are of a request. */
const ONE_IN = 7

const SWEEPS: readonly Sweep[] = [
  {
    name: 'push',
    push: (stage, repository) => push(stage, newer, repository),
    takes: () => true,
    atLeast: 200,
  },
  {
    name: 'buildpack package --publish of a composite',
    push: (stage, repository) => publishComposite(stage, composite, repository),
    takes: (fault, at) => !isSlow(fault) && at % ONE_IN === 0,
    atLeast: 20,
  },
]

for (const [which, { name, push, takes, atLeast }] of SWEEPS.entries()) {
  await pushLayout(registry, older.directory, `clean/${which}:latest`)
  const clean = await record(registry, (stage) => push(stage, `clean/${which}`))
  const wanted = await wholeImage(registry, `clean/${which}`)
  const faults = faultsOver(clean.transcript).filter(({ fault }, at) => takes(fault, at))

  describe(name, () => {
    test('moves the tag without faults, and is what the sweep goes over', () => {
      expect(clean.outcome).toEqual({ code: 'success' })
      expect(wanted).not.toBe(older.entries()[0]!.digest)
      expect(faults.length).toBeGreaterThan(atLeast)
    })

    for (const [i, { nth, fault, name }] of faults.entries()) {
      const promise = 'done or refused, the tag is old or new, and the next one succeeds'
      test.concurrent(`${name}: ${promise}`, async ({ onTestFinished }) => {
        const repository = `sweep/${which}/${i}`
        const old = await pushLayout(registry, older.directory, `${repository}:latest`)
        const stage = await openStage(registry, { rules: [{ match: { nth, times: 1 }, do: fault }] }, onTestFinished)
        const outcome = await push(stage, repository)
        expect(outcome).toSatisfy(() => isExpected(fault, outcome))
        expect(await wholeImage(registry, repository)).toBe(outcome.code === 'success' ? wanted : old)

        await stage.proxy.reopen()
        expect(await push(stage, repository)).toEqual({ code: 'success' })
        expect(await wholeImage(registry, repository)).toBe(wanted)
      })
    }
  })
}
