import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { kill } from 'node:process'

/** Variables by name. */
type Environment = Readonly<Record<string, string | undefined>>

/** Where programs are looked for. */
export interface ProgramSearch {
  readonly env: Environment
  /** No program is taken from here. */
  readonly cwd: string
}

/** What is run, and how long. */
export interface ProgramRun {
  /** The program, and its arguments. */
  readonly command: readonly [string, ...string[]]
  readonly env: Environment
  readonly cwd?: string | undefined
  /** What it reads. */
  readonly input: string | Uint8Array
  /** Bytes that it may say on both of its outputs. */
  readonly limit: number
  /** Milliseconds until it is stopped. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** What came of it. */
export interface ProgramOutcome {
  /** Its exit status, or how else it came to an end. */
  readonly status: number | string
  readonly answer: Buffer
  /** What it said on stderr. */
  readonly complaint: Buffer
}

/** The first program of that name on the PATH; parts of the PATH that depend on where we are do not count. */
export function findProgram(name: string, { env, cwd }: ProgramSearch): string | undefined {
  const here = targetOf(cwd)
  const directories = (env['PATH'] ?? '').split(delimiter).filter((part) => isAbsolute(part) && targetOf(part) !== here)
  return directories.map((directory) => join(directory, name)).find(isProgram)
}

/** Where a path leads; undefined when nothing is there. */
function targetOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Runs a program to its end, or stops it with all that it started: when it takes too long, says too much, or the signal comes.
 *
 * @throws the signal's reason
 */
export function runProgram(run: ProgramRun): Promise<ProgramOutcome> {
  const { command, env, cwd, input, limit, timeout, signal } = run
  const [path, ...args] = command
  signal?.throwIfAborted()
  // In a session of its own it has no terminal to ask for a passphrase, and is stopped with all that it started.
  const child = spawn(path, args, { env: { ...env }, cwd, stdio: 'pipe', detached: true })
  return new Promise((resolve, reject) => {
    const answer: Buffer[] = []
    const complaint: Buffer[] = []
    let size = 0
    const end = (status: number | string): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      stop(child)
      resolve({ status, answer: Buffer.concat(answer), complaint: Buffer.concat(complaint) })
    }
    const abort = (): void => {
      reject(signal?.reason as Error)
      end('aborted')
    }
    const hear = (pieces: Buffer[]) => (piece: Buffer) => {
      pieces.push(piece)
      size += piece.length
      if (size > limit) end(`more than ${limit} bytes`)
    }
    const timer = setTimeout(() => end(`no answer in ${timeout} ms`), timeout)
    signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', hear(answer))
    child.stderr.on('data', hear(complaint))
    child.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'))
    child.on('close', (code, signal) => end(code ?? signal ?? 'nothing'))
    // It may end before it has read.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** Ends the program and its children, and waits for nothing that still holds its outputs. */
function stop(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy()
  child.unref()
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}
