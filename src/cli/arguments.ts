import { join, resolve } from 'node:path'
import { CnbError } from '../errors.js'
import { DEFAULT_LIMITS, type Limits } from '../limits.js'
import type { Host } from '../operations/host.js'
import type { RunOptions } from '../operations/run-options.js'
import type { NetworkOptions } from '../operations/network-options.js'
import type { Arguments } from './command.js'

/** Whether a switch is on. */
export function flag(args: Arguments, name: string): boolean {
  const value = args[name]
  return Array.isArray(value) ? value.at(-1) === true : value === true
}

/** The last one, when a flag that takes one value is given several times: so a later one can override a script's. */
export function single(args: Arguments, name: string): string | undefined {
  const value: unknown = Array.isArray(args[name]) ? args[name].at(-1) : args[name]
  return typeof value === 'string' ? value : undefined
}

/** The value of an operand that the parser has made sure of. */
export function operand(args: Arguments, name: string): string {
  const value = single(args, name)
  if (value === undefined) throw new Error(`there is no ${name}`)
  return value
}

/** Whether a setting is to be taken away, for which no value can be given. @throws CnbError E_USAGE */
export function unsets(args: Arguments, operandName: string): boolean {
  const value = single(args, operandName)
  if (flag(args, 'unset') && value !== undefined) {
    throw new CnbError('E_USAGE', `--unset takes the setting away, so it cannot become '${value}'`, {
      hint: 'leave out one of the two',
    })
  }
  return flag(args, 'unset')
}

/** Every value of a flag or an operand that may be given several times. */
export function list(args: Arguments, name: string): string[] {
  const value = args[name]
  return Array.isArray(value) ? value.map(String) : []
}

/** As `list`, where one value may be several with commas between them, as in pack. */
export function commaList(args: Arguments, name: string): string[] {
  return list(args, name).flatMap((text) => text.split(','))
}

/** A whole number from `least` on. @throws CnbError E_USAGE */
export function wholeNumber(args: Arguments, name: string, least: number): number | undefined {
  const text = single(args, name)
  if (text === undefined) return undefined
  const number = Number(text)
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(number) || number < least) {
    throw new CnbError('E_USAGE', `--${name} wants a whole number from ${least} on, not '${text}'`)
  }
  return number
}

/** What the flags say of how a run reaches the network, what it keeps, and what it takes. @throws CnbError E_USAGE */
export function runOptions(args: Arguments, host: Host): RunOptions {
  return {
    ...networkOptions(args),
    cacheDirectory: cacheDirectory(args, host),
    limits: limitsOf(args),
  }
}

function networkOptions(args: Arguments): NetworkOptions {
  return {
    offline: flag(args, 'offline'),
    pullPolicy: single(args, 'pull-policy'),
    insecureRegistries: list(args, 'insecure-registry'),
    registryMirrors: list(args, 'registry-mirror'),
    ca: single(args, 'ca'),
    allowInsecureDownload: flag(args, 'allow-insecure-download'),
    buildpackRegistry: single(args, 'buildpack-registry'),
    indexSchemes: commaList(args, 'allow-index-scheme'),
  }
}

/** Where things are kept for the next run; undefined to keep none. */
export function cacheDirectory(args: Arguments, { cwd, env, home }: Host): string | undefined {
  if (flag(args, 'no-cache')) return undefined
  const given = single(args, 'cache-dir') ?? env['TROWEL_CACHE_DIR']
  if (given !== undefined && given !== '') return resolve(cwd, given)
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'trowel')
  return home === undefined ? undefined : join(home, '.cache', 'trowel')
}

/** The limits, with those that `--limit` changes. @throws CnbError E_USAGE */
function limitsOf(args: Arguments): Limits {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS }
  for (const text of list(args, 'limit')) {
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
