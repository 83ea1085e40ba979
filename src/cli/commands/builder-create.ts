import { join } from 'node:path'
import { CnbError } from '../../errors.js'
import { DEFAULT_LIMITS, type Limits } from '../../limits.js'
import type { CreateBuilderOptions } from '../../operations/create-builder-options.js'
import type { Host } from '../../operations/host.js'
import { sourceLines } from '../../operations/source-line.js'
import type { Arguments } from '../commands.js'
import type { Context } from '../main.js'
import { diagnosticJson } from '../render/failure.js'
import { printDiagnostic } from '../render/diagnostics.js'
import { printPlan } from '../render/plan.js'
import { progressReporter } from '../render/progress.js'
import { printSummary } from '../render/summary.js'

/** Runs `trowel builder create` with its parsed arguments. */
export async function builderCreate(args: Arguments, context: Context, version: string): Promise<void> {
  const { host, output, signal } = context
  const request = readOptions(args, host, version)
  // Loaded late: usage errors need none of it.
  // One after the other: Node opens every file of a graph at once, and 64 of them is all that some machines allow.
  await import('../../operations/read-request.js')
  await import('../../operations/read-inputs.js')
  const { createBuilder } = await import('../../operations/create-builder.js')
  const outcome = await createBuilder(request, { host, report: progressReporter(output, host.now), signal })
  output.done()
  const sourceLine = sourceLines()
  for (const warning of outcome.warnings) output.urgent(printDiagnostic(warning, output.palette, sourceLine))
  const asJson = flag(args, 'json')
  if (outcome.kind === 'planned') {
    output.result(
      asJson
        ? JSON.stringify({ plan: outcome.plan, warnings: outcome.warnings.map(diagnosticJson) })
        : printPlan(outcome.plan),
    )
    return
  }
  const { result } = outcome
  if (asJson) output.result(JSON.stringify({ ...result, warnings: outcome.warnings.map(diagnosticJson) }))
  else output.result(result.reference)
  output.info(printSummary(result, output.palette))
}

function readOptions(args: Arguments, host: Host, version: string): CreateBuilderOptions {
  const config = single(args, 'config')
  if (config === undefined) {
    throw new CnbError('E_USAGE', 'no builder config path was given', { hint: 'say which builder.toml with --config' })
  }
  return {
    name: single(args, 'operand') ?? '',
    config,
    to: list(args, 'to'),
    publish: flag(args, 'publish'),
    tags: list(args, 'tag'),
    appendImageNameSuffix: flag(args, 'append-image-name-suffix'),
    verifyTag: flag(args, 'verify-tag'),
    offline: flag(args, 'offline'),
    pullPolicy: single(args, 'pull-policy'),
    insecureRegistries: list(args, 'insecure-registry'),
    registryMirrors: list(args, 'registry-mirror'),
    ca: single(args, 'ca'),
    allowInsecureDownload: flag(args, 'allow-insecure-download'),
    replace: list(args, 'replace'),
    labels: list(args, 'label'),
    flatten: list(args, 'flatten'),
    targets: list(args, 'target'),
    createdBy: single(args, 'created-by') ?? `trowel@${version}`,
    dryRun: flag(args, 'dry-run'),
    jobs: jobsOf(single(args, 'jobs'), host.cpus),
    cacheDirectory: cacheDirectory(args, host),
    limits: limitsOf(list(args, 'limit')),
    allowAbsoluteSymlinks: flag(args, 'allow-absolute-symlinks'),
    experimental: flag(args, 'experimental'),
  }
}

function flag(args: Arguments, name: string): boolean {
  const value = args[name]
  return Array.isArray(value) ? value.at(-1) === true : value === true
}

/** The last one, when a flag that takes one value is given several times: so a later one can override a script's. */
function single(args: Arguments, name: string): string | undefined {
  const value: unknown = Array.isArray(args[name]) ? args[name].at(-1) : args[name]
  return typeof value === 'string' ? value : undefined
}

function list(args: Arguments, name: string): string[] {
  const value = args[name]
  return Array.isArray(value) ? value.map(String) : []
}

function jobsOf(text: string | undefined, cpus: number): number {
  if (text === undefined) return cpus
  const jobs = Number(text)
  if (!Number.isSafeInteger(jobs) || jobs < 1) {
    throw new CnbError('E_USAGE', `--jobs wants a whole number from 1 on, not '${text}'`)
  }
  return jobs
}

function cacheDirectory(args: Arguments, host: Host): string | undefined {
  if (flag(args, 'no-cache')) return undefined
  const { env } = host
  const given = single(args, 'cache-dir') ?? env['TROWEL_CACHE_DIR']
  if (given !== undefined && given !== '') return given
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'trowel')
  return env['HOME'] ? join(env['HOME'], '.cache', 'trowel') : undefined
}

function limitsOf(texts: readonly string[]): Limits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS }
  for (const text of texts) {
    const [name = '', number = ''] = text.split('=')
    if (!Object.hasOwn(DEFAULT_LIMITS, name) || !/^[0-9]+$/.test(number) || !Number.isSafeInteger(Number(number))) {
      throw new CnbError(
        'E_USAGE',
        Object.hasOwn(DEFAULT_LIMITS, name)
          ? `--limit wants NAME=NUMBER, not '${text}'`
          : `there is no limit '${name}'`,
        {
          hint: `the names are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
        },
      )
    }
    limits[name] = Number(number)
  }
  return limits as unknown as Limits
}
