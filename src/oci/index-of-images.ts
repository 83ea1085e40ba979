import { encodeUtf8 } from '../bytes.js'
import { descriptorJson } from './descriptor.js'
import { inOrder } from './go-json.js'
import type { Descriptor, Image, ImageIndex } from './image.js'
import { printJson } from './json.js'
import { OCI_INDEX } from './media-type.js'
import { describe } from './image-of.js'

/**
 * An index of images, one a platform, in the order given. Each child has the platform of its config; the bytes are as pack's
 * libraries write them, always of OCI's type, also over Docker's manifests.
 */
export function indexOfImages(images: readonly Image[]): ImageIndex {
  const children = images.map((image) => {
    const descriptor: Descriptor = { ...image.descriptor, platform: image.config.platform }
    return { descriptor, read: () => Promise.resolve(image) }
  })
  const manifests = children.map(({ descriptor }) => descriptorJson(descriptor))
  const bytes = encodeUtf8(
    printJson(
      inOrder([
        ['schemaVersion', 2],
        ['mediaType', OCI_INDEX],
        ['manifests', manifests],
      ]),
    ),
  )
  return { kind: 'index', descriptor: describe(bytes, OCI_INDEX), bytes, children }
}
