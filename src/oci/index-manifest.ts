import { CnbError } from '../errors.js'
import { limitHint } from '../limits.js'
import { decodeDescriptor } from './descriptor.js'
import type { Descriptor } from './image.js'
import { decodeHead, type ManifestOptions } from './manifest.js'

/** The manifests that the index in `bytes` names, in its order. */
export function decodeIndex(bytes: Uint8Array, options: ManifestOptions): readonly Descriptor[] {
  const fields = decodeHead(bytes, options, ['layers', 'config', 'fsLayers'])
  const entries = fields.objects('manifests')
  const { indexChildren } = options.limits
  if (entries.length > indexChildren) {
    throw new CnbError('E_OCI_LIMIT', `${options.file} names ${entries.length} manifests, more than ${indexChildren}`, {
      place: { file: options.file },
      hint: limitHint('indexChildren'),
    })
  }
  return entries.map(decodeDescriptor)
}
