import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { checkIndexSchemes, checkIndexUrl, parseIndexAddress } from '#src/sources/index-address.js'

const parse = (text: string): unknown => parseIndexAddress(text, 'mine', ['http', 'ssh', 'file'])
const git = (url: string, protocol: string, credential?: { user: string; password: string }): unknown => ({
  kind: 'git',
  url,
  protocol,
  credential,
})

test.each([
  ['https://host.test/index', git('https://host.test/index', 'https')],
  ['HTTPS://HOST.test/Index.git', git('https://host.test/Index.git', 'https')],
  [
    'https://user:p%40ss@host.test:8443/x',
    git('https://host.test:8443/x', 'https', { user: 'user', password: 'p@ss' }),
  ],
  ['https://token@host.test/x', git('https://host.test/x', 'https', { user: 'token', password: '' })],
  ['http://127.0.0.1:80/x', git('http://127.0.0.1/x', 'http')],
  ['ssh://git@host.test/x', git('ssh://git@host.test/x', 'ssh')],
  ['git@host.test:acme/index.git', git('git@host.test:acme/index.git', 'ssh')],
  ['file:///srv/index', git('file:///srv/index', 'file')],
  ['/srv/index', { kind: 'directory', path: '/srv/index' }],
])('%s is an address', (text, address) => {
  expect(parse(text)).toEqual(address)
})

test.each(['https://u%:p@host.test/x', 'https://u:%ff@host.test/x'])('%s is none', (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'E_USAGE', value: 'https://host.test/x' }))
})

test('a scheme that nobody can allow is told, and so is a URL that no scheme can reach', () => {
  expect(() => checkIndexSchemes(['http', 'ext'])).toThrow(expect.objectContaining({ code: 'E_USAGE', value: 'ext' }))
  expect(() => checkIndexUrl('ext::sh -c x', 'mine')).toThrow(expect.objectContaining({ code: 'E_USAGE' }))
  expect(() => checkIndexUrl('ssh://host.test/x', 'mine')).not.toThrow()
})

test('whatever is an address is no option, has an allowed protocol, and shows no password', () => {
  const piece = fc.constantFrom(
    '-',
    '--upload-pack=',
    'ext',
    'file',
    'https',
    'ssh',
    '::',
    '://',
    '/',
    '@',
    'u:hunter2@',
    'h',
    ' ',
    '%',
    '#',
    '.',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 8 }), (pieces) => {
      try {
        const address = parseIndexAddress(pieces.join(''), 'mine', ['ssh', 'file'])
        if (address.kind === 'directory') return
        expect(address.url).toMatch(/^(?:https:\/\/|ssh:\/\/|file:\/\/\/|[A-Za-z0-9_][\w.-]*@)/)
        if (address.protocol === 'https') expect(address.url).not.toMatch(/\/\/[^/]*@/)
      } catch (error) {
        expect(error).toBeInstanceOf(CnbError)
        expect(error).toMatchObject({ code: 'E_USAGE' })
      }
    }),
    { numRuns: 2000 },
  )
})
