import { CnbError } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace, type ImagePlace } from '../oci/place.js'
import { readArchive } from '../transports/archive.js'
import { layoutDirectory } from '../transports/layout-directory.js'
import { readLayout } from '../transports/read-layout.js'
import type { ReadOptions } from '../transports/transport.js'

/** Reads the image at a place with the transport for it. */
export async function readImageAt(place: ImagePlace, options: ReadOptions): Promise<Image | ImageIndex> {
  switch (place.kind) {
    case 'layout':
      return readLayout(layoutDirectory(place.directory), place.tag, options)
    case 'archive':
      return readArchive(place.file, options)
    case 'registry':
    case 'engine':
      throw new CnbError(
        'E_OFFLINE',
        `${printPlace(place)} would have to be pulled from its registry, which this version does not do`,
      )
  }
}
