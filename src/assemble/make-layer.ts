import type { PackagedLayer } from '../cnb/content.js'
import type { Diagnostic } from '../errors.js'
import { TempFile } from '../files.js'
import { compressionOf } from '../oci/media-type.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { loadDeflateEngine } from '../tar/deflate.js'
import { hashTar } from './diff-id.js'
import { entriesOf } from './entries.js'
import type { LayerFacts } from './layer-record.js'
import { LayerWriter } from './layer-writer.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar } from './write-tar.js'

/** What decides over the making of one layer. */
export interface MakeSettings extends SourceSettings {
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
  source: LayerSource,
  temp: string,
  settings: MakeSettings,
  hooks: MakeHooks,
): Promise<LayerFacts> {
  const packaged = gzippedPackage(source)
  const unchanged = packaged && (await provePackage(source, packaged, settings, hooks))
  return unchanged ?? writeLayer(source, temp, settings, hooks)
}

/** The layer of a package from which all of `source` comes, if it is stored as ours are. */
export function gzippedPackage(source: LayerSource): PackagedLayer | undefined {
  if (source.kind !== 'modules' || source.modules.length !== 1) return undefined
  const content = source.modules[0]?.content
  if (content?.kind !== 'layer' || compressionOf(content.layer.mediaType) !== 'gzip') return undefined
  return content.layer
}

/** Every check, but no compression: most packages hold exactly what we would write. */
async function provePackage(
  source: LayerSource,
  { diffId, digest, range }: PackagedLayer,
  settings: SourceSettings,
  { onBytes, signal }: MakeHooks,
): Promise<LayerFacts | undefined> {
  const warnings: Diagnostic[] = []
  const entries = entriesOf(source, { ...settings, signal, report: (warning) => warnings.push(warning) })
  const tar = await hashTar(entries, onBytes)
  if (tar.diffId !== diffId) return undefined
  return { ...tar, digest, size: range.length, packaged: true, warnings }
}

async function writeLayer(
  source: LayerSource,
  temp: string,
  settings: MakeSettings,
  { onBytes, onWritten, signal }: MakeHooks,
): Promise<LayerFacts> {
  const warnings: Diagnostic[] = []
  const entries = entriesOf(source, { ...settings, signal, report: (warning) => warnings.push(warning) })
  const engine = await loadDeflateEngine()
  const file = new TempFile(temp)
  try {
    const writer = new LayerWriter(file, engine, settings.parallelDeflate)
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
    return { ...digests, packaged: false, warnings }
  } catch (error) {
    file.discard()
    throw error
  }
}
