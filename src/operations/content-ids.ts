import { isDeepStrictEqual } from 'node:util'
import { diffIdOf } from '../assemble/diff-id.js'
import type { SourceSettings } from '../assemble/source-facts.js'
import { moduleName, type Module } from '../cnb/module.js'
import type { Problems } from './problems.js'

type Entries = readonly (readonly Module[] | undefined)[]

interface Listed {
  readonly buildpacks: Entries
  readonly extensions: Entries
}

/**
 * The same modules; those that share their name with another one know their content by its diffID, so that a rule can tell
 * the same module listed twice from two modules under one name. Only these are read whole.
 */
export async function withContentIds(
  { buildpacks, extensions }: Listed,
  problems: Problems,
  settings: SourceSettings,
): Promise<Listed> {
  return {
    buildpacks: await markTwins(buildpacks, problems, settings),
    extensions: await markTwins(extensions, problems, settings),
  }
}

async function markTwins(entries: Entries, problems: Problems, settings: SourceSettings): Promise<Entries> {
  const all = entries.flatMap((modules) => modules ?? [])
  const ids = new Map<Module, string>()
  for (const twins of sharingNames(all)) {
    for (const module of twins) {
      const id = await problems.attempt(() => contentIdOf(module, settings))
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
    others.some((other) => !isDeepStrictEqual(other.content, first?.content)),
  )
}

function contentIdOf({ descriptor, content }: Module, settings: SourceSettings): Promise<string> {
  const { id, version } = descriptor.info
  return diffIdOf({ kind: 'modules', modules: [{ kind: descriptor.kind, id: { id, version }, content }] }, settings)
}

function withId(module: Module, contentId: string | undefined): Module {
  return contentId === undefined ? module : { ...module, contentId }
}
