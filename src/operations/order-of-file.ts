import { readModuleFiles } from '../assemble/module-files.js'
import { decodeUtf8 } from '../bytes.js'
import type { BuilderConfig, ModuleEntry } from '../cnb/builder-config.js'
import { type Module, type ModuleKind, moduleName } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { decodeDescriptor, decodeOrderFile, reasonOf } from '../detect/descriptor.js'
import { EXTEND_CONFIG } from '../detect/extend-config.js'
import type { ExtensionOutput } from '../detect/extension-output.js'
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
export async function orderOfFile(given: OrderFile): Promise<FoundOrder> {
  const file: OrderRun = { ...given, outputs: new Map() }
  const { document, config, platform, context, outputs } = file
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
    outputs,
    runImages: config.runImages.flatMap(({ image, mirrors = [] }) => [image, ...mirrors]),
    notes: config.lifecycle.uri === '' ? [] : [`the lifecycle ${config.lifecycle.uri} is not looked at`],
  }
}

/** What is gathered on the way. */
interface OrderRun extends OrderFile {
  readonly outputs: Map<string, ExtensionOutput>
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

async function modulesOf(entry: Entry | undefined, file: OrderRun): Promise<DetectModule[]> {
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

async function detectModule(module: Module | undefined, file: OrderRun): Promise<DetectModule[]> {
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

async function filesOf(
  { content, from, descriptor }: Module,
  { context, problems, outputs }: OrderRun,
): Promise<DetectFiles | undefined> {
  if (content.kind === 'layer') return undefined
  const { limits, signal } = context
  const files = await problems.attempt(() => readModuleFiles(content, { shown: from, limits, signal }))
  if (files === undefined) return undefined
  const detect = files.entries.get('bin/detect')
  const plan = files.head('detect/plan.toml')
  const output = descriptor.kind === 'extension' ? staticOutputOf(files) : undefined
  if (output !== undefined) outputs.set(moduleName(descriptor.info), output)
  return {
    detect: detect === undefined ? 'absent' : (detect.mode & EXECUTABLE) === 0 ? 'not-executable' : 'runs',
    binBuild: files.entries.has('bin/build'),
    binGenerate: files.entries.has('bin/generate'),
    staticPlan: plan && decodeUtf8(plan),
  }
}

/** What an extension without `bin/generate` puts out; undefined where there is one, or a file is too large to be looked at. */
function staticOutputOf(files: ModuleFiles): ExtensionOutput | undefined {
  const folder = 'generate/'
  if (files.entries.has('bin/generate')) return undefined
  const output = new Map<string, string>()
  for (const [path, { kind, size }] of files.entries) {
    if (kind !== 'file' || !path.startsWith(folder)) continue
    const name = path.slice(folder.length)
    const head = isRead(name) ? files.head(path) : new Uint8Array()
    if (head === undefined || (isRead(name) && head.length < size)) return undefined
    output.set(name, new TextDecoder().decode(head))
  }
  return { kind: 'static', files: output }
}

/** Whether the lifecycle reads a file that an extension puts out, before it is applied. */
function isRead(name: string): boolean {
  return name === EXTEND_CONFIG || name === 'build.Dockerfile' || name === 'run.Dockerfile'
}
