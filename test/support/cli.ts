import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The built command line tool. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Run {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The Node that runs it. */
  readonly node?: string
  readonly nodeArguments?: readonly string[]
  /** Called with the pid as soon as it runs, for tests that stop it. */
  readonly started?: (pid: number) => void
}

/** Every secret of a test has it in it: what says it has let a secret out. */
const CANARY = /c4n4ry/i

/** Runs `trowel ARGS` as a user would, in a process of its own, with no cache but the one that `env` names. */
export function trowel(args: readonly string[], options: RunOptions): Promise<Run> {
  const { cwd, env = {}, node = process.execPath, nodeArguments = [], started } = options
  const { PATH, TMPDIR } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...nodeArguments, CLI, ...args], {
      cwd,
      env: { PATH, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      if (CANARY.test(stdout + stderr)) reject(new Error(`a secret was let out: ${stdout}${stderr}`))
      else resolve({ status, signal, stdout, stderr })
    })
    if (child.pid !== undefined) started?.(child.pid)
  })
}
