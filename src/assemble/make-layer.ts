import type { LocalLayer } from '../cnb/content.js'
import type { Diagnostic } from '../errors.js'
import { TempFile } from '../files.js'
import { compressionOf } from '../oci/media-type.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { loadDeflateEngine } from '../tar/deflate.js'
import type { TarEntry } from '../tar/entry.js'
import { entriesOf } from './entries.js'
import type { LayerCompression, LayerFacts } from './layer-record.js'
import { GzipLayerWriter, PlainLayerWriter, type LayerWriter } from './layer-writer.js'
import type { LocalSource } from './local-source.js'
import { SameBytes } from './same-bytes.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar, type Entries } from './write-tar.js'

/** What decides over the making of one layer. */
export interface MakeSettings extends SourceSettings {
  readonly compression: LayerCompression
  /** True for a layer so large that it should keep several cores busy alone. */
  readonly parallelDeflate: boolean
}

/** Who is told of the work, and who may stop it. */
export interface MakeHooks {
  /** Called with the number of bytes that just went into the tar. */
  readonly onBytes: (count: number) => void
  /** Called when all is written, and what remains is to wait for the disk. */
  readonly onWritten?: () => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the layer of `source` and leaves it, synced, at the reserved path `temp`; or nothing, when a layer of a package
 * can serve as it is.
 *
 * @throws CnbError what the entries, the limits or the disk object to; then there is no file at `temp`
 */
export async function makeLayer(
  source: LocalSource,
  temp: string,
  settings: MakeSettings,
  hooks: MakeHooks,
): Promise<LayerFacts> {
  const unchanged = await auditPackage(source, settings, hooks)
  return unchanged ?? writeLayer(source, temp, settings, hooks)
}

/** The layer of a package from which all of `source` comes. */
export function onlyLayer<L>(source: LayerSource<L>): L | undefined {
  if (source.kind !== 'modules' || source.modules.length !== 1) return undefined
  const content = source.modules[0]?.content
  return content?.kind === 'layer' ? content.layer : undefined
}

/**
 * Reads a layer of a package through, once: when it is exactly what we would write, it serves as it is. Every check, but no
 * compression. Most packages are of that kind.
 */
async function auditPackage(
  source: LocalSource,
  settings: MakeSettings,
  { onBytes, signal }: MakeHooks,
): Promise<LayerFacts | undefined> {
  const layer = onlyLayer(source)
  const compression = layer && servesAs(layer, settings.compression)
  if (layer === undefined || compression === undefined) return undefined
  const warnings: Diagnostic[] = []
  const same = new SameBytes()
  let tarSize = 0
  const entries = entriesOf(source, {
    ...settings,
    signal,
    report: (warning) => warnings.push(warning),
    watchTar: (piece) => same.expect(piece),
  })
  await writeTar(whileSame(entries, same), {
    write(bytes) {
      same.actual(bytes)
      tarSize += bytes.length
      onBytes(bytes.length)
      return undefined
    },
  })
  if (!same.end()) return undefined
  const { digest, diffId, range } = layer
  return { diffId, digest, size: range.length, tarSize, compression, packaged: true, warnings }
}

/** Ends early what is going to be read again from the beginning. */
async function* whileSame(entries: Entries, same: SameBytes): AsyncGenerator<TarEntry, undefined> {
  for await (const entry of entries) {
    if (same.differs) return
    yield entry
  }
}

/** How the layer is stored, if layers may be stored so. What is compressed may stay so in any case. */
function servesAs({ mediaType }: LocalLayer, wanted: LayerCompression): LayerCompression | undefined {
  const actual = compressionOf(mediaType)
  return actual === 'gzip' || (actual === 'none' && wanted === 'none') ? actual : undefined
}

async function writeLayer(
  source: LocalSource,
  temp: string,
  settings: MakeSettings,
  { onBytes, onWritten, signal }: MakeHooks,
): Promise<LayerFacts> {
  const { compression } = settings
  const warnings: Diagnostic[] = []
  const entries = entriesOf(source, { ...settings, signal, report: (warning) => warnings.push(warning) })
  const file = new TempFile(temp)
  try {
    const writer = await layerWriter(file, settings)
    await writeTar(entries, {
      write(bytes) {
        signal?.throwIfAborted()
        onBytes(bytes.length)
        return writer.write(bytes)
      },
      segment: () => writer.segment(),
    })
    const digests = await writer.end()
    onWritten?.()
    await file.sync()
    return { ...digests, compression, packaged: false, warnings }
  } catch (error) {
    file.discard()
    throw error
  }
}

async function layerWriter(file: TempFile, { compression, parallelDeflate }: MakeSettings): Promise<LayerWriter> {
  if (compression === 'none') return new PlainLayerWriter(file)
  return new GzipLayerWriter(file, await loadDeflateEngine(), parallelDeflate)
}
