// Runs a command and says what it cost. Linux: the figures come from /proc, the same way for every command.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

const SAMPLE_MS = 10
/** Clock ticks of /proc/PID/stat in a second: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS = 100
/** A run is quiet when other processes, and other guests of the host, took less than this share of all cores meanwhile. */
const QUIET_SHARE = 0.05
/** Below this many quiet runs their median says less than that of all. */
const ENOUGH_QUIET = 3

/** Certificates that a machine adds to those of Node are read at every start, which can take longer than the start itself. */
const NODE_AS_IT_COMES = { NODE_EXTRA_CA_CERTS: undefined }

/**
 * Wall and CPU seconds (user and system, threads and waited-for children included), peak resident set in MiB, and bytes that
 * it wrote to files on a disk, those it removed again included.
 * One command at a time: CPU and bytes are what this process's dead children gained. Rejects when the command fails: with a status that is not accepted.
 */
export async function measure([command, ...args], { cwd, env, accepted = [0] } = {}) {
  const [cpuBefore, writtenBefore, machineBefore] = [cpuOfDeadChildren(), bytesWritten(), machineTime()]
  const start = performance.now()
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...NODE_AS_IT_COMES, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
  if (!accepted.includes(status)) throw new Error(`${command} ${args.join(' ')}: ${status}\n${said}`)
  const [cpu, machine] = [cpuOfDeadChildren() - cpuBefore, machineTime()]
  const written = bytesWritten() - writtenBefore
  const others = Math.max(0, machine.busy - machineBefore.busy - cpu) / (machine.total - machineBefore.total)
  return { wall, cpu, rss, written, others, stdout }
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/**
 * The medians of runs of {@link measure}, each figure for itself. The wall of a run beside others says how busy the machine
 * was, and punishes two threads more than one: so quiet runs alone count when there are enough, and `quiet` says how many were.
 */
export function mediansOf(runs) {
  const quiet = runs.filter((run) => run.others < QUIET_SHARE)
  const counted = quiet.length >= ENOUGH_QUIET ? quiet : runs
  const figures = ['wall', 'cpu', 'rss', 'written', 'others'].map((figure) => [
    figure,
    median(counted.map((run) => run[figure])),
  ])
  return { ...Object.fromEntries(figures), runs: runs.length, quiet: quiet.length }
}

/** Seconds that the cores of this machine had, and were busy or withheld by the host. */
function machineTime() {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]
  const [user, nice, system, idle, wait, irq, softirq, stolen] = line
    .split(/ +/)
    .slice(1)
    .map((ticks) => Number(ticks) / TICKS)
  const busy = user + nice + system + irq + softirq + stolen
  return { busy, total: busy + idle + wait }
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

/** What this process and its dead children wrote; this one writes nothing while it measures. Of tmpfs nothing is counted. */
function bytesWritten() {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))[1])
}
