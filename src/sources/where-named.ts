import { CnbError } from '../errors.js'
import { redactLocator } from '../redact.js'
import type { Named } from './context.js'

/**
 * What `read` returns. What is refused for something that has no lines, such as an archive, or has no place at all, is told where the
 * user names it; the message says as what, and which file it is.
 */
export async function whereNamed<Value>(named: Named, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof CnbError) || error.place?.line !== undefined) throw error
    if (error.kind !== 'refused' && error.place !== undefined) throw error
    throw error.with({ message: naming(named, error), place: named.place })
  }
}

function naming({ what, text }: Named, { message, place }: CnbError): string {
  const shown = redactLocator(text)
  const file = place?.file ?? ''
  const inside = message.includes(file) ? message : `${message} in ${file}`
  return message.includes(shown) ? inside : `the ${what} ${shown}: ${inside}`
}
