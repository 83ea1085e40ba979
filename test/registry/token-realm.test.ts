import { describe, expect, onTestFinished, test } from 'vitest'
import { HttpClient } from '#src/http/client.js'
import { tokenRealm } from '#src/registry/token-realm.js'
import { failureOf } from './authorized.js'

/** What names are, in this test. No connection is made. */
const NAMES: Readonly<Record<string, string>> = {
  'registry.test': '203.0.113.1',
  'auth.test': '203.0.113.2',
  'inside.test': '10.1.2.3',
  'here.test': '127.0.0.1',
  'here6.test': '::1',
  'meta.test': '169.254.169.254',
  'lan.test': '192.168.0.1',
}

function realm(text: string, registry: string): Promise<URL> {
  const http = new HttpClient({
    userAgent: 'test',
    clock: { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 },
    insecureHosts: ['registry.test', 'auth.test', 'lan.test'],
    lookup: (name) =>
      NAMES[name] === undefined
        ? Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }))
        : Promise.resolve([{ address: NAMES[name], family: NAMES[name].includes(':') ? 6 : 4 }]),
  })
  onTestFinished(() => http.close())
  return tokenRealm(text, new URL(registry), http)
}

describe('A-02: of a registry in the open, a realm', () => {
  test.each([
    '',
    'token',
    '/token',
    '//auth.test/token',
    'http://auth.test/token',
    'http://registry.test/token',
    'file:///etc/passwd',
    'data:application/json,{}',
    'ftp://auth.test/token',
    'javascript:1',
    'https://user@auth.test/token',
    'https://user:CANARY@auth.test/token',
    'https://',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://0177.0.0.01/',
    'https://0.0.0.0/',
    'https://0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://localhost/',
    'https://localhost./',
    'https://x.localhost/',
    'https://LOCALHOST/',
    'https://inside.test/',
    'https://here.test/',
    'https://here6.test/',
    'https://meta.test/',
    'https://here.test./',
    'https://１２７.０.０.１/',
    `https://auth.test/${'x'.repeat(10_000)}`,
  ])('%s is E_REALM', async (text) => {
    const error = await failureOf(realm(text, 'https://registry.test'))
    expect(error.code).toBe('E_REALM')
    expect(error.message).toMatch(/^registry\.test says that its tokens come from a place that /)
  })

  test.each([
    ['https://registry.test/token', 'https://registry.test/token'],
    ['https://registry.test:443/token#x', 'https://registry.test/token'],
    ['https://registry.test./token', 'https://registry.test/token'],
    ['HTTPS://Registry.Test/token', 'https://registry.test/token'],
    ['https://auth.test/token?a=b', 'https://auth.test/token?a=b'],
    ['https://auth.test:8443/token', 'https://auth.test:8443/token'],
    ['https://203.0.113.9/token', 'https://203.0.113.9/token'],
  ])('A-03: %s is right', async (text, href) => {
    expect((await realm(text, 'https://registry.test')).href).toBe(href)
  })
})

describe('A-02: of a registry in a private network, a realm', () => {
  test.each([
    ['https://10.0.0.1/token', 'https://lan.test'],
    ['https://192.168.7.7:5001/token', 'https://lan.test'],
    ['http://127.0.0.1:5001/token', 'http://127.0.0.1:5000'],
    ['http://localhost:5001/token', 'http://[::1]:5000'],
    ['http://lan.test/token', 'http://lan.test'],
    ['http://registry.test/token', 'http://registry.test'],
  ])('%s is right for %s', async (text, registry) => {
    expect((await realm(text, registry)).href).toBe(text)
  })

  test.each([
    ['http://127.0.0.1:5001/token', 'https://127.0.0.1:5000'],
    ['http://127.0.0.1:5001/token', 'http://lan.test'],
    ['https://127.0.0.1:5001/token', 'https://lan.test'],
    ['https://169.254.169.254/token', 'https://lan.test'],
    ['https://meta.test/token', 'https://127.0.0.1:5000'],
    ['http://lan.test:81/token', 'http://lan.test'],
    ['http://auth.test/token', 'http://registry.test'],
    ['http://10.0.0.1/token', 'http://127.0.0.1:5000'],
  ])('%s is E_REALM for %s', async (text, registry) => {
    expect((await failureOf(realm(text, registry))).code).toBe('E_REALM')
  })
})

test('a realm that is nowhere is a failure of the network', async () => {
  expect((await failureOf(realm('https://nowhere.test/', 'https://registry.test'))).code).toBe('E_NETWORK')
})
