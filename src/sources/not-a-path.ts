import { resolve } from 'node:path'
import { CnbError, type ErrorCode } from '../errors.js'
import { plainReference } from '../oci/place.js'
import { redactLocator } from '../redact.js'
import { mayExist } from './paths.js'

/** Nobody has what a name stands for, as far as we are told. */
const NOT_FOUND: ReadonlySet<ErrorCode> = new Set(['E_IMAGE_MISSING', 'E_INDEX_MISSING'])

/**
 * The hint of a failure to find something in the network, by a name that may have been meant for a path: it says that there is none.
 *
 * @param text as the user wrote it
 * @param base absolute folder where a relative path would start
 */
export function hintOfNoPath(error: CnbError, text: string, base: string): string | undefined {
  const { code, kind, hint } = error
  if (!NOT_FOUND.has(code) && kind !== 'network' && kind !== 'credentials') return hint
  if (!mayBePath(text)) return hint
  const shown = redactLocator(text)
  const note = mayExist(resolve(base, text))
    ? `the ${shown} that lies here was not taken for it`
    : `if a path is meant, there is no file or folder ${shown}`
  return hint === undefined ? note : `${hint}; ${note}`
}

/** A text without a scheme, a registry, a tag or a digest. */
function mayBePath(text: string): boolean {
  return !/[:@\0]/.test(text) && plainReference(text) === undefined
}
