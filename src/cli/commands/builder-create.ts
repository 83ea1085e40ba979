import { join } from 'node:path'
import type { Argv } from 'yargs'
import { CnbError } from '../../errors.js'
import { DEFAULT_LIMITS, type Limits } from '../../limits.js'
import type { CreateBuilderOptions } from '../../operations/create-builder-options.js'
import type { Host } from '../../operations/host.js'
import type { Context } from '../main.js'
import { diagnosticJson } from '../render/failure.js'
import { printDiagnostic } from '../render/diagnostics.js'
import { printPlan } from '../render/plan.js'
import { progressReporter } from '../render/progress.js'
import { printSummary } from '../render/summary.js'

type Arguments = Readonly<Record<string, unknown>>

/** `trowel builder create NAME --config builder.toml --to PLACE`. */
export const builderCreate = { options, run }

function options(command: Argv): Argv {
  const list = { type: 'string', array: true, nargs: 1, default: [] } as const
  return command
    .positional('name', {
      type: 'string',
      describe: 'Reference of the builder, such as registry.example/acme/builder:1',
    })
    .options({
      config: { alias: 'c', type: 'string', requiresArg: true, describe: 'Path of builder.toml' },
      to: { ...list, describe: 'Where to write it: oci:DIR[:TAG]; may be given several times' },
      replace: {
        ...list,
        describe: 'REF=PLACE: read PLACE (oci:DIR[:TAG], a directory, an archive) wherever the files say REF',
      },
      target: { ...list, alias: 't', describe: 'os/arch[/variant][:distro@version]; replaces [[targets]]' },
      label: { ...list, alias: 'l', describe: 'key=value, set on the image' },
      flatten: { ...list, describe: 'id@version,id@version: put these modules into one layer' },
      'created-by': {
        type: 'string',
        requiresArg: true,
        describe: 'NAME@VERSION for the createdBy of the builder [trowel and its version]',
      },
      'dry-run': { type: 'boolean', describe: 'Print the plan and write nothing' },
      json: { type: 'boolean', describe: 'Print the result as JSON' },
      jobs: { type: 'string', requiresArg: true, describe: 'Layers made at once [the number of CPUs]' },
      'cache-dir': { type: 'string', requiresArg: true, describe: 'Where made layers are kept for the next run' },
      'no-cache': { type: 'boolean', describe: 'Keep and reuse no layers' },
      limit: { ...list, describe: 'NAME=NUMBER: lift or lower a limit; an unknown name lists them' },
      'allow-absolute-symlinks': {
        type: 'boolean',
        describe: 'Take symbolic links with an absolute target, with a warning',
      },
    })
}

async function run(args: Arguments, context: Context, version: string): Promise<void> {
  const { host, output, signal } = context
  const request = readOptions(args, host, version)
  // Loaded late: `--help` and usage errors need none of it.
  const { createBuilder } = await import('../../operations/create-builder.js')
  const outcome = await createBuilder(request, { host, report: progressReporter(output, host.now), signal })
  output.done()
  for (const warning of outcome.warnings) output.urgent(printDiagnostic(warning, output.palette, () => undefined))
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
    name: single(args, 'name') ?? '',
    config,
    to: list(args, 'to'),
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
      throw new CnbError('E_USAGE', `--limit wants NAME=NUMBER, not '${text}'`, {
        hint: `the names are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
      })
    }
    limits[name] = Number(number)
  }
  return limits as unknown as Limits
}
