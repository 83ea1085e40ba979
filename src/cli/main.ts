import { readFileSync } from 'node:fs'
import { CnbError, EXIT_BUG, EXIT_STATUS } from '../errors.js'
import type { Host } from '../operations/host.js'
import { sourceLines } from '../operations/source-line.js'
import { errorWithoutSecrets } from '../operations/without-secrets.js'
import { helpFor } from './help.js'
import { Output, type OutputOptions, type Streams } from './output.js'
import { failureJson, printFailure } from './render/failure.js'
import { printable } from './render/text.js'

/** What the process gives a command line. */
export interface Invocation {
  readonly streams: Streams
  readonly host: Host
  readonly signal: AbortSignal
}

/** Runs one command line and returns its exit status. Never throws. */
export async function main(argv: readonly string[], invocation: Invocation): Promise<number> {
  const { host, streams, signal } = invocation
  if (argv.length === 1 && argv[0] === '--version') {
    streams.writeOut(`${version()}\n`)
    return 0
  }
  const help = helpFor(argv)
  if (help !== undefined) {
    streams.writeOut(`${help}\n`)
    return 0
  }
  const output = new Output(streams, outputOptions(argv, host.env), host.now)
  try {
    // Loaded here, so that `--version` and `--help` do not wait for it.
    const { parseCommandLine } = await import('./parse.js')
    const { command, args } = await parseCommandLine(argv)
    const run = await command.load()
    return (await run(args, { host, output, signal, version: version() })) ?? 0
  } catch (error) {
    output.done()
    return fail(error, output, argv)
  }
}

function fail(thrown: unknown, output: Output, argv: readonly string[]): number {
  const error = asFailure(thrown)
  if (isAbort(error) && !(error instanceof CnbError && error.diagnostics.length > 0)) {
    output.urgent('stopped; nothing was changed')
    return EXIT_BUG // cli.ts knows which signal it was
  }
  if (error instanceof CnbError) {
    if (wantsJson(argv)) output.json(failureJson(error))
    output.urgent(printFailure(error, output.palette, sourceLines()))
    if (argv.includes('--debug')) output.urgent(printable(traceOf(error)))
    return EXIT_STATUS[error.kind]
  }
  output.urgent(`error[E_BUG] this is a fault of trowel, not of your input: ${printable(String(error))}`)
  output.urgent(
    argv.includes('--debug')
      ? traceOf(error)
      : '  fix: please report it, with the output of the same command and --debug',
  )
  return EXIT_BUG
}

/** What a machine runs out of while Node itself works, as when it loads our modules or starts a thread. */
const EXHAUSTED = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'ERR_WORKER_OUT_OF_MEMORY',
  'ERR_WORKER_INIT_FAILED',
])

/** As people are told of it. */
function asFailure(error: unknown): unknown {
  if (error instanceof CnbError) return errorWithoutSecrets(error)
  if (!(error instanceof Error) || !('code' in error) || !EXHAUSTED.has(String(error.code))) return error
  return new CnbError('E_IO', `the machine has no more to give: ${error.message}`, { cause: error })
}

/** `check` has two ways to ask for it. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, i) => word === '--json' || word === '--format=json' || (word === 'json' && argv[i - 1] === '--format'),
  )
}

function isAbort(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e.name === 'AbortError' || e.message.startsWith('stopped by SIG')) return true
  }
  return false
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** The version in package.json. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return parsed.version
  }
  throw new Error('package.json has no version')
}

/** Read before the command line is parsed, because usage errors are shown with them too. */
function outputOptions(argv: readonly string[], env: Host['env']): OutputOptions {
  const has = (...flags: string[]): boolean => flags.some((flag) => argv.includes(flag))
  return {
    quiet: has('--quiet', '-q'),
    verbose: has('--verbose', '-v'),
    timestamps: has('--timestamps'),
    noColor: has('--no-color') || (env['NO_COLOR'] ?? '') !== '',
    forceColor: has('--force-color'),
  }
}
