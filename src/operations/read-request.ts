import { dirname, resolve } from 'node:path'
import type { BuilderConfig } from '../cnb/builder-config.js'
import { parseCreatedBy } from '../cnb/created-by.js'
import { decodeBuilderConfig, locateInBuilder } from '../cnb/decode-builder.js'
import { parseFlatten } from '../cnb/flatten-flag.js'
import { parseLabelFlags } from '../cnb/label-flag.js'
import type { ModuleId } from '../cnb/module.js'
import { parseTargets, type Target } from '../cnb/target.js'
import { CnbError, type Place, type Report } from '../errors.js'
import type { Reference } from '../oci/reference.js'
import { readNamedFile } from '../read-file.js'
import { parseReplacement, Replacements } from '../sources/replacements.js'
import type { Locate } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { CreateBuilderOptions } from './create-builder-options.js'
import type { Host } from './host.js'
import { outputsOf, parseName, type Output } from './outputs.js'
import type { Problems } from './problems.js'
import { runSettings, type RunSettings } from './run-settings.js'

/** What was asked for, parsed: nothing that it points to was looked at yet. */
export interface Request {
  readonly config: BuilderConfig
  /** Where a key of builder.toml stands. */
  readonly locate: Locate
  /** Absolute folder of builder.toml. */
  readonly base: string
  /** One a platform; a target whose parts are undefined when neither flags nor file name one. */
  readonly targets: readonly (Target | undefined)[]
  /** How many targets the flags name. */
  readonly targetFlags: number
  readonly labels: ReadonlyMap<string, string>
  readonly flatten: readonly (readonly ModuleId[])[]
  readonly createdBy: { readonly name: string; readonly version: string }
  readonly replacements: Replacements
  /** NAME and the further tags. */
  readonly names: readonly Reference[]
  readonly outputs: readonly Output[]
  readonly settings: RunSettings
}

/** Reads builder.toml and the flags. All that is wrong goes to `problems`, and ends the run where there is nothing to go on with. */
export async function readRequest(options: CreateBuilderOptions, host: Host, problems: Problems): Promise<Request> {
  const { attempt } = problems
  const names = await attempt(() => [options.name, ...options.tags].map(parseName))
  const outputs = await attempt(() => outputsOf({ ...options, names: names ?? [] }, host.cwd))
  const settings = await attempt(() => settingsOf(options, host, problems.report))
  const createdBy = await attempt(() => parseCreatedBy(options.createdBy))
  const labels = await attempt(() => parseLabelFlags(options.labels))
  const flatten = await attempt(() => options.flatten.map(parseFlatten))
  const flagTargets = await attempt(() => options.targets.flatMap(parseTargets))
  const replacements = await attempt(() => new Replacements(options.replace.map(parseReplacement)))
  const file = await attempt(() => readConfig(options, host, problems))
  if (!names || !outputs || !settings || !createdBy || !labels || !flatten || !flagTargets || !replacements || !file) {
    problems.check()
    throw new Error('a flag was refused without a word')
  }
  const isFlag = flagTargets.length > 0
  const placeOf = (index: number): Place => (isFlag ? { file: '--target' } : file.locate(['targets', index]))
  const targets = withoutTwins(isFlag ? flagTargets : file.config.targets, placeOf, problems.report)
  return {
    ...file,
    base: dirname(resolve(host.cwd, options.config)),
    targets: targets.length > 0 ? targets : [undefined],
    labels,
    flatten,
    createdBy,
    targetFlags: flagTargets.length,
    replacements,
    names,
    outputs,
    settings,
  }
}

function settingsOf(options: CreateBuilderOptions, host: Host, report: Report): RunSettings {
  if (options.publish && options.pullPolicy === 'never') {
    throw new CnbError('E_USAGE', '--publish reads images from registries, which --pull-policy never forbids', {
      hint: 'leave out one of the two',
    })
  }
  return runSettings(options, host, report)
}

function readConfig(
  { config, limits }: CreateBuilderOptions,
  host: Host,
  { report }: Problems,
): Pick<Request, 'config' | 'locate'> | undefined {
  const bytes = readNamedFile(resolve(host.cwd, config), { shown: config, limit: limits.tomlBytes })
  const document = parseToml(bytes, { file: config, limits, report })
  if (document === undefined) return undefined
  return { config: decodeBuilderConfig(document, report), locate: locateInBuilder(document) }
}

/** One of each platform: an index with one child twice is one that nobody can choose from. */
function withoutTwins(
  targets: readonly Target[],
  placeOf: (index: number) => Place,
  report: Report,
): readonly Target[] {
  const byPlatform = new Map<string, Target>()
  for (const [index, target] of targets.entries()) {
    const name = [target.os, target.arch, target.variant].filter((part) => part !== '').join('/')
    if (byPlatform.has(name)) {
      report({
        rule: 'target-duplicate',
        severity: 'warning',
        message: `the target ${name} is named twice, and gets one image`,
        place: placeOf(index),
        value: name,
        fix: 'name it once',
      })
    } else byPlatform.set(name, target)
  }
  return [...byPlatform.values()]
}
