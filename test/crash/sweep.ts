import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exchange } from '../support/registry/exchange.js'
import { hasStrace, lookAt, undisturbed, type Ended, type Scenario, type Stage, type Trial } from './trial.js'

/** Where a process is disturbed, and how. */
export type Point = { readonly scenario: Scenario } & (
  | {
      readonly kind: 'call'
      readonly call: string
      /** Among the calls of that name in their thread. */
      readonly which: number
      /** The error that the call fails with; undefined for SIGKILL right before it. */
      readonly fault?: string
    }
  | {
      readonly kind: 'request'
      /** Among the requests that change the registry. */
      readonly which: number
      /** Whether the registry has done what it was asked, when the process is killed. */
      readonly when: 'before' | 'after'
    }
)

/** Every call that our code changes the disk with. */
const CALLS = ['mkdir', 'openat', 'write', 'fsync', 'rename', 'link', 'unlink', 'rmdir']
/** Errors for the calls that Node does not make for itself, which would abort, and that do not remove: what cannot be removed stays. */
const FAULTS: Readonly<Record<string, readonly string[]>> = {
  mkdir: ['ENOSPC', 'EIO'],
  openat: ['EMFILE', 'ENOSPC'],
  fsync: ['ENOSPC', 'EIO'],
  rename: ['ENOSPC', 'EIO'],
  link: ['ENOSPC', 'EIO'],
}

const READS = new Set(['GET', 'HEAD'])

/** Every point at which a scenario can be disturbed: of its calls that change the disk, and of its requests that change the registry. */
export async function pointsOf(
  stage: Stage,
  scenario: Scenario,
): Promise<Record<'kill' | 'fault' | 'request', Point[]>> {
  const trial = await stage.begin(scenario)
  let requests = 0
  trial.watch = ({ method }) => void (requests += READS.has(method) ? 0 : 1)
  const trace = join(trial.directory, 'tmp', 'trace')
  const strace = ['strace', '-f', '-qq', '-y', '-s', '0', '-o', trace, '-e', `trace=${CALLS.join(',')}`]
  const ended = await trial.run(hasStrace() ? strace : [])
  await trial.close()
  if (ended.status !== 0) throw new Error(`a traced run ended with status ${ended.status}: ${ended.stderr}`)
  const calls = hasStrace() ? callsIn(readFileSync(trace, 'utf8'), trial.directory) : []
  return {
    kill: calls.map(({ call, which }) => ({ kind: 'call', scenario, call, which })),
    fault: calls.flatMap(({ call, which }) =>
      (FAULTS[call] ?? []).map((fault): Point => ({ kind: 'call', scenario, call, which, fault })),
    ),
    request: Array.from({ length: requests }, (_, i) => i + 1).flatMap((which) =>
      (['before', 'after'] as const).map((when): Point => ({ kind: 'request', scenario, which, when })),
    ),
  }
}

/** Each call on a file of ours, with its number among the calls of that name in its thread. */
function callsIn(trace: string, directory: string): { readonly call: string; readonly which: number }[] {
  const counts = new Map<string, number>()
  const points = new Map<string, { call: string; which: number }>()
  for (const line of trace.split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (!CALLS.includes(call)) continue
    const which = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, which)
    const isOurs = line.includes(directory) && (call !== 'openat' || line.includes('O_CREAT'))
    if (isOurs) points.set(`${call} ${which}`, { call, which })
  }
  return [...points.values()]
}

/** What became of one point. */
export interface Outcome {
  /** Whether the process ended by it. It may be over first, since threads share the calls by chance. */
  readonly isStopped: boolean
  readonly isNew: boolean
  readonly temps: number
}

/** Disturbs one process and looks at what it leaves, and at what the next one makes of that. @throws when that is not as it should be */
export async function disturb(stage: Stage, point: Point): Promise<Outcome> {
  const { scenario } = point
  const trial = await stage.begin(scenario)
  try {
    const ended = point.kind === 'call' ? await withCall(trial, point) : await withRequest(trial, point)
    const isStopped = hasStopped(ended, point)
    trial.watch = () => undefined
    const left = await lookAt(trial, scenario, stage.digests)
    const isFault = point.kind === 'call' && point.fault !== undefined
    if (isFault && left.temps > 0) throw new Error(`${left.temps} temporary files are left`)
    if (ended.status === 0 && !left.isNew) throw new Error('it ended well, and not every name is the new image')
    const next = await undisturbed(trial)
    if (next !== stage.digests.new) throw new Error(`the next run gives ${next}, not ${stage.digests.new}`)
    if (!(await lookAt(trial, scenario, stage.digests)).isNew)
      throw new Error('after the next run a name is the old image')
    return { isStopped, ...left }
  } finally {
    await trial.close()
  }
}

function withCall(trial: Trial, { call, which, fault }: Point & { kind: 'call' }): Promise<Ended> {
  const what = fault === undefined ? 'signal=SIGKILL' : `error=${fault}`
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${which}`]
  return trial.run(['strace', '-f', '-qq', '-o', '/dev/null', ...inject])
}

function withRequest(trial: Trial, { which, when }: Point & { kind: 'request' }): Promise<Ended> {
  let count = 0
  let pid = 0
  const kill = (): void => void process.kill(pid, 'SIGKILL')
  trial.watch = (exchange) => {
    if (READS.has(exchange.method) || ++count !== which) return
    if (when === 'before') kill()
    else killBeforeAnswer(exchange, kill)
  }
  return trial.run([], (started) => (pid = started))
}

/** The registry has done its work when it answers. */
function killBeforeAnswer(exchange: Exchange, kill: () => void): void {
  const reply = exchange.reply.bind(exchange)
  exchange.reply = (...args) => {
    kill()
    reply(...args)
  }
}

function hasStopped({ status, signal, stderr }: Ended, point: Point): boolean {
  if (status === 0) return false
  const fault = point.kind === 'call' ? point.fault : undefined
  if (fault === undefined && (signal === 'SIGKILL' || status === 137)) return true
  if (fault !== undefined && status === 6 && stderr.includes('E_IO') && stderr.includes(fault)) return true
  throw new Error(`it ended with status ${status ?? signal}: ${stderr}`)
}

/** So many of them, evenly spread. */
export function sample<T>(all: readonly T[], wanted: number): readonly T[] {
  if (wanted >= all.length) return all
  return Array.from({ length: wanted }, (_, i) => all[Math.floor((i * all.length) / wanted)]!)
}

/** A point in one line. */
export function nameOf(point: Point): string {
  const { scenario, which } = point
  if (point.kind === 'request') return `${scenario.name}, killed ${point.when} change ${which} of the registry`
  return `${scenario.name}, ${point.fault ?? 'killed'} at ${point.call} number ${which}`
}
