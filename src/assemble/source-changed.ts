import { CnbError } from '../errors.js'
import { errnoOf, ioError } from '../files.js'

/** Errors that show that something is no longer what it was a moment ago. */
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

/** A failed access to something that was there a moment ago: when it is gone now, the source changed under our hands. */
export function changedOrIoError(doing: string, path: string, cause: unknown): CnbError {
  return GONE.has(errnoOf(cause)) ? sourceChanged(path, cause) : ioError(doing, path, cause)
}

/** `path` is not any more what it was when the walk came by. */
export function sourceChanged(path: string, cause?: unknown): CnbError {
  return new CnbError('E_SOURCE_CHANGED', `${path} changed while it was being read`, {
    place: { file: path },
    hint: 'run again when nothing writes there',
    cause,
  })
}
