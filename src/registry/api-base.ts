import { CnbError } from '../errors.js'
import { HttpError, isCertificateFailure } from '../http/failure.js'
import { DOCKER_HUB } from '../oci/reference.js'

/** Where Docker Hub answers the API; its own name has a web site. */
const DOCKER_HUB_API = 'registry-1.docker.io'
/** How often the schemes are tried one after the other. */
const MAX_ROUNDS = 5

/** The address that everything of the API lies below. */
export function apiBase(registry: string, scheme: 'http' | 'https'): URL {
  return new URL(`${scheme}://${registry === DOCKER_HUB ? DOCKER_HUB_API : registry}/v2/`)
}

/** How the schemes are tried. */
export interface Probing {
  /** Asks for the base of the API, once. @throws CnbError when nothing answers in that scheme */
  readonly ping: (base: URL) => Promise<void>
  /** Waits before the next round. @throws the signal's reason */
  readonly pause: (round: number) => Promise<void>
}

/**
 * The first of several addresses that answers. A server that is spoken to in the wrong scheme answers nonsense or hangs up,
 * which a bad network does too, so all of them are tried a few times.
 *
 * @throws CnbError what the first one said when none answers, or what is wrong with the certificate of one
 */
export async function findApi(bases: readonly URL[], { ping, pause }: Probing): Promise<URL> {
  for (let round = 1; ; round++) {
    const failures: CnbError[] = []
    for (const base of bases) {
      try {
        await ping(base)
        return base
      } catch (error) {
        if (!(error instanceof CnbError) || error.kind !== 'network' || isCertificateFailure(error)) throw error
        failures.push(error)
      }
    }
    const mayChange = failures.some((error) => error instanceof HttpError && error.outcome.kind !== 'unreachable')
    if (!mayChange || round === MAX_ROUNDS) throw failures[0]
    await pause(round)
  }
}
