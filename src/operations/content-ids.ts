import { isDeepStrictEqual } from 'node:util'
import { summarise, type LayerSummary } from '../assemble/layer-summary.js'
import { firstDifference } from '../assemble/layer-difference.js'
import type { FetchLayer } from '../assemble/local-source.js'
import type { SourceSettings } from '../assemble/source-facts.js'
import type { Content } from '../cnb/content.js'
import { moduleName, moduleRoot, type Module } from '../cnb/module.js'
import type { Problems } from './problems.js'

type Entries = readonly (readonly Module[] | undefined)[]

/** How modules are read. */
export interface Reading {
  readonly settings: SourceSettings
  readonly fetch: FetchLayer
}

interface Listed {
  readonly buildpacks: Entries
  readonly extensions: Entries
}

/**
 * The same modules; those that share their name with another one know their content, so that a rule can tell the same module
 * listed twice from two modules under one name. Only these are read whole, and fetched for that.
 */
export async function withContentIds(
  { buildpacks, extensions }: Listed,
  problems: Problems,
  reading: Reading,
): Promise<Listed> {
  return {
    buildpacks: await markTwins(buildpacks, problems, reading),
    extensions: await markTwins(extensions, problems, reading),
  }
}

async function markTwins(entries: Entries, problems: Problems, reading: Reading): Promise<Entries> {
  const all = entries.flatMap((modules) => modules ?? [])
  const marks = new Map<Module, Mark>()
  for (const twins of sharingNames(all)) {
    const read: Read[] = []
    for (const module of twins) {
      const layer = await problems.attempt(() => layerOf(module, reading))
      if (layer === undefined) continue
      marks.set(module, markOf(module, layer, read))
      read.push({ layer, contentId: marks.get(module)?.contentId ?? '' })
    }
  }
  return entries.map((modules) => modules?.map((module) => withMark(module, marks.get(module))))
}

type Mark = Pick<Module, 'contentId' | 'contentDifference'>

/** A layer with what stands for all that mean the same. */
interface Read {
  readonly layer: LayerSummary
  readonly contentId: string
}

/** What is said of a module's layer beside those that were read `before`, of modules with its name. */
function markOf({ descriptor }: Module, layer: LayerSummary, before: readonly Read[]): Mark {
  const [first] = before
  if (first === undefined) return { contentId: layer.diffId }
  const isSame = (other: LayerSummary): boolean => other.diffId === layer.diffId
  const equal = before.find(
    (other) => isSame(other.layer) || firstDifference(other.layer.entries, layer.entries) === undefined,
  )
  const contentId = equal?.contentId ?? layer.diffId
  if (isSame(first.layer)) return { contentId }
  const difference = firstDifference(first.layer.entries, layer.entries)
  if (difference === undefined)
    return { contentId, contentDifference: 'the order of entries, or the format of their headers' }
  const { name, problem } = difference
  const root = `${moduleRoot(descriptor.kind, descriptor.info)}/`.slice(1)
  return { contentId, contentDifference: `${name.startsWith(root) ? name.slice(root.length) : name} ${problem}` }
}

function withMark(module: Module, mark: Mark | undefined): Module {
  return mark === undefined ? module : { ...module, ...mark }
}

/** Groups of modules that have one name and come from different places. */
function sharingNames(modules: readonly Module[]): Module[][] {
  const named = new Map<string, Module[]>()
  for (const module of modules) {
    const name = moduleName(module.descriptor.info)
    named.set(name, [...(named.get(name) ?? []), module])
  }
  return [...named.values()].filter(([first, ...others]) =>
    others.some((other) => first === undefined || !isSameSource(first.content, other.content)),
  )
}

/** Layers are the same when their tars are, in whatever image they lie. */
function isSameSource(a: Content, b: Content): boolean {
  if (a.kind === 'layer' && b.kind === 'layer') return a.layer.diffId === b.layer.diffId
  return isDeepStrictEqual(a, b)
}

function layerOf({ descriptor, content }: Module, { settings, fetch }: Reading): Promise<LayerSummary> {
  const { id, version } = descriptor.info
  const source = { kind: 'modules', modules: [{ kind: descriptor.kind, id: { id, version }, content }] } as const
  return summarise(source, settings, fetch)
}
