import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLoopbackHost, isPrivateAddress } from '#src/http/address.js'
import { isSameOrigin, mayBePlain } from '#src/http/origin.js'

const isPrivateIpv4 = (a: number, b: number): boolean =>
  [0, 10, 127].includes(a) ||
  a >= 224 ||
  (a === 100 && b >= 64 && b < 128) ||
  (a === 169 && b === 254) ||
  (a === 172 && b >= 16 && b < 32) ||
  (a === 192 && b === 168) ||
  (a === 198 && (b === 18 || b === 19))

test('an IPv4 address is as private in whatever IPv6 form it is wrapped', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number]
      const expected = isPrivateIpv4(a, b) || (a === 192 && b === 0 && c === 0)
      expect(isPrivateAddress(address)).toBe(expected)
      const low = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      for (const form of [`::ffff:${address}`, `::ffff:${low}`, `64:ff9b::${low}`, `::${low}`]) {
        expect([form, isPrivateAddress(form)]).toEqual([form, expected])
      }
    }),
  )
})

test.each(['fe80::1%eth0', 'fe80::1', 'fc00::1', 'fdff::', '::', '::1', 'ff02::1', '2002:a00:1::'])(
  '%s is private',
  (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  },
)

test.each(['2606:2800:220:1::1', 'example.org', '', '10.0.0', '1.2.3.4.5'])('%j is no private address', (address) => {
  expect(isPrivateAddress(address)).toBe(false)
})

test.each(['localhost', 'LocalHost.', 'a.b.localhost', '127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'])(
  '%s is this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  },
)

test.each(['localhost.test', 'mylocalhost', '128.0.0.1', '::2', '0.0.0.0', ''])('%j is not this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(false)
})

test.each([
  ['https://a.test', 'https://a.test:443/x', true],
  ['https://a.test', 'HTTPS://A.TEST./', true],
  ['https://bücher.test', 'https://xn--bcher-kva.test', true],
  ['http://[::1]', 'http://[0:0:0:0:0:0:0:1]:80', true],
  ['http://127.0.0.1', 'http://0x7f.1', true],
  ['https://a.test', 'https://me:x@a.test', true],
  ['https://a.test', 'https://a.test:444', false],
  ['https://a.test', 'http://a.test', false],
  ['https://a.test', 'https://b.a.test', false],
  ['http://127.0.0.1', 'http://localhost', false],
])('R-53: %s and %s: %j', (a, b, same) => {
  expect(isSameOrigin(new URL(a), new URL(b))).toBe(same)
  expect(isSameOrigin(new URL(b), new URL(a))).toBe(same)
})

test.each([
  ['http://registry.test:5000/', ['registry.test:5000'], true],
  ['http://registry.test:5000/', ['Registry.Test'], true],
  ['http://registry.test/', ['registry.test:80'], true],
  ['http://[2001:db8::1]:5000/', ['[2001:db8:0::1]:5000'], true],
  ['http://registry.test:5001/', ['registry.test:5000'], false],
  ['http://registry.test.evil.test/', ['registry.test'], false],
  ['http://my-registry.test/', ['registry.test'], false],
  ['http://registry.test/', ['http://registry.test', '', 'a b'], false],
])('plain http to %s, allowed %j: %j', (url, allowed, expected) => {
  expect(mayBePlain(new URL(url), allowed)).toBe(expected)
})
