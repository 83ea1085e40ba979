import { CnbError } from '../errors.js'
import type { Named } from './context.js'

/**
 * What `read` returns. What is refused for something that has no lines, such as an archive, is told where the user names it; the message
 * says what it is.
 */
export async function whereNamed<Value>(named: Named, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof CnbError) || error.kind !== 'refused' || error.place?.line !== undefined) throw error
    throw error.with({ place: named.place })
  }
}
