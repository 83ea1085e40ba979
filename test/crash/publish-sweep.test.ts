import { expect, test } from 'vitest'
import { disturb, nameOf, pointsOf, sample, type Outcome } from './sweep.js'
import { Stage, type Scenario } from './trial.js'

/**
 * Processes that publish are killed, and disks fail them, at every call that changes the disk and at every request that changes
 * the registry, which outlives them. So many points of each kind each; docs/reliability.md has the figures of a whole sweep:
 *
 *     npm run build && TROWEL_SWEEP=1000 npx vitest run test/crash/publish-sweep.test.ts
 */
const FEW = { kill: 5, fault: 4, request: 4 }
const WANTED = Number(process.env['TROWEL_SWEEP'] ?? 0)

/** Milliseconds for a whole sweep on a machine that has other things to do. */
const LONG = 4 * 60 * 60 * 1000

const create = (name: string, from: Scenario['from'], jobs: number): Scenario => ({
  name,
  from,
  args: (host) => [
    ...['builder', 'create', `${host}/out/builder:live`, '--config', 'builder.toml', '--publish', '--quiet'],
    ...['--registry-mirror', `golden.test=${host}`, '--tag', `${host}/out/other:live`, '--jobs', String(jobs)],
  ],
  tags: ['out/builder:live', 'out/other:live'],
  layouts: [],
})

const copy = (name: string, from: Scenario['from'], quirks: Scenario['quirks'] = {}): Scenario => ({
  name,
  from,
  args: (host, directory) => [
    ...[
      'copy',
      `${host}/src/app:1`,
      `${host}/out/app:live`,
      `${host}/out/two:live`,
      `oci:${directory}/output/layout:live`,
    ],
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
  copy: [
    copy('nothing there', 'nothing'),
    copy('an old output', 'old'),
    copy('an old output, no mounts', 'old without cache', { mount: 'never', ignorePostDigest: true }),
  ],
}

for (const [command, scenarios] of Object.entries(COMMANDS)) {
  test(
    `X-03, X-04 ${command} that is killed, or failed by the disk, leaves every name old or new, and all that it names`,
    async (context) => {
      const [first] = scenarios
      const stage = await Stage.open(first!)
      try {
        const found = []
        for (const scenario of scenarios) found.push(await pointsOf(stage, scenario))
        const rows: Record<string, Outcome[]> = {}
        const failures: string[] = []
        for (const kind of ['kill', 'fault', 'request'] as const) {
          const all = found.flatMap((one) => one[kind])
          if (all.length === 0) console.log(`skipped: ${context.task.name}: ${kind}: strace is missing`)
          rows[`${kind}, of ${all.length}`] = []
          for (const point of sample(all, WANTED || FEW[kind])) {
            try {
              rows[`${kind}, of ${all.length}`]?.push(await disturb(stage, point))
            } catch (error) {
              failures.push(`${nameOf(point)}: ${error instanceof Error ? error.message : String(error)}`)
              if (WANTED > 0) console.log(failures.at(-1))
            }
          }
        }
        expect(failures).toEqual([])
        expect(
          Object.values(rows)
            .flat()
            .filter(({ isStopped }) => isStopped).length,
        ).toBeGreaterThan(0)
      } finally {
        await stage.close()
      }
    },
    WANTED > 0 ? LONG : 300_000,
  )
}

/** Points, how many of them stopped the process, how many names were old and new then, and the most temporary files. */
function tableOf(command: string, rows: Readonly<Record<string, readonly Outcome[]>>): string {
  return Object.entries(rows)
    .map(([kind, all]) => {
      const stopped = all.filter(({ isStopped }) => isStopped).length
      const isNew = all.filter((outcome) => outcome.isNew).length
      const temps = Math.max(0, ...all.map((outcome) => outcome.temps))
      return `| ${command} | ${kind} | ${all.length} | ${stopped} | ${all.length - isNew} | ${isNew} | ${temps} |`
    })
    .join('\n')
}
