import type { Report } from '../errors.js'
import type { FileRange, Image, ImageIndex } from '../oci/image.js'
import { archiveFiles, noLayout } from './archive-content.js'
import { readDockerArchive } from './docker-archive.js'
import { readLayout } from './read-layout.js'
import type { ImageReadOptions } from './transport.js'

/**
 * The image or index in a file that holds an OCI layout as a tar, such as a `.cnb`, or the image in what `docker save` writes.
 * Where both are there, the layout counts, because it has the bytes that have digests. Blobs are read from where they lie in
 * the file, and nothing is read that is not wanted; a compressed archive is unpacked into the scratch directory first.
 *
 * @throws CnbError E_IO, those of the tar reader, of `readLayout` and of `readDockerArchive`
 */
export async function readImageArchive(file: string, options: ImageReadOptions): Promise<Image | ImageIndex> {
  const content = await archiveFiles(file, options)
  if (!content.files.has('oci-layout') && content.files.has('manifest.json')) return readDockerArchive(content, options)
  const [strange] = content.others
  if (strange !== undefined) throw noLayout(file, strange[0], `is a ${strange[1].type}`)
  reportStrangers(content.files, file, options.report)
  const nameOf = (path: string): string => `${file}:/${path}`
  return readLayout({ name: file, nameOf, find: (path) => content.files.get(path) }, undefined, options)
}

const BELONGS = /^(?:oci-layout|index\.json|manifest\.json|repositories|blobs\/[a-z0-9+._-]+\/[^/]+)$/

function reportStrangers(files: ReadonlyMap<string, FileRange>, file: string, report: Report): void {
  const strangers = [...files.keys()].filter((path) => !BELONGS.test(path))
  if (strangers.length === 0) return
  report({
    rule: 'layout-strangers',
    severity: 'warning',
    message: `${strangers.length} files in the archive belong to no OCI image layout, such as ${strangers[0]}`,
    place: { file },
    value: strangers[0],
  })
}
