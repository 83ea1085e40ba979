import { CnbError } from '../errors.js'

/** Media types that we read or write. @see https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json'
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json'

/** Everything that an image can begin with. */
export const MANIFEST_TYPES: readonly string[] = [OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST]

/** A gzipped layer, as the two families of media types call it. */
const OCI_LAYER_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip'
const DOCKER_LAYER_GZIP = 'application/vnd.docker.image.rootfs.diff.tar.gzip'

/** A layer that is a plain tar. */
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar'
export const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar'

/** How the tar of a layer is stored. */
export type Compression = 'none' | 'gzip' | 'zstd'

const LAYER_COMPRESSION: ReadonlyMap<string, Compression> = new Map([
  [OCI_LAYER, 'none'],
  [OCI_LAYER_GZIP, 'gzip'],
  ['application/vnd.oci.image.layer.v1.tar+zstd', 'zstd'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'none'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'gzip'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', 'zstd'],
  [DOCKER_LAYER, 'none'],
  [DOCKER_LAYER_GZIP, 'gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'zstd'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar', 'none'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'gzip'],
])

/** What is behind a descriptor with this media type; undefined for anything but an image or an index. */
export function manifestKindOf(mediaType: string): 'image' | 'index' | undefined {
  if (mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST) return 'image'
  if (mediaType === OCI_INDEX || mediaType === DOCKER_LIST) return 'index'
  return undefined
}

/** True for the config of something that runs, as opposed to that of an artifact. */
export function isImageConfigType(mediaType: string): boolean {
  return mediaType === OCI_CONFIG || mediaType === DOCKER_CONFIG
}

/** How a layer with this media type is stored; undefined when it is not the type of a layer. */
export function compressionOf(mediaType: string): Compression | undefined {
  return LAYER_COMPRESSION.get(mediaType)
}

/**
 * The error for a layer that is compressed in another way than its media type says.
 *
 * @param layer the layer for people
 * @param file what it lies in
 */
export function compressionMismatch(layer: string, mediaType: string, actual: string, file = layer): CnbError {
  return new CnbError(
    'E_COMPRESSION_MISMATCH',
    `${layer} has the type ${mediaType}, but its compression is ${actual}`,
    {
      place: { file },
      value: mediaType,
    },
  )
}

/**
 * The type of a layer in a manifest of type `manifestType`: of the same family. pack writes Docker's type into OCI manifests
 * too, which umoci refuses and skopeo cannot convert.
 */
export function layerType(manifestType: string, compression: 'gzip' | 'none'): string {
  const isDocker = manifestType === DOCKER_MANIFEST
  if (compression === 'none') return isDocker ? DOCKER_LAYER : OCI_LAYER
  return isDocker ? DOCKER_LAYER_GZIP : OCI_LAYER_GZIP
}
