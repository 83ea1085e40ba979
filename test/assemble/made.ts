import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Content } from '#src/cnb/content.js'
import { makeLayer, type MakeSettings } from '#src/assemble/make-layer.js'
import type { LayerFacts } from '#src/assemble/layer-record.js'
import type { LocalSource } from '#src/assemble/local-source.js'
import type { SourceSettings } from '#src/assemble/source-facts.js'
import { findLayers, makeMissing, type ObtainedLayer, type ObtainOptions } from '#src/assemble/obtain-layers.js'
import { Cache } from '#src/cache/cache.js'
import { reserveTemp } from '#src/files.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { InlineEntry, LayerSource, ModuleSource, PlannedLayer } from '#src/plan/planned-layer.js'
import { temporaryDirectory } from '../support/directories.js'
import { listTar } from '../support/lst.js'

export const SETTINGS: SourceSettings = { limits: DEFAULT_LIMITS, allowAbsoluteSymlinks: false }

/** A layer that was made, and what is in it. */
export interface Made {
  readonly facts: LayerFacts
  readonly tar: Buffer
  /** As the golden set lists layers. */
  readonly listing: readonly string[]
}

/** Makes the layer of a source in a directory that goes away with the test. */
export async function make(source: LocalSource, settings: Partial<MakeSettings> = {}): Promise<Made> {
  const temp = reserveTemp(temporaryDirectory())
  const all = { ...SETTINGS, compression: 'gzip', parallelDeflate: false, ...settings } as const
  const facts = await makeLayer(source, temp, all, { onBytes: () => {} })
  const stored = facts.packaged ? Buffer.alloc(0) : readFileSync(temp)
  const tar = facts.packaged || facts.compression === 'none' ? stored : gunzipSync(stored)
  return { facts, tar, listing: listTar(tar) }
}

/** The layer of one module, or of several in one layer. */
export function modules<L = never>(...sources: readonly ModuleSource<L>[]): LayerSource<L> {
  return { kind: 'modules', modules: sources }
}

/** `golden/NAME@1` or another module at a place. */
export function aModuleSource<L = never>(
  content: Content<L>,
  name = 'acme/module@1',
  kind: ModuleSource['kind'] = 'buildpack',
): ModuleSource<L> {
  const at = name.lastIndexOf('@')
  return { kind, id: { id: name.slice(0, at), version: name.slice(at + 1) }, content }
}

/** The layer of the module in a directory. */
export function directory(path: string, name?: string): LayerSource<never> {
  return modules(aModuleSource({ kind: 'directory', path }, name))
}

/** The layer of the module in an archive. */
export function archive(file: string, name?: string): LayerSource<never> {
  return modules(aModuleSource({ kind: 'archive', file }, name))
}

/** A layer of entries that the plan spells out. */
export function inline(...entries: readonly InlineEntry[]): LayerSource<never> {
  return { kind: 'entries', entries }
}

/** What a promise is rejected with: its code, or its message when it is no error of ours. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
  return 'accepted'
}

/** A cache in a directory; without one, what is made is in a directory that goes away with the test. */
export function aCache(directory?: string, scratch = temporaryDirectory()): Cache {
  return new Cache({ directory, scratch: () => scratch, user: process.getuid?.(), now: Date.now })
}

/** Obtains layers, in the order in which they were planned. */
export async function obtain(
  planned: readonly PlannedLayer[],
  cache: Cache,
  options: Partial<ObtainOptions> = {},
): Promise<ObtainedLayer[]> {
  const all = { settings: SETTINGS, compression: 'gzip', jobs: 2, now: Date.now, report: () => {}, ...options } as const
  const search = findLayers(planned, cache, all)
  const obtained = new Map(search.found)
  await makeMissing(search, cache, all, (one, layer) => obtained.set(one, layer))
  return planned.map((one) => obtained.get(one)!)
}
