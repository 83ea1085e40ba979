import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { kill } from 'node:process'
import { CnbError } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { basicCredential, type Credential } from './credential.js'

/** Where helpers run. */
export interface HelperOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** No helper is taken from here. */
  readonly cwd: string
  /** Milliseconds until a helper that has not answered is stopped. */
  readonly timeout?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A name that cannot leave a directory, nor mean anything to anybody. */
const HELPER_NAME = /^[A-Za-z0-9._-]+$/
/** Milliseconds. */
const PATIENCE = 30_000
/** Bytes of what a helper says, on both of its outputs. */
const LARGEST_OUTPUT = 1024 * 1024
/** @see https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/error.go */
const NOT_FOUND = /credentials not found|no credentials server URL|no credentials username/i

/**
 * What the program `docker-credential-NAME` has for `server`; undefined when it has nothing. Nothing of what it says is in what
 * is thrown, because that may be a secret.
 *
 * @throws CnbError E_CREDENTIALS for the name, E_AUTH when the program is missing or does not do what helpers do
 * @see https://github.com/docker/docker-credential-helpers#development
 */
export async function askHelper(name: string, server: string, options: HelperOptions): Promise<Credential | undefined> {
  if (!HELPER_NAME.test(name)) {
    throw new CnbError('E_CREDENTIALS', 'a credential helper has a name that no program has', {
      value: name,
      hint: 'credHelpers and credsStore take letters, digits, dots, dashes and underscores',
    })
  }
  const program = `docker-credential-${name}`
  const path = findProgram(program, options)
  if (path === undefined) {
    throw new CnbError('E_AUTH', `the credential helper ${program} for ${server} is not on the PATH`, {
      hint: `install ${program}, or remove it from credHelpers and credsStore`,
    })
  }
  const outcome = await run(path, server, options)
  if (outcome.status === 0) return decodeAnswer(outcome.answer, program, server)
  if (NOT_FOUND.test(outcome.said)) return undefined
  throw helperError(program, server, `${outcome.status}, after ${outcome.said.length} bytes of output`)
}

/** The first of that name on the PATH; parts of the PATH that depend on where we are do not count. */
function findProgram(program: string, { env, cwd }: HelperOptions): string | undefined {
  const here = realPath(cwd)
  const directories = (env['PATH'] ?? '').split(delimiter).filter((part) => isAbsolute(part) && realPath(part) !== here)
  return directories.map((directory) => join(directory, program)).find(isProgram)
}

function realPath(path: string): string | undefined {
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

interface Outcome {
  /** Its exit status, or how else it came to an end. */
  readonly status: number | string
  readonly answer: Buffer
  /** All that it said, on both of its outputs, byte by byte. */
  readonly said: string
}

function run(path: string, server: string, options: HelperOptions): Promise<Outcome> {
  const { env, timeout = PATIENCE, signal } = options
  signal?.throwIfAborted()
  // In a session of its own it has no terminal to ask for a passphrase, and is stopped with all that it started.
  const child = spawn(path, ['get'], { env: { ...env }, stdio: 'pipe', detached: true })
  return new Promise((resolve, reject) => {
    const answer: Buffer[] = []
    const said: Buffer[] = []
    let size = 0
    const end = (status: number | string): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      stop(child)
      resolve({ status, answer: Buffer.concat(answer), said: Buffer.concat(said).toString('latin1') })
    }
    const abort = (): void => {
      reject(signal?.reason as Error)
      end('aborted')
    }
    const hear = (piece: Buffer): void => {
      said.push(piece)
      size += piece.length
      if (size > LARGEST_OUTPUT) end(`more than ${LARGEST_OUTPUT} bytes`)
    }
    const timer = setTimeout(() => end(`no answer in ${timeout} ms`), timeout)
    signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', (piece: Buffer) => {
      answer.push(piece)
      hear(piece)
    })
    child.stderr.on('data', hear)
    child.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'))
    child.on('close', (code, signal) => end(code ?? signal ?? 'nothing'))
    // It may end before it has read.
    child.stdin.on('error', () => undefined)
    child.stdin.end(server)
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

function decodeAnswer(bytes: Uint8Array, program: string, server: string): Credential {
  let user: string | undefined
  let secret: string | undefined
  try {
    const fields = Fields.of(parseJson(bytes, { file: program, limits: DEFAULT_LIMITS }), {
      file: program,
      code: 'E_AUTH',
    })
    user = fields.optionalString('Username')
    secret = fields.optionalString('Secret')
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    // The reason may quote the answer.
    throw helperError(program, server, `${bytes.length} bytes that are not the JSON of a credential`)
  }
  if (user && secret) return basicCredential(user, secret, program)
  throw helperError(program, server, 'a credential without user name or secret')
}

function helperError(program: string, server: string, got: string): CnbError {
  return new CnbError('E_AUTH', `the credential helper ${program} did not give the credential for ${server}: ${got}`, {
    hint: `see what ${program} get says when it is given ${server} as its input`,
  })
}
