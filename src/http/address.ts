import { BlockList, isIP } from 'node:net'

/** This machine. */
const LOOPBACK = blockList(['127.0.0.0/8', '::1/128'])

/**
 * Addresses that are not of the internet: this machine, its network, a provider's, and those that mean none or many.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const PRIVATE = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
])

/** What an address that means none reaches when it is connected to is this machine. */
const UNSPECIFIED = blockList(['0.0.0.0/8', '::/128'])

/** What a machine speaks to without a router; providers put what configures a machine there, secrets and all. */
const LINK_LOCAL = blockList(['169.254.0.0/16', 'fe80::/10'])

/** Ways to write an IPv4 address as an IPv6 one: mapped, compatible, translated. The last 32 bits are the address. */
const EMBEDDING = blockList(['::ffff:0:0/96', '::/96', '64:ff9b::/96'])

/** True for an IP address that only something near this machine can have. Not for text that is no address. @internal */
export function isPrivateAddress(address: string): boolean {
  return isIn(PRIVATE, address)
}

/** A network that is not the internet: this machine, the link it is on, or any other. */
export type NearNetwork = 'machine' | 'link' | 'private'

/** The network that a name or address says by itself that it is in; undefined for the internet, and for most names. */
export function nearNetworkOf(host: string): NearNetwork | undefined {
  if (isLoopbackHost(host) || isIn(UNSPECIFIED, host)) return 'machine'
  if (isIn(LINK_LOCAL, host)) return 'link'
  return isPrivateAddress(host) ? 'private' : undefined
}

/** True for a name or address that is this machine, whatever DNS says. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost') || isIn(LOOPBACK, name)
}

function isIn(list: BlockList, text: string): boolean {
  const address = text.replace(/%.*$/, '')
  const version = isIP(address)
  if (version === 0) return false
  if (version === 4) return list.check(address, 'ipv4')
  return list.check(address, 'ipv6') || (EMBEDDING.check(address, 'ipv6') && list.check(embedded(address), 'ipv4'))
}

/** The IPv4 address in the last 32 bits. */
function embedded(address: string): string {
  // URL writes every IPv6 address in groups of hexadecimal digits.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':')
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16))
  return [high ?? 0, low ?? 0].flatMap((group) => [group >> 8, group & 0xff]).join('.')
}

/** A list of networks written `address/bits`. */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
