import { statSync, type Stats } from 'node:fs'
import { relative } from 'node:path'
import { errnoOf, ioError } from '../files.js'

/** A path for people: relative to where the user stands when it lies below. */
export function shownPath(path: string, { cwd }: { readonly cwd: string }): string {
  const short = relative(cwd, path)
  return short === '' || short.startsWith('..') ? path : short
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/** What a path leads to; undefined when that is nothing. @throws CnbError E_IO */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch (cause) {
    if (ABSENT.has(errnoOf(cause))) return undefined
    throw ioError('reading', path, cause)
  }
}

/** True also for what may not be looked at, which is then told when it is read. */
export function mayExist(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (cause) {
    return !ABSENT.has(errnoOf(cause))
  }
}
