import { CnbError } from '../errors.js'
import { DOCKER_HUB } from '../oci/reference.js'

/** Where Docker Hub answers the API; its own name has a web site. */
const DOCKER_HUB_API = 'registry-1.docker.io'

/** Which schemes a registry may be spoken to in, the one to be tried first before the other. */
export type Schemes = readonly ['https'] | readonly ['https', 'http']

/** The address that everything of the API lies below. */
export function apiBase(registry: string, scheme: 'http' | 'https'): URL {
  return new URL(`${scheme}://${registry === DOCKER_HUB ? DOCKER_HUB_API : registry}/v2/`)
}

/**
 * The scheme in which a registry answers. Plain http is tried only where it is allowed, and only when the registry does not
 * speak TLS; it is not asked anything when there is no choice.
 *
 * @param ping asks the address of the API; fails when nothing answers there
 * @throws CnbError what the first attempt said when none answers
 */
export async function findApi(registry: string, schemes: Schemes, ping: (base: URL) => Promise<void>): Promise<URL> {
  const [first, second] = schemes.map((scheme) => apiBase(registry, scheme)) as [URL, URL | undefined]
  if (second === undefined) return first
  try {
    await ping(first)
    return first
  } catch (error) {
    if (!(error instanceof CnbError) || error.kind !== 'network') throw error
    await ping(second).catch((later: unknown) => {
      throw later instanceof CnbError && later.kind === 'network' ? error : later
    })
    return second
  }
}
