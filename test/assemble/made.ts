import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Content } from '#src/cnb/content.js'
import { makeLayer } from '#src/assemble/make-layer.js'
import type { LayerFacts } from '#src/assemble/layer-record.js'
import type { SourceSettings } from '#src/assemble/source-facts.js'
import { reserveTemp } from '#src/files.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { InlineEntry, LayerSource, ModuleSource } from '#src/plan/builder-plan.js'
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
export async function make(source: LayerSource, settings: Partial<SourceSettings> = {}): Promise<Made> {
  const temp = reserveTemp(temporaryDirectory())
  const all = { ...SETTINGS, parallelDeflate: false, ...settings }
  const facts = await makeLayer(source, temp, all, { onBytes: () => {} })
  const tar = facts.packaged ? Buffer.alloc(0) : gunzipSync(readFileSync(temp))
  return { facts, tar, listing: listTar(tar) }
}

/** The layer of one module, or of several in one layer. */
export function modules(...sources: readonly ModuleSource[]): LayerSource {
  return { kind: 'modules', modules: sources }
}

/** `golden/NAME@1` or another module at a place. */
export function aModuleSource(
  content: Content,
  name = 'acme/module@1',
  kind: ModuleSource['kind'] = 'buildpack',
): ModuleSource {
  const at = name.lastIndexOf('@')
  return { kind, id: { id: name.slice(0, at), version: name.slice(at + 1) }, content }
}

/** The layer of the module in a directory. */
export function directory(path: string, name?: string): LayerSource {
  return modules(aModuleSource({ kind: 'directory', path }, name))
}

/** The layer of the module in an archive. */
export function archive(file: string, name?: string): LayerSource {
  return modules(aModuleSource({ kind: 'archive', file }, name))
}

/** A layer of entries that the plan spells out. */
export function inline(...entries: readonly InlineEntry[]): LayerSource {
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
