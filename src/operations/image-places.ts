import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../sources/context.js'
import type { ReadOptions } from '../transports/transport.js'

/** Reads the image at a place with the transport for it. */
export async function readImageAt(place: ImagePlace, options: ReadOptions): Promise<Image | ImageIndex> {
  switch (place.kind) {
    case 'layout': {
      const { layoutDirectory } = await import('../transports/layout-directory.js')
      const { readLayout } = await import('../transports/read-layout.js')
      return readLayout(layoutDirectory(place.directory), place.tag, options)
    }
    case 'archive': {
      const { readArchive } = await import('../transports/archive.js')
      return readArchive(place.file, options)
    }
  }
}
