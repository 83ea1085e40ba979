import { createHash, type Hash } from 'node:crypto'
import { statSync, type BigIntStats } from 'node:fs'
import type { Content } from '../cnb/content.js'
import { attempt } from '../files.js'
import type { Limits } from '../limits.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { BLOCK_BYTES } from '../tar/fields.js'
import { ASSEMBLY_VERSION } from '../tar/gzip.js'
import { walkDirectory } from './directory-walk.js'
import type { LayerCompression } from './layer-record.js'
import { contentsOf } from './local-source.js'

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
export function inspectSource(
  source: LayerSource,
  { limits, allowAbsoluteSymlinks, compression }: SourceSettings & { readonly compression: LayerCompression },
): SourceFacts {
  const fingerprint = new Fingerprint()
  fingerprint.add(JSON.stringify([ASSEMBLY_VERSION, limits, allowAbsoluteSymlinks, compression, source], plain))
  for (const content of contentsOf(source)) inspectContent(content, limits, fingerprint)
  if (source.kind === 'entries') {
    for (const entry of source.entries) fingerprint.bytes += BLOCK_BYTES + entry.content.length
  }
  return fingerprint.facts()
}

function inspectContent(content: Content, limits: Limits, fingerprint: Fingerprint): void {
  switch (content.kind) {
    case 'directory':
      for (const { name, stat } of walkDirectory(content, limits.pathDepth)) fingerprint.addFile(name, stat)
      return
    case 'archive': {
      const { file, download } = content
      const stats = attempt('reading', file, () => statSync(file, { bigint: true }))
      // The digest of a download is part of the source already.
      if (download === undefined) fingerprint.addFile(file, stats, EXPECTED_EXPANSION)
      else fingerprint.bytes += Number(stats.size) * EXPECTED_EXPANSION
      return
    }
    case 'layer':
      // Its digest is part of the source, and its bytes are checked against that whenever they are read.
      fingerprint.bytes += content.layer.descriptor.size * EXPECTED_EXPANSION
  }
}

/** Maps and bytes have no JSON of their own. */
function plain(key: string, value: unknown): unknown {
  if (value instanceof Map) return [...(value as Map<string, unknown>)]
  if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex')
  return key === 'content' && isContent(value) ? identityOf(value) : value
}

/** Inline entries have a content too. */
function isContent(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && 'kind' in value
}

/** By what content is known that does not change: a layer and a download by their digests, wherever they lie. */
function identityOf(content: Content): unknown {
  switch (content.kind) {
    case 'directory':
      return [content.kind, content.path, content.descriptor]
    case 'archive':
      return [content.kind, content.download?.digest ?? content.file]
    case 'layer': {
      const { descriptor, diffId } = content.layer
      return [content.kind, descriptor.mediaType, descriptor.digest, descriptor.size, diffId, content.promised]
    }
  }
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
