import { CnbError } from '../errors.js'

/** The newest version of the API that we know; what we use of it has been the same since 1.24. */
const NEWEST = '1.51'

const VERSION = /^(\d{1,3})\.(\d{1,3})$/

/**
 * The version to ask an engine in: its own, or the newest that we know if it is newer. Undefined for an engine that does not
 * say; then no version is named, and it takes the one it likes best.
 *
 * @param offered the header `Api-Version` of its answer to a ping
 * @param wanted what `DOCKER_API_VERSION` says
 * @throws CnbError E_ENGINE_CONFIG when `wanted` is no version
 * @see https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk
 */
export function requestVersion(offered: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted !== undefined && wanted !== '') {
    if (VERSION.test(wanted)) return wanted
    throw new CnbError('E_ENGINE_CONFIG', `DOCKER_API_VERSION is ${wanted}, expected a version such as 1.41`, {
      place: { file: 'DOCKER_API_VERSION' },
      value: wanted,
    })
  }
  if (offered === undefined || !VERSION.test(offered)) return undefined
  return compare(offered, NEWEST) > 0 ? NEWEST : offered
}

function compare(a: string, b: string): number {
  const [[majorA = 0, minorA = 0], [majorB = 0, minorB = 0]] = [a, b].map((text) => text.split('.').map(Number)) as [
    number[],
    number[],
  ]
  return majorA - majorB || minorA - minorB
}
