import type { Diagnostic } from '../errors.js'
import { TempFile } from '../files.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { loadDeflateEngine } from '../tar/deflate.js'
import { entriesOf } from './entries.js'
import type { LayerFacts } from './layer-record.js'
import { LayerWriter } from './layer-writer.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar, type ByteSink } from './write-tar.js'

/** Files are read in pieces of this size, into one buffer. */
export const READ_BUFFER = 256 * 1024

export interface MakeSettings extends SourceSettings {
  /** True for a layer so large that it should keep several cores busy alone. */
  readonly parallelDeflate: boolean
}

export interface MakeHooks {
  /** Called with the number of bytes that just went into the tar. */
  readonly onBytes: (count: number) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes the layer of `source` and leaves it, synced, at the reserved path `temp`.
 *
 * @throws CnbError what the entries, the limits or the disk object to; then the file at `temp` may be there, unfinished
 */
export async function makeLayer(
  source: LayerSource,
  temp: string,
  settings: MakeSettings,
  { onBytes, signal }: MakeHooks,
): Promise<LayerFacts> {
  const warnings: Diagnostic[] = []
  const entries = entriesOf(source, {
    ...settings,
    report: (diagnostic) => warnings.push(diagnostic),
    buffer: Buffer.allocUnsafe(READ_BUFFER),
  })
  const file = new TempFile(temp)
  try {
    const writer = new LayerWriter(file, await loadDeflateEngine(), settings.parallelDeflate)
    const sink: ByteSink = (bytes) => {
      signal?.throwIfAborted()
      onBytes(bytes.length)
      return writer.write(bytes)
    }
    await writeTar(entries, sink)
    const digests = await writer.end()
    await file.sync()
    return { ...digests, packaged: false, warnings }
  } catch (error) {
    file.discard()
    throw error
  }
}
