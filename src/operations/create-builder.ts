import { dirname } from 'node:path'
import { assembleBuilder, type Assembly } from '../assemble/build-image.js'
import { checkOutsideSources } from '../assemble/outside-sources.js'
import type { Diagnostic } from '../errors.js'
import type { Reporter } from '../events.js'
import type { BuilderInput } from '../plan/builder-input.js'
import type { BuilderPlan } from '../plan/builder-plan.js'
import { planBuilder } from '../plan/plan-builder.js'
import { runRules } from '../rules/run-rules.js'
import type { BuilderPlanResult, BuilderResult } from './builder-result.js'
import type { CreateBuilderOptions } from './create-builder-options.js'
import type { Host } from './host.js'
import { Problems } from './problems.js'
import { readInputs } from './read-inputs.js'
import { readRequest, type Request } from './read-request.js'
import { platformPlan, platformResult, resolvedOrders } from './results.js'
import { Scratch } from './scratch.js'
import { writeImage } from './write-image.js'

export type CreateBuilderOutcome = { readonly warnings: readonly Diagnostic[] } & (
  | { readonly kind: 'planned'; readonly plan: BuilderPlanResult }
  | { readonly kind: 'made'; readonly result: BuilderResult }
)

/** What an operation is given besides its options. */
export interface Surroundings {
  readonly host: Host
  readonly report: Reporter
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a builder out of a builder.toml, or only decides how it would be made.
 *
 * Everything that the files say is judged before the first layer is read, and nothing is written to a place before every layer
 * is made.
 *
 * @throws CnbError with all problems of the input; what an archive, an image or the disk objects to; the signal's reason
 */
export async function createBuilder(
  options: CreateBuilderOptions,
  surroundings: Surroundings,
): Promise<CreateBuilderOutcome> {
  const { host, report } = surroundings
  const problems = new Problems()
  report({ kind: 'step', text: `reading ${options.config} and what it names` })
  const request = await readRequest(options, host, problems)
  const [output] = request.outputs
  const scratch = new Scratch(output === undefined ? host.cwd : dirname(output.directory))
  try {
    const plan = await decide(request, options, { ...surroundings, scratch }, problems)
    const warnings = problems.warnings
    if (options.dryRun) return { kind: 'planned', plan: planned(plan, request, options), warnings }
    const assembly = await carryOut(plan, request, options, { ...surroundings, scratch })
    const result = made(plan, assembly, request, options)
    return { kind: 'made', result, warnings: [...warnings, ...assembly.warnings] }
  } finally {
    scratch.remove()
  }
}

/** Reads what the files name, judges it, and plans. Ends the run when anything is wrong. */
async function decide(
  request: Request,
  { limits, allowAbsoluteSymlinks }: CreateBuilderOptions,
  { host, signal, scratch }: Surroundings & { readonly scratch: Scratch },
  problems: Problems,
): Promise<BuilderPlan> {
  const [target] = request.targets
  const judged = await readInputs(request, target, problems, {
    host,
    limits,
    allowAbsoluteSymlinks,
    signal,
    scratch: scratch.path,
  })
  runRules(judged).forEach(problems.report)
  request.replacements.reportUnused(problems.report)
  problems.check()
  return planBuilder(complete(judged))
}

/** Every part that is missing was reported, and ended the run before this. */
function complete(judged: { readonly [Part in keyof BuilderInput]: BuilderInput[Part] | undefined }): BuilderInput {
  const { base, lifecycle } = judged
  if (base === undefined || lifecycle === undefined) throw new Error('a part of the input is missing without a word')
  return judged as BuilderInput
}

/** Makes the layers and writes the image. */
async function carryOut(
  plan: BuilderPlan,
  { outputs }: Request,
  { limits, allowAbsoluteSymlinks, jobs, cacheDirectory }: CreateBuilderOptions,
  { host, report, signal, scratch }: Surroundings & { readonly scratch: Scratch },
): Promise<Assembly> {
  const written = outputs.map(({ directory }) => directory)
  checkOutsideSources(plan, cacheDirectory === undefined ? written : [...written, cacheDirectory])
  const assembly = await assembleBuilder(plan, {
    cache: cacheDirectory,
    scratch: scratch.path(),
    settings: { limits, allowAbsoluteSymlinks },
    jobs,
    now: host.now,
    report,
    signal,
  })
  report({ kind: 'step', text: `writing ${outputs.map(({ text }) => text).join(', ')}` })
  await writeImage(assembly.image, assembly.layers, outputs, { limits, signal, cache: cacheDirectory })
  return assembly
}

function planned(plan: BuilderPlan, request: Request, { name }: CreateBuilderOptions): BuilderPlanResult {
  return {
    name,
    places: request.outputs.map(({ text }) => text),
    platforms: [platformPlan(plan, request.config.buildImage)],
    order: resolvedOrders(plan.resolved),
    replaced: request.replacements.used(),
  }
}

function made(plan: BuilderPlan, assembly: Assembly, request: Request, { name }: CreateBuilderOptions): BuilderResult {
  const { digest, mediaType } = assembly.image.descriptor
  return {
    reference: `${repositoryOf(name)}@${digest}`,
    digest,
    mediaType,
    places: request.outputs.map(({ text }) => text),
    platforms: [platformResult(plan.base, assembly)],
    order: resolvedOrders(plan.resolved),
    replaced: request.replacements.used(),
  }
}

/** NAME without its tag or digest. */
function repositoryOf(name: string): string {
  const [beforeDigest = ''] = name.split('@')
  return beforeDigest.replace(/:[^:/]*$/, '')
}
