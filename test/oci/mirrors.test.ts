import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { isMirror, mirrored, parseMirror } from '#src/oci/mirrors.js'
import { parseReference, printReference } from '#src/oci/reference.js'

const DIGEST = `sha256:${'ab'.repeat(32)}`

function mirrorOf(text: string, mirrors: Readonly<Record<string, string>>): string | undefined {
  const reference = parseReference(text)
  if (reference === undefined) throw new Error(`${text} is no reference`)
  const found = mirrored(reference, new Map(Object.entries(mirrors)))
  return found && printReference(found)
}

test.each([
  ['a host', 'a.test/x/y:1', { 'a.test': 'm.test:5000' }, 'm.test:5000/x/y:1'],
  ['a host with a port', 'a.test:1/x/y:1', { 'a.test:1': 'm.test' }, 'm.test/x/y:1'],
  ['a mirror with a path', 'a.test/x/y:1', { 'a.test': 'm.test/deep/er' }, 'm.test/deep/er/x/y:1'],
  ['every host by *', 'a.test/x/y', { '*': 'm.test' }, 'm.test/x/y:latest'],
  ['* before the host itself', 'a.test/x/y', { 'a.test': 'n.test', '*': 'm.test' }, 'm.test/x/y:latest'],
  ['Docker Hub by the name that pack wants', 'ubuntu', { 'index.docker.io': 'm.test' }, 'm.test/library/ubuntu:latest'],
  ['Docker Hub by the name that people use', 'a/b:1', { 'docker.io': 'm.test' }, 'm.test/a/b:1'],
  [
    "Docker Hub by pack's name before the other",
    'a/b:1',
    { 'docker.io': 'n.test', 'index.docker.io': 'm.test' },
    'm.test/a/b:1',
  ],
  ['a digest, without the tag beside it', `a.test/x/y:1@${DIGEST}`, { 'a.test': 'm.test' }, `m.test/x/y@${DIGEST}`],
  ['a mirror without a dot: a user of Docker Hub, as in pack', 'a.test/x/y', { '*': 'z' }, 'docker.io/z/x/y:latest'],
])('stands for %s', (_, reference, mirrors, expected) => {
  expect(mirrorOf(reference, mirrors)).toBe(expected)
})

test.each([
  ['another host', 'a.test/x/y', { 'b.test': 'm.test' }],
  ['the host on another port', 'a.test:1/x/y', { 'a.test': 'm.test' }],
  ['a host within the host', 'sub.a.test/x/y', { 'a.test': 'm.test' }],
  ['a name of all objects', 'a.test/x/y', {}],
])('does not stand for %s', (_, reference, mirrors) => {
  expect(mirrorOf(reference, mirrors)).toBeUndefined()
})

test.each(['https://m.test', 'm.test/', '/m.test', 'm test', ''])('%j is no mirror', (mirror) => {
  expect(isMirror(mirror)).toBe(false)
  expect(() => parseMirror(`a.test=${mirror}`)).toThrow(CnbError)
})

test.each(['a.test', '=m.test', 'a.test=m.test=n.test'])('%j is no HOST=MIRROR', (text) => {
  expect(() => parseMirror(text)).toThrow(CnbError)
})

const part = fc.stringMatching(/^[a-z][a-z0-9]{1,6}$/)
const host = fc
  .tuple(part, fc.option(fc.integer({ min: 1, max: 65_535 })))
  .map(([name, port]) => `${name}.test${port === null ? '' : `:${port}`}`)
const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const selector = fc.constantFrom(':1.0', ':latest', `@${DIGEST}`)

test('the mirror has the repository in full, below its own path, and the same tag or digest', () => {
  fc.assert(
    fc.property(host, name, selector, host, fc.option(name), (registry, repository, which, mirrorHost, path) => {
      const mirror = path === null ? mirrorHost : `${mirrorHost}/${path}`
      const [key, value] = parseMirror(`${registry}=${mirror}`)
      expect(mirrorOf(`${registry}/${repository}${which}`, { [key]: value })).toBe(`${mirror}/${repository}${which}`)
    }),
  )
})
