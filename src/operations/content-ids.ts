import { isDeepStrictEqual } from 'node:util'
import { diffIdOf } from '../assemble/diff-id.js'
import type { FetchLayer } from '../assemble/local-source.js'
import type { SourceSettings } from '../assemble/source-facts.js'
import type { Content } from '../cnb/content.js'
import { moduleName, type Module } from '../cnb/module.js'
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
 * The same modules; those that share their name with another one know their content by its diffID, so that a rule can tell
 * the same module listed twice from two modules under one name. Only these are read whole, and fetched for that.
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
  const ids = new Map<Module, string>()
  for (const twins of sharingNames(all)) {
    for (const module of twins) {
      const id = await problems.attempt(() => contentIdOf(module, reading))
      if (id !== undefined) ids.set(module, id)
    }
  }
  return entries.map((modules) => modules?.map((module) => withId(module, ids.get(module))))
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

function contentIdOf({ descriptor, content }: Module, { settings, fetch }: Reading): Promise<string> {
  const { id, version } = descriptor.info
  const source = { kind: 'modules', modules: [{ kind: descriptor.kind, id: { id, version }, content }] } as const
  return diffIdOf(source, settings, fetch)
}

function withId(module: Module, contentId: string | undefined): Module {
  return contentId === undefined ? module : { ...module, contentId }
}
