import type { Image, ImageIndex } from '../oci/image.js'
import { archiveSink, type ArchiveSinkOptions } from './archive-sink.js'
import type { ImageSink, StagedImage } from './transport.js'
import { asOne } from './write-to.js'

/** Where an archive is to be, and one more for each image of its index. */
interface PlatformArchivesOptions extends ArchiveSinkOptions {
  /** In the order of the images. */
  readonly platformFiles: readonly string[]
}

/** Writes an archive, and beside it one for each image of an index: for readers that know archives of one image only. */
export function platformArchives(options: PlatformArchivesOptions): ImageSink {
  const whole = archiveSink(options)
  const parts = options.platformFiles.map((file) => archiveSink({ ...options, file }))
  return {
    ...whole,
    check: async (signal) => {
      for (const sink of [whole, ...parts]) await sink.check(signal)
    },
    stage: (root, signal) => stageAll(whole, parts, root, signal),
  }
}

async function stageAll(
  whole: ImageSink,
  parts: readonly ImageSink[],
  root: Image | ImageIndex,
  signal: AbortSignal | undefined,
): Promise<StagedImage> {
  const staged: StagedImage[] = []
  try {
    staged.push(await whole.stage(root, signal))
    for (const [i, image] of (await imagesOf(root, signal)).entries()) {
      const part = parts[i]
      if (part !== undefined) staged.push(await part.stage(image, signal))
    }
    return asOne(staged)
  } catch (error) {
    await asOne(staged).discard()
    throw error
  }
}

async function imagesOf(root: Image | ImageIndex, signal: AbortSignal | undefined): Promise<readonly Image[]> {
  const children = root.kind === 'index' ? await Promise.all(root.children.map((child) => child.read(signal))) : []
  return children.filter((child) => child.kind === 'image')
}
