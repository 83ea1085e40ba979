import { extname } from 'node:path'
import { CnbError } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { Platform } from '../oci/platform.js'
import { archiveSink, type ArchiveSinkOptions } from './archive-sink.js'
import type { ImageSink, StagedImage } from './transport.js'
import { asOne } from './write-to.js'

/**
 * Writes an archive, and beside it one for each image of an index, named as pack names them: `FILE-OS-ARCH.EXTENSION`. For readers
 * that know archives of one image only.
 */
export function platformArchives(options: ArchiveSinkOptions): ImageSink {
  const whole = archiveSink(options)
  return { ...whole, stage: (root, signal) => stageAll(whole, root, options, signal) }
}

async function stageAll(
  whole: ImageSink,
  root: Image | ImageIndex,
  options: ArchiveSinkOptions,
  signal: AbortSignal | undefined,
): Promise<StagedImage> {
  const staged: StagedImage[] = []
  try {
    staged.push(await whole.stage(root, signal))
    for (const [file, image] of await platformFiles(root, options.file, signal)) {
      const sink = archiveSink({ ...options, file })
      await sink.check(signal)
      staged.push(await sink.stage(image, signal))
    }
    return asOne(staged)
  } catch (error) {
    await asOne(staged).discard()
    throw error
  }
}

/** The file of each image of an index. @throws CnbError E_USAGE when two would have the same */
async function platformFiles(
  root: Image | ImageIndex,
  file: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Image>> {
  const files = new Map<string, Image>()
  for (const child of root.kind === 'index' ? root.children : []) {
    const { platform } = child.descriptor
    const image = platform && (await child.read(signal))
    // An attestation is for no platform.
    if (platform === undefined || image?.kind !== 'image') continue
    const name = platformFile(file, platform)
    if (files.has(name)) {
      throw new CnbError('E_USAGE', `two images of the index would be in ${name}`, {
        value: name,
        hint: 'leave out --append-image-name-suffix: one file holds all of them',
      })
    }
    files.set(name, image)
  }
  return files
}

function platformFile(file: string, { os, architecture }: Platform): string {
  const extension = extname(file)
  const name = extension === '' ? file : file.slice(0, -extension.length)
  return [name, os, architecture].filter((part) => part !== '').join('-') + extension
}
