import { createHash, type Hash } from 'node:crypto'
import { statSync, type BigIntStats } from 'node:fs'
import type { Content } from '../cnb/content.js'
import { attempt } from '../files.js'
import type { Limits } from '../limits.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { BLOCK_BYTES } from '../tar/fields.js'
import { walkDirectory } from './directory-walk.js'

/** What can be told about a layer's inputs without reading them. */
export interface SourceFacts {
  /** Equal keys mean equal layers, as long as nobody sets back the change time of a file. Hex. */
  readonly key: string
  /** About how many bytes go into the layer; decides what is made first and where. */
  readonly bytes: number
  /** When the last of the input files changed, in nanoseconds since 1970; 0 when there are none. */
  readonly changedNs: bigint
}

/** Settings that decide whether, or with which warnings, a layer comes about. */
export interface SourceSettings {
  readonly limits: Limits
  readonly allowAbsoluteSymlinks: boolean
}

/** A compressed archive is expected to grow to this many times its size. */
const EXPECTED_EXPANSION = 3

/**
 * Looks at every input file of `source` once, with `lstat`.
 *
 * @throws CnbError E_IO and the errors of `walkDirectory`
 */
export function inspectSource(source: LayerSource, settings: SourceSettings): SourceFacts {
  const fingerprint = new Fingerprint()
  fingerprint.add(JSON.stringify([settings, source], plain))
  for (const content of contentsOf(source)) inspectContent(content, settings.limits, fingerprint)
  if (source.kind === 'entries') {
    for (const entry of source.entries) fingerprint.bytes += BLOCK_BYTES + entry.content.length
  }
  return fingerprint.facts()
}

function contentsOf(source: LayerSource): readonly Content[] {
  switch (source.kind) {
    case 'entries':
      return []
    case 'lifecycle':
      return [source.content]
    case 'modules':
      return source.modules.map((module) => module.content)
  }
}

function inspectContent(content: Content, limits: Limits, fingerprint: Fingerprint): void {
  switch (content.kind) {
    case 'directory':
      for (const { name, stat } of walkDirectory(content.path, limits.pathDepth)) fingerprint.addFile(name, stat)
      return
    case 'archive':
      fingerprint.addFile(
        content.file,
        attempt('reading', content.file, () => statSync(content.file, { bigint: true })),
        EXPECTED_EXPANSION,
      )
      return
    case 'layer':
      // Its digest is part of the source, and its bytes are checked against that whenever they are read.
      fingerprint.bytes += content.layer.range.length * EXPECTED_EXPANSION
  }
}

/** Maps and bytes have no JSON of their own; a packaged layer is known by its digest, wherever it lies. */
function plain(key: string, value: unknown): unknown {
  if (value instanceof Map) return [...(value as Map<string, unknown>)]
  if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex')
  return key === 'range' ? undefined : value
}

class Fingerprint {
  bytes = 0
  #changedNs = 0n
  readonly #hash: Hash = createHash('sha256')

  add(text: string): void {
    this.#hash.update(`${text}\n`)
  }

  addFile(name: string, stat: BigIntStats, expansion = 1): void {
    // Of a directory only what its children do not tell: editors change its times with temporary files.
    if (stat.isDirectory()) {
      this.add(`${JSON.stringify(name)} ${stat.mode}`)
    } else {
      const { dev, ino, size, mode, mtimeNs, ctimeNs } = stat
      this.add(`${JSON.stringify(name)} ${mode} ${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`)
      this.bytes += Number(size) * expansion
      if (ctimeNs > this.#changedNs) this.#changedNs = ctimeNs
    }
    this.bytes += BLOCK_BYTES
  }

  facts(): SourceFacts {
    return { key: this.#hash.digest('hex'), bytes: this.bytes, changedNs: this.#changedNs }
  }
}
