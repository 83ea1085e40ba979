import { CnbError } from '../errors.js'
import type { Request, Response } from './message.js'
import { normalUrl, shownUrl } from './origin.js'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Those after which the same request is to be made, body and all. */
const SAME_REQUEST = new Set([307, 308])

/**
 * Where an answer sends its request; undefined when it does not. Whether going there is allowed is another question.
 *
 * @throws CnbError E_REDIRECT when it would become another request, E_NETWORK when the place cannot be understood
 */
export function nextHop({ method, accept }: Request, { status, headers, url }: Response): URL | undefined {
  if (!REDIRECTS.has(status) || accept?.includes(status) === true) return undefined
  const location = headers.get('location')
  if (location === undefined || !URL.canParse(location, url.href)) {
    throw new CnbError('E_NETWORK', `${method} ${shownUrl(url)} was redirected, but not to an address`)
  }
  const to = normalUrl(new URL(location, url))
  if (method === 'GET' || method === 'HEAD' || SAME_REQUEST.has(status)) return to
  throw new CnbError(
    'E_REDIRECT',
    `${method} ${shownUrl(url)} was redirected with status ${status}, which would lose what is sent`,
  )
}
