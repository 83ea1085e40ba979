import { readModuleFiles } from '../assemble/module-files.js'
import { decodeUtf8 } from '../bytes.js'
import type { BuilderConfig, ModuleEntry } from '../cnb/builder-config.js'
import type { Module, ModuleKind } from '../cnb/module.js'
import { decodeDescriptor, decodeOrderFile, reasonOf } from '../detect/descriptor.js'
import type { DetectFiles, DetectModule } from '../detect/module.js'
import type { Diagnostic } from '../errors.js'
import type { Named, SourceContext, WantedPlatform } from '../sources/context.js'
import { nameGiven, readModules } from '../sources/module-source.js'
import { prefetch } from '../sources/prefetch.js'
import type { TomlDocument } from '../toml/document.js'
import { assumedFiles, detectModuleOf, type FoundOrder, lifecycleOf, membersOf, Versions } from './order-facts.js'
import type { Problems } from './problems.js'
import { inTurn } from './source-context.js'

/** A builder.toml whose orders are looked at. */
export interface OrderFile {
  readonly document: TomlDocument
  readonly config: BuilderConfig
  /** The platform whose image of a module is taken where there are several. */
  readonly platform: WantedPlatform
  readonly context: SourceContext
  readonly problems: Problems
}

/**
 * The orders of a builder.toml, with what can be known of its modules: one that is broken is there all the same, as it will be for
 * the lifecycle. What could not be read goes to the problems of the run.
 */
export async function orderOfFile(file: OrderFile): Promise<FoundOrder> {
  const { document, config, platform, context } = file
  const entries = (['buildpack', 'extension'] as const).flatMap((kind) =>
    config[`${kind}s`].map((entry, index): Entry => ({ kind, index, entry })),
  )
  await prefetch(
    entries.flatMap((entry) => nameOf(entry, context)),
    platform,
    context,
  )
  const modules = (await inTurn(entries.length, (i) => modulesOf(entries[i], file))).flat()
  const { pin } = new Versions(modules)
  const orders = decodeOrderFile(document)
  const { order, orderExtensions } = orders.kind === 'decoded' ? orders.value : { order: [], orderExtensions: [] }
  return {
    from: document.file,
    refused: orders.kind === 'refused' ? orders.reason : undefined,
    order: order.map((group) => group.map(pin)),
    orderExtensions: orderExtensions.map((group) => group.map(pin)),
    system: {
      pre: membersOf('buildpack', config.system.pre).map(pin),
      post: membersOf('buildpack', config.system.post).map(pin),
    },
    modules,
    lifecycle: lifecycleOf(config.lifecycle.version),
    notes: config.lifecycle.uri === '' ? [] : [`the lifecycle ${config.lifecycle.uri} is not looked at`],
  }
}

interface Entry {
  readonly kind: ModuleKind
  readonly index: number
  readonly entry: ModuleEntry
}

function nameOf(entry: Entry, context: SourceContext): Named[] {
  const named = nameGiven(entry, context)
  return named === undefined ? [] : [named]
}

async function modulesOf(entry: Entry | undefined, file: OrderFile): Promise<DetectModule[]> {
  if (entry === undefined) return []
  const { context, platform, problems } = file
  const found: Diagnostic[] = []
  const report = (diagnostic: Diagnostic): void => {
    found.push(diagnostic)
    context.report(diagnostic)
  }
  const modules = await problems.attempt(() => readModules({ ...entry, wanted: platform }, { ...context, report }))
  if (modules !== undefined)
    return inTurn(modules.length, (i) => detectModule(modules[i], file)).then((all) => all.flat())
  // It has no name of its own, but its entry may have one.
  const { kind } = entry
  const { id, version } = entry.entry
  const error = found.find(({ severity }) => severity === 'error')
  if (id === '' || version === '' || error === undefined) return []
  return [{ kind, id, version, state: 'unreadable', reason: reasonOf(error) }]
}

async function detectModule(module: Module | undefined, file: OrderFile): Promise<DetectModule[]> {
  if (module === undefined) return []
  const { descriptor, document } = module
  const { kind, info, order } = descriptor
  const { id, version, homepage } = info
  if (document === undefined) return [detectModuleOf({ ...descriptor, id, version, homepage })]
  const decoded = decodeDescriptor(kind, document)
  if (decoded.kind === 'refused') return [{ kind, id, version, state: 'unreadable', reason: decoded.reason }]
  const files = (await filesOf(module, file)) ?? assumedFiles(kind, order)
  return [{ kind, id, version, state: 'read', descriptor: decoded.value, files }]
}

const EXECUTABLE = 0o111

async function filesOf({ content, from }: Module, { context, problems }: OrderFile): Promise<DetectFiles | undefined> {
  if (content.kind === 'layer') return undefined
  const { limits, signal } = context
  const files = await problems.attempt(() => readModuleFiles(content, { shown: from, limits, signal }))
  if (files === undefined) return undefined
  const detect = files.entries.get('bin/detect')
  const plan = files.head('detect/plan.toml')
  return {
    detect: detect === undefined ? 'absent' : (detect.mode & EXECUTABLE) === 0 ? 'not-executable' : 'runs',
    binBuild: files.entries.has('bin/build'),
    binGenerate: files.entries.has('bin/generate'),
    staticPlan: plan && decodeUtf8(plan),
  }
}
