import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { decodeDescriptor } from './descriptor.js'
import { Fields } from './fields.js'
import type { Manifest } from './image.js'
import { parseJson } from './json.js'
import { compressionOf, isImageConfigType } from './media-type.js'

/** What a manifest, index or config is called in messages, and what it may be. */
export interface DecodeOptions {
  readonly file: string
  readonly limits: Limits
}

/** The same for a document whose descriptor says of what type it is. */
export interface ManifestOptions extends DecodeOptions {
  /** As the descriptor that led here says. */
  readonly mediaType: string
}

/**
 * The image manifest in `bytes`. Docker's and OCI's are accepted; fields that we do not know are ignored, because the bytes
 * themselves are kept.
 *
 * @throws CnbError E_MANIFEST for what is malformed, E_MEDIATYPE_CONFUSION for what another reader could take for something
 *   else, E_IMAGE_KIND for an artifact that is not a container image
 */
export function decodeManifest(bytes: Uint8Array, options: ManifestOptions): Manifest {
  const manifest = decodeAnyManifest(bytes, options)
  const type = artifactTypeOf(manifest)
  if (type === undefined) return manifest
  const { file } = options
  throw new CnbError('E_IMAGE_KIND', `${file} is an artifact of type ${type}, not a container image`, {
    place: { file },
    value: type,
  })
}

/** As `decodeManifest`, also of an artifact. */
export function decodeAnyManifest(bytes: Uint8Array, options: ManifestOptions): Manifest {
  const fields = decodeHead(bytes, options, ['manifests', 'fsLayers'])
  return {
    mediaType: options.mediaType,
    config: decodeDescriptor(fields.object('config')),
    layers: fields.objects('layers').map(decodeDescriptor),
    annotations: fields.optionalStringMap('annotations'),
    artifactType: fields.optionalString('artifactType'),
  }
}

/** What a manifest is of that is not of a container image; undefined when it is. */
export function artifactTypeOf({ config, layers, artifactType }: Manifest): string | undefined {
  const strange = layers.find((layer) => compressionOf(layer.mediaType) === undefined)
  if (isImageConfigType(config.mediaType) && strange === undefined && artifactType === undefined) return undefined
  // Some builders of images set the artifact type to the config type of an image; that changes nothing.
  if (artifactType !== undefined && isImageConfigType(artifactType) && strange === undefined) return undefined
  return artifactType ?? (isImageConfigType(config.mediaType) ? strange?.mediaType : config.mediaType)
}

/**
 * The fields of a manifest or index after the checks that both need. A document with a field of the other kind is refused:
 * what it is must not depend on who reads it.
 */
export function decodeHead(bytes: Uint8Array, options: ManifestOptions, foreign: readonly string[]): Fields {
  const { file, mediaType } = options
  const fields = Fields.of(parseJson(bytes, options), { file, code: 'E_MANIFEST' })
  const version = fields.integer('schemaVersion')
  if (version === 1) throw fields.error('schemaVersion', 'is 1, a format that was given up in 2016')
  if (version !== 2) throw fields.error('schemaVersion', `is ${version}, expected 2`)
  const inner = fields.optionalString('mediaType')
  if (inner !== undefined && inner !== mediaType) {
    throw fields.error('mediaType', `is ${inner}, but its descriptor says ${mediaType}`, 'E_MEDIATYPE_CONFUSION')
  }
  const found = foreign.find((key) => fields.has(key))
  if (found !== undefined) {
    throw fields.error(found, `does not belong in a document of type ${mediaType}`, 'E_MEDIATYPE_CONFUSION')
  }
  return fields
}
