import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { nearNetworkOf, type NearNetwork } from './address.js'
import type { Lookup } from './settings.js'

/**
 * Names become addresses. A name keeps the addresses that it had first for as long as the client lives: what was looked at
 * when a target was judged is what is connected to later.
 */
export class Resolver {
  readonly #lookup: Lookup
  readonly #known = new Map<string, Promise<readonly LookupAddress[]>>()

  constructor(lookup: Lookup = (name) => systemLookup(name, { all: true, verbatim: true })) {
    this.#lookup = lookup
  }

  /** @throws an error with a `code` such as ENOTFOUND */
  addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const name = host.toLowerCase()
    const version = isIP(name)
    if (version !== 0) return Promise.resolve([{ address: name, family: version }])
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const asked = this.#lookup(name).then(notEmpty)
    this.#known.set(name, asked)
    // Only an answer is kept.
    asked.catch(() => this.#known.delete(name))
    return asked
  }

  /** The networks besides the internet in which a host has an address. @throws as `addressesOf` */
  async nearNetworksOf(host: string): Promise<readonly NearNetwork[]> {
    const said = nearNetworkOf(host)
    if (said !== undefined) return [said]
    const addresses = await this.addressesOf(host)
    return addresses.map(({ address }) => nearNetworkOf(address)).filter((network) => network !== undefined)
  }

  /** For sockets. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.addressesOf(host).then(
      (addresses) => {
        const fitting = addresses.filter(({ family }) => !options.family || family === options.family)
        const [first = addresses[0]] = fitting
        if (options.all === true) callback(null, [...fitting])
        else callback(null, first?.address ?? '', first?.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

function notEmpty(addresses: readonly LookupAddress[]): readonly LookupAddress[] {
  if (addresses.length > 0) return addresses
  throw Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' })
}
