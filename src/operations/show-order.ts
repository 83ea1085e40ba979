import { statSync, type Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseApiVersion, printApiVersion } from '../cnb/api-version.js'
import { decodeBuilderConfig, locateInBuilder } from '../cnb/decode-builder.js'
import { hasPlatformFeature, highestSupported } from '../cnb/lifecycle-apis.js'
import type { GroupMember } from '../detect/group-member.js'
import { observe } from '../detect/observations.js'
import { outlineOrder } from '../detect/outline.js'
import { CnbError, type Diagnostic } from '../errors.js'
import { looksLikeFile, looksLikePath } from '../oci/place.js'
import { readNamedFile } from '../read-file.js'
import { parseReplacement, Replacements } from '../sources/replacements.js'
import { parseToml } from '../toml/parse.js'
import { findingOf } from './check-run.js'
import { fileKindOf } from './file-kind.js'
import { explainOrder } from './explain-order.js'
import { lookUp } from './look-up.js'
import type { FoundOrder } from './order-facts.js'
import { orderOfFile } from './order-of-file.js'
import { orderOfImage } from './order-of-image.js'
import type { OrderOptions } from './order-options.js'
import { noteStrangers, readOutcomes } from './order-outcomes.js'
import type { OrderReport } from './order-report.js'
import { Problems } from './problems.js'
import { runSettings } from './run-settings.js'
import { sourceContext, wantedPlatform } from './source-context.js'
import type { Surroundings } from './surroundings.js'
import { withConnections } from './connections.js'

/**
 * Shows what the orders of a builder come to, and on demand what a lifecycle would do with them. A broken module is part of the
 * answer, and a problem of it: only what cannot be found or is no builder ends the run.
 *
 * @throws CnbError E_USAGE, E_INPUT for a file that is no TOML, E_IMAGE_MISSING and what else images are refused for
 */
export async function showOrder(options: OrderOptions, surroundings: Surroundings): Promise<OrderReport> {
  const { host } = surroundings
  const outcomes = readOutcomes(options, host)
  const { found, problems } = await findOrder(options, surroundings)
  const strangers = noteStrangers(outcomes, namedModules(found), options)
  const platformApi = options.platformApi ?? newestPlatformApi(found)
  const version = parseApiVersion(platformApi)
  const readsSystem = version !== undefined && hasPlatformFeature(version, 'system')
  return {
    from: found.from,
    platformApi,
    lifecycle: found.lifecycle.version,
    ...outlineOrder(found, readsSystem),
    findings: observe(found, readsSystem),
    notes: [...found.notes, ...strangers],
    problems,
    explanation: options.explain ? explainOrder({ found, outcomes, platformApi, options, host }) : undefined,
  }
}

/** The modules, and whatever else the orders name. */
function namedModules({ modules, order, orderExtensions, system }: FoundOrder): readonly GroupMember[] {
  const inComposites = modules.flatMap((one) => (one.state === 'read' ? one.descriptor.order.flat() : []))
  const named = [...order.flat(), ...orderExtensions.flat(), ...system.pre, ...system.post, ...inComposites]
  return [...modules.map((one) => ({ ...one, optional: false })), ...named]
}

/** @throws Error where a lifecycle has none at all, which we know of none */
function newestPlatformApi({ lifecycle }: FoundOrder): string {
  const newest = highestSupported(lifecycle.apis.platform)
  if (newest === undefined) throw new Error('a lifecycle without a Platform API')
  return printApiVersion(newest)
}

interface Found {
  readonly found: FoundOrder
  readonly problems: readonly Diagnostic[]
}

async function findOrder(options: OrderOptions, surroundings: Surroundings): Promise<Found> {
  const { name = BUILDER_TOML } = options
  const file = builderFile(name, surroundings.host.cwd)
  if (file !== undefined) return readFile(file, options, surroundings)
  const image = { ...options, name, platform: undefined, allPlatforms: false }
  const { remote, local, warnings } = await lookUp<FoundOrder>(
    image,
    { kind: 'builder', takesIds: false, read: ({ labels }) => orderOfImage(labels) },
    surroundings,
  )
  const side = remote.kind === 'found' ? remote : local
  if (side.kind !== 'found') throw new Error('a builder was found nowhere without a word')
  return { found: side.value, problems: warnings }
}

const BUILDER_TOML = 'builder.toml'

/** The builder.toml that a name leads to; undefined for what an image may be found under. @throws CnbError E_USAGE */
function builderFile(name: string, cwd: string): string | undefined {
  const statsOf = (path: string): Stats | undefined => statSync(resolve(cwd, path), { throwIfNoEntry: false })
  const stats = statsOf(name)
  if (stats?.isDirectory() === true) {
    const inFolder = join(name, BUILDER_TOML)
    if (statsOf(inFolder) !== undefined) return inFolder
    if (statsOf(join(name, 'oci-layout')) !== undefined) return undefined
    throw nothing(`there is no ${BUILDER_TOML} in ${name}`, name)
  }
  if (stats === undefined && (looksLikePath(name) || looksLikeFile(name))) throw nothing(`there is no ${name}`, name)
  return name.endsWith('.toml') ? name : undefined
}

function nothing(message: string, value: string): CnbError {
  return new CnbError('E_USAGE', message, {
    value,
    hint: `name a builder.toml, or a builder; one called ${value} is docker://${value} in its registry, docker:${value} in an engine`,
  })
}

async function readFile(file: string, options: OrderOptions, surroundings: Surroundings): Promise<Found> {
  const problems = new Problems()
  return problems.guard(surroundings, async (surroundings) => {
    const { host } = surroundings
    const { limits } = options
    const bytes = readNamedFile(resolve(host.cwd, file), { shown: file, limit: limits.tomlBytes, flag: 'tomlBytes' })
    const document = parseToml(bytes, { file, limits, report: problems.report })
    const settings = runSettings(options, host, problems.report)
    const replacements = new Replacements(options.replace.map(parseReplacement))
    if (document === undefined) problems.check()
    if (document === undefined) throw new Error('a file was refused without a word')
    const kind = fileKindOf(document)
    if (kind !== 'builder.toml') throw nothing(`${file} is a ${kind}, and no builder`, file)
    const config = decodeBuilderConfig(document, problems.report)
    const base = dirname(resolve(host.cwd, file))
    const names = { base, relativeTo: file, makes: 'builder' as const, locate: locateInBuilder(document) }
    const open = { options, settings, outputs: [], problems }
    const found = await withConnections(open, surroundings, (connections) => {
      const run = { request: { replacements }, surroundings, problems, ...connections }
      const context = sourceContext(run, names, limits)
      return orderOfFile({ document, config, platform: wantedPlatform(undefined, host), context, problems })
    })
    return { found, problems: [...problems.warnings, ...problems.thrown.map((error) => findingOf(error, file))] }
  })
}
