import { expect, onTestFinished, test } from 'vitest'
import { disturb, nameOf, pointsOf, sample, type Outcome, type Point } from './sweep.js'
import { Stage, type Scenario } from './trial.js'

/**
 * Processes that publish are killed, and disks fail them, at every call that changes the disk and at every request that changes
 * the registry, which outlives them. So many points of each kind each; docs/reliability.md has the figures of a whole sweep:
 *
 *     npm run build && TROWEL_SWEEP=1000 npx vitest run test/crash/publish-sweep.test.ts
 */
const FEW = { kill: 4, fault: 3, request: 4 }
const WANTED = Number(process.env['TROWEL_SWEEP'] ?? 0)

/** Milliseconds for a whole sweep on a machine that has other things to do. */
const LONG = 4 * 60 * 60 * 1000

const create = (name: string, from: Scenario['from'], jobs: number): Scenario => ({
  name,
  from,
  args: (host) =>
    `builder create ${host}/out/builder:live --tag ${host}/out/other:live --publish --config builder.toml --quiet
     --registry-mirror golden.test=${host} --jobs ${jobs}`.split(/\s+/),
  tags: ['out/builder:live', 'out/other:live'],
  layouts: [],
})

/** A composite of two local modules and of one in the registry. */
const composite = (name: string, from: Scenario['from'], quirks: Scenario['quirks'] = {}): Scenario => ({
  name,
  from,
  args: (host) =>
    `buildpack package ${host}/out/composite:live --publish --config package.toml --quiet --target linux/amd64
     --registry-mirror golden.test=${host}`.split(/\s+/),
  tags: ['out/composite:live'],
  layouts: [],
  quirks,
})

const copy = (name: string, from: Scenario['from'], quirks: Scenario['quirks'] = {}): Scenario => ({
  name,
  from,
  args: (host, directory) => [
    'copy',
    `${host}/src/app:1`,
    `${host}/out/app:live`,
    `${host}/out/two:live`,
    `oci:${directory}/output/layout:live`,
    '--quiet',
  ],
  tags: ['out/app:live', 'out/two:live'],
  layouts: [['output/layout', 'live']],
  quirks,
})

const COMMANDS: Readonly<Record<string, readonly Scenario[]>> = {
  'builder create --publish': [
    create('nothing there', 'nothing', 1),
    create('old tags and a cache', 'old', 2),
    create('old tags', 'old without cache', 2),
  ],
  'buildpack package --publish': [
    composite('nothing there', 'nothing'),
    composite('an old tag and a cache', 'old'),
    composite('an old tag, no mounts', 'old without cache', { mount: 'never', ignorePostDigest: true }),
  ],
  copy: [
    copy('nothing there', 'nothing'),
    copy('an old output', 'old'),
    copy('an old output, no mounts', 'old without cache', { mount: 'never', ignorePostDigest: true }),
  ],
}

for (const [command, scenarios] of Object.entries(COMMANDS)) {
  const promise = `leaves every name old or new, and all that it names`
  test(
    `X-03, X-04 ${command} that is killed, or failed by the disk, ${promise}`,
    async ({ task }) => {
      const stage = await Stage.open(scenarios[0]!)
      onTestFinished(() => stage.close())
      const found = []
      for (const scenario of scenarios) found.push(await pointsOf(stage, scenario))
      for (const kind of ['kill', 'fault', 'request'] as const) {
        const all = found.flatMap((one) => one[kind])
        if (all.length === 0) console.log(`skipped: ${task.name}: ${kind}: strace is missing`)
        const outcomes = await sweep(stage, sample(all, WANTED || FEW[kind]))
        if (WANTED > 0) console.log(rowOf(`${command} | ${kind}`, all, outcomes))
        expect(outcomes.flatMap(({ failure }) => failure ?? [])).toEqual([])
      }
    },
    WANTED > 0 ? LONG : 600_000,
  )
}

type Swept = Partial<Outcome> & { readonly failure?: string }

async function sweep(stage: Stage, points: readonly Point[]): Promise<readonly Swept[]> {
  const outcomes: Swept[] = []
  for (const point of points) {
    const failed = (error: unknown): Swept => ({ failure: `${nameOf(point)}: ${String(error)}` })
    const outcome: Swept = await disturb(stage, point).catch(failed)
    outcomes.push(outcome)
    if (WANTED > 0 && outcome.failure !== undefined) console.log(outcome.failure)
  }
  return outcomes
}

/** Points, how many were tried, how many stopped the process, how often the names were old and new then, temporary files. */
function rowOf(what: string, all: readonly Point[], outcomes: readonly Swept[]): string {
  const count = (test: (outcome: Swept) => boolean | undefined): number => outcomes.filter(test).length
  const temps = Math.max(0, ...outcomes.map((outcome) => outcome.temps ?? 0))
  const numbers = [
    all.length,
    outcomes.length,
    count(({ isStopped }) => isStopped),
    count(({ isNew }) => isNew === false),
    count(({ isNew }) => isNew),
    temps,
    count(({ failure }) => failure !== undefined),
  ]
  return `| ${what} | ${numbers.join(' | ')} |`
}
