import { CnbError } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import { decodePlatform } from './descriptor.js'
import { parseDiffId } from './digest.js'
import { baseFields } from './config-fields.js'
import { Fields } from './fields.js'
import type { ImageConfig } from './image.js'
import { parseJson } from './json.js'
import type { DecodeOptions } from './manifest.js'

/**
 * The image config in `bytes`.
 *
 * @throws CnbError E_IMAGE_CONFIG for a field that Go's readers would refuse too, E_LABEL for a label beyond the limits,
 *   E_DIGEST_SYNTAX
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 */
export function decodeImageConfig(bytes: Uint8Array, options: DecodeOptions): ImageConfig {
  const fields = Fields.of(parseJson(bytes, options), { file: options.file, code: 'E_IMAGE_CONFIG' })
  const rootfs = fields.object('rootfs')
  if (rootfs.string('type') !== 'layers') throw rootfs.error('type', 'must be "layers"')
  const container = fields.optionalObject('config')
  const labels = container?.optionalStringMap('Labels') ?? new Map<string, string>()
  checkLabels(labels, options)
  // Reads every field that a builder keeps, so that one of a wrong type is refused here and not when all work is done.
  baseFields(fields)
  return {
    platform: decodePlatform(fields),
    env: container?.optionalStrings('Env') ?? [],
    labels,
    user: container?.optionalString('User') ?? '',
    diffIds: (rootfs.optionalDigests('diff_ids') ?? []).map((digest) => parseDiffId(digest)),
    raw: fields.raw,
  }
}

function checkLabels(labels: ReadonlyMap<string, string>, { file, limits }: { file: string; limits: Limits }): void {
  let total = 0
  for (const [name, value] of labels) {
    const size = Buffer.byteLength(value)
    total += size
    if (size > limits.labelBytes) throw tooLarge(`label ${name}`, size, 'labelBytes')
  }
  if (total > limits.labelsBytes) throw tooLarge('all labels together', total, 'labelsBytes')

  function tooLarge(what: string, size: number, limit: 'labelBytes' | 'labelsBytes'): CnbError {
    return new CnbError('E_LABEL', `${file}: ${what} has ${size} bytes, more than ${limits[limit]}`, {
      place: { file },
      hint: limitHint(limit),
    })
  }
}

/**
 * How many layers the history of a config speaks of; undefined when it has none. Tools disagree about histories, so a
 * number that differs from that of the layers is worth a warning at most.
 */
export function historyLayersOf(config: ImageConfig, file: string): number | undefined {
  const entries = Fields.of(config.raw, { file, code: 'E_IMAGE_CONFIG' }).optionalObjects('history') ?? []
  if (entries.length === 0) return undefined
  return entries.filter((entry) => entry.optionalBoolean('empty_layer') !== true).length
}
