import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { CnbError } from '../errors.js'
import { errnoOf, ioError } from '../files.js'
import type { LayoutFiles } from './read-layout.js'

/** An OCI image layout in a directory. Nothing is looked at before it is asked for. */
export function layoutDirectory(directory: string): LayoutFiles {
  return {
    name: directory,
    nameOf: (path) => join(directory, path),
    find: (path) => {
      const file = join(directory, path)
      const length = regularFileSize(file)
      return length === undefined ? undefined : { file, offset: 0, length }
    },
  }
}

function regularFileSize(file: string): number | undefined {
  let stats
  try {
    stats = lstatSync(file)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(cause))) return undefined
    throw ioError('reading', file, cause)
  }
  if (stats.isFile()) return stats.size
  throw new CnbError('E_OCI_LAYOUT', `${file} is not a regular file`, { place: { file } })
}
