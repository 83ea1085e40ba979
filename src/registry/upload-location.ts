import { CnbError } from '../errors.js'
import type { Response } from '../http/message.js'
import type { Digest } from '../oci/digest.js'
import type { RepositoryClient } from './registry-client.js'

/**
 * Where an upload goes on: the `Location` of an answer, against the address that gave it.
 *
 * @throws CnbError E_REGISTRY when there is none that can be read, E_REDIRECT when it leads where no upload may go
 */
export async function uploadLocation(remote: RepositoryClient, response: Response, doing: string): Promise<URL> {
  const text = response.headers.get('location') ?? ''
  if (text === '') throw new CnbError('E_REGISTRY', `${doing}: the registry did not say where the upload goes on`)
  if (!URL.canParse(text, response.url.href)) {
    throw new CnbError('E_REGISTRY', `${doing}: the registry named no sound place for the upload`, { value: text })
  }
  const location = new URL(text, response.url)
  await remote.checkTarget(location, response.url)
  return location
}

/**
 * `location` with the digest that ends an upload. Its own query holds the state of the upload and stays as it is, to the
 * letter; a digest in it is replaced.
 */
export function withDigest(location: URL, digest: Digest): URL {
  const kept = location.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !/^digest(?:=|$)/.test(part))
  const url = new URL(location)
  // With its question mark: a query may begin with one of its own, which would be taken for it.
  url.search = `?${[...kept, `digest=${encodeURIComponent(digest)}`].join('&')}`
  return url
}
