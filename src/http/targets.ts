import { isIP } from 'node:net'
import { CnbError } from '../errors.js'
import { nearNetworkOf, type NearNetwork } from './address.js'
import { failureOf } from './failure.js'
import { checkPlainHttp, hostOf, isSameOrigin, shownUrl } from './origin.js'
import type { Resolver } from './resolver.js'

/** What targets are judged by. */
export interface TargetRules {
  readonly resolver: Resolver
  readonly insecureHosts: readonly string[]
  /** True when somebody else looks up the name of the host, so that only what the name itself says can be judged. */
  readonly isProxied: (url: URL) => boolean
}

/** An address that an answer named. */
export interface NamedTarget {
  readonly to: URL
  /** Where the answer came from. */
  readonly from: URL
  /** The address that the user named, at the start of it all. */
  readonly first: URL
  /** Plain http may stay plain http: what comes is checked otherwise. */
  readonly allowPlainHttp?: boolean | undefined
}

/**
 * Refuses to go where an answer must not send us: from https to http, to anything that is not http, and into a private network
 * unless the user sent us into one in the first place. This machine and its link are reached only from themselves.
 *
 * @throws CnbError E_REDIRECT, E_NETWORK when plain http is not allowed there
 */
export async function checkTarget({ to, from, first, allowPlainHttp }: NamedTarget, rules: TargetRules): Promise<void> {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') throw refused(`is ${to.protocol.slice(0, -1)}`, to, from)
  if (to.protocol === 'http:' && from.protocol === 'https:') throw refused('is plain http after https', to, from)
  if (allowPlainHttp !== true) checkPlainHttp(to, rules.insecureHosts)
  if (isSameOrigin(to, first)) return
  const networks = await networksOf(to, rules)
  if (networks.length === 0) return
  const named = await namedNetworks(first, rules)
  if (networks.every((network) => (network === 'private' ? named.length > 0 : named.includes(network)))) return
  throw refused('is in a private network', to, from)
}

/** The networks besides the internet that a URL leads into. */
async function networksOf(url: URL, { resolver, isProxied }: TargetRules): Promise<readonly NearNetwork[]> {
  const host = hostOf(url)
  if (isIP(host) !== 0 || isProxied(url)) return [nearNetworkOf(host)].filter((network) => network !== undefined)
  try {
    return await resolver.nearNetworksOf(host)
  } catch (error) {
    throw failureOf(`looking up ${host}`, error)
  }
}

/** Those that the user sent us to; a name that has gone by now counts as public. */
async function namedNetworks(url: URL, rules: TargetRules): Promise<readonly NearNetwork[]> {
  try {
    return await networksOf(url, rules)
  } catch {
    return []
  }
}

function refused(why: string, to: URL, from: URL): CnbError {
  return new CnbError('E_REDIRECT', `${shownUrl(from)} sends us to ${shownUrl(to)}, which ${why}`, {
    value: shownUrl(to),
  })
}
