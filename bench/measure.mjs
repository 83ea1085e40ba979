// Runs a command and says what it cost. Linux: the figures come from /proc, the same way for every command.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SAMPLE_MS = 10
/** Clock ticks of /proc/PID/stat in a second: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS = 100

/**
 * Wall and CPU seconds (user and system, threads and waited-for children included), peak resident set in MiB.
 * One command at a time: the CPU is what this process's dead children gained. Rejects when the command fails.
 */
export async function measure([command, ...args], { cwd, env } = {}) {
  const cpuBefore = cpuOfDeadChildren()
  const start = performance.now()
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let stdout = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  let rss = 0
  const sampler = setInterval(() => (rss = peakRss(child.pid) ?? rss), SAMPLE_MS)
  const [status, wall] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve([code ?? signal, (performance.now() - start) / 1000]))
  }).finally(() => clearInterval(sampler))
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${said}`)
  return { wall, cpu: cpuOfDeadChildren() - cpuBefore, rss, stdout }
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** The medians of runs of {@link measure}, each figure for itself. */
export function mediansOf(runs) {
  return Object.fromEntries(['wall', 'cpu', 'rss'].map((figure) => [figure, median(runs.map((run) => run[figure]))]))
}

/** The high-water mark that the kernel keeps, so the last sample before the end says nearly all. */
function peakRss(pid) {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return kib === undefined ? undefined : Number(kib) / 1024
  } catch {
    return undefined // ended between two samples
  }
}

function cpuOfDeadChildren() {
  const stat = readFileSync('/proc/self/stat', 'latin1')
  // Fields from the third on, since the second, a name in parentheses, may hold blanks: cutime and cstime are 16 and 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS
}
