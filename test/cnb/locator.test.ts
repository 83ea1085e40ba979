import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseReference } from '#src/oci/reference.js'
import { classifyLocator, type Locator } from '#src/cnb/locator.js'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const nothing = (): boolean => false
const classify = (text: string, present: readonly string[] = []): Locator =>
  classifyLocator(text, (path) => present.includes(path))

describe('without a file of that name, as pack 0.40.6 has it', () => {
  test.each([
    ['docker://cnbs/pkg:tag', 'cnbs/pkg:tag'],
    ['docker://gcr.io/a/b:1', 'gcr.io/a/b:1'],
    ['docker://ubuntu', 'ubuntu'],
    ['docker:/a/b', 'a/b'],
    ['docker:///a/b', 'a/b'],
    [`docker://r.test/a/b:t@${DIGEST}`, `r.test/a/b:t@${DIGEST}`],
    ['docker:ubuntu', 'docker:ubuntu'],
    ['localhost:5000/foo', 'localhost:5000/foo'],
    ['a/b/c', 'a/b/c'],
    ['a/b:tag', 'a/b:tag'],
    ['a_b/c', 'a_b/c'],
    ['ubuntu', 'ubuntu'],
    ['gcr.io/a/b', 'gcr.io/a/b'],
    ['oci:foo', 'oci:foo'],
  ])('%s is an image', (text, reference) => {
    expect(classify(text)).toEqual({ kind: 'image', reference: parseReference(reference) })
  })

  test.each([
    ['a/b', 'a/b', ''],
    ['a/b@1.0.0', 'a/b', '1.0.0'],
    ['a/b@1.0.0-rc.1+x', 'a/b', '1.0.0-rc.1+x'],
    ['gcr.io/foo', 'gcr.io/foo', ''],
    ['localhost/foo', 'localhost/foo', ''],
    ['urn:cnb:registry:anything', 'anything', ''],
    ['urn:cnb:registry:a/b@1', 'a/b', '1'],
  ])('%s is an entry of a registry', (text, id, version) => {
    expect(classify(text)).toEqual({ kind: 'registry-id', id, version })
  })

  test.each(['https://host.test/x.tgz', 'http://host.test/', 'HTTPS://host.test/x'])('%s is a URL', (url) => {
    expect(classify(url)).toEqual({ kind: 'url', url })
  })

  test.each(['a/b@1.0', 'a/b@v1.0.0', 'a/b@latest', 'A/b', 'ubuntu@1.0.0', 'a', '', 'from=builderx', '~', 'a b'])(
    '%j is nothing',
    (text) => {
      expect(classify(text).kind).toBe('invalid')
    },
  )

  test.each(['from=builder', 'from=builder:x', 'urn:cnb:builder:x@1', 'urn:cnb:builder:x'])(
    '%s asks for what a builder already holds',
    (text) => {
      expect(classify(text).kind).toBe('builder-id')
    },
  )

  test.each(['s3:/x', 's3://bucket/x', 'oci:/x', 'C:/x', 'git+ssh://h/x'])('%s has an unknown scheme', (text) => {
    expect(classify(text)).toEqual({ kind: 'invalid', reason: expect.stringContaining('the scheme') })
  })
})

describe('otherwise than pack', () => {
  test('a registry with a port is taken for what it is behind docker://', () => {
    expect(classify('docker://localhost:5000/foo/bar:1')).toEqual({
      kind: 'image',
      reference: parseReference('localhost:5000/foo/bar:1'),
    })
  })

  test.each(['urn:cnb:registry:a/b@1.0.0@2', 'urn:cnb:registry:a/b@', 'urn:cnb:registry:a/b@@1'])(
    '%s is no entry: whoever names a version does not mean the latest',
    (text) => {
      expect(classify(text)).toEqual({ kind: 'invalid', reason: expect.stringContaining('@') })
    },
  )

  test.each(['./nope', '../x/y', '/abs/missing', '.', '..', 'a/'])('%s is a path even when it is missing', (path) => {
    expect(classify(path)).toEqual({ kind: 'path', path })
  })
})

describe('with a file of that name', () => {
  test.each(['a/b', 'ubuntu', 'a/b/c', 'a/b@1.0.0', 'A/b', 'oci:foo', 'docker:ubuntu', '~', 'a b#c?d%41', '', '$HOME'])(
    '%j is a path, literally',
    (path) => {
      expect(classify(path, [path])).toEqual({ kind: 'path', path })
    },
  )

  test('a scheme still comes first', () => {
    expect(classify('docker://a/b', ['docker://a/b']).kind).toBe('image')
    expect(classify('urn:cnb:registry:a/b', ['urn:cnb:registry:a/b']).kind).toBe('registry-id')
  })
})

/**
 * Every row of pack's table, and what each is when a file of that name is there: a name without a scheme is the file.
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/pkg/buildpack/locator_type.go
 */
describe('with and without a file of that name', () => {
  type Kind = Locator['kind']
  const rows: readonly (readonly [text: string, absent: Kind, present: Kind])[] = [
    ['docker://cnbs/pkg:tag', 'image', 'image'],
    ['docker://ubuntu', 'image', 'image'],
    ['docker:/a/b', 'image', 'image'],
    ['docker:///a/b', 'image', 'image'],
    [`docker://r.test/a/b:t@${DIGEST}`, 'image', 'image'],
    ['docker://localhost:5000/foo/bar:1', 'image', 'image'],
    ['docker:ubuntu', 'image', 'path'],
    ['localhost:5000/foo', 'image', 'path'],
    ['a/b/c', 'image', 'path'],
    ['a/b:tag', 'image', 'path'],
    ['a_b/c', 'image', 'path'],
    ['ubuntu', 'image', 'path'],
    ['gcr.io/a/b', 'image', 'path'],
    ['oci:foo', 'image', 'path'],
    [`a/b@${DIGEST}`, 'image', 'path'],
    ['a/b', 'registry-id', 'path'],
    ['a/b@1.0.0', 'registry-id', 'path'],
    ['a/b@1.0.0-rc.1+x', 'registry-id', 'path'],
    ['gcr.io/foo', 'registry-id', 'path'],
    ['localhost/foo', 'registry-id', 'path'],
    ['urn:cnb:registry:anything', 'registry-id', 'registry-id'],
    ['a/b@1.0', 'invalid', 'path'],
    ['a/b@v1.0.0', 'invalid', 'path'],
    ['a/b@latest', 'invalid', 'path'],
    ['A/b', 'invalid', 'path'],
    ['ubuntu@1.0.0', 'invalid', 'path'],
    ['a', 'invalid', 'path'],
    ['', 'invalid', 'path'],
    ['from=builderx', 'invalid', 'path'],
    ['https://h.test/x', 'url', 'url'],
    ['http://h.test/x', 'url', 'url'],
    ['file:///x', 'path', 'path'],
    ['s3:/x', 'invalid', 'invalid'],
    ['oci:/x', 'invalid', 'invalid'],
    ['C:/x', 'invalid', 'invalid'],
    ['./nope', 'path', 'path'],
    ['../x/y', 'path', 'path'],
    ['/abs/missing', 'path', 'path'],
    ['from=builder', 'builder-id', 'builder-id'],
    ['urn:cnb:builder:x@1', 'builder-id', 'builder-id'],
    ['from=builder:x', 'builder-id', 'builder-id'],
  ]

  test.each(rows)('%j is of kind %s, or %s', (text, absent, present) => {
    expect(classify(text).kind).toBe(absent)
    expect(classify(text, [text]).kind).toBe(present)
  })
})

describe('file: URLs', () => {
  test.each([
    ['file:///a%20b/c', '/a b/c'],
    ['file:///a b', '/a b'],
    ['file:/a', '/a'],
    ['file:///a%C3%BC', '/aü'],
    ['file:///a?b#c', '/a?b#c'],
    ['file:///a%2541', '/a%41'],
    ['FILE:///x', '/x'],
    ['file:///', '/'],
  ])('%s is the path %s', (text, path) => {
    expect(classify(text)).toEqual({ kind: 'path', path })
  })

  test.each([
    'file://host/x',
    'file://localhost/x',
    'file://x',
    'file:///a%',
    'file:///a%zz',
    'file:///%ff',
    'file:///a%00b',
  ])('%s is refused', (text) => {
    expect(classify(text).kind).toBe('invalid')
  })
})

test('any text has a kind, and a path in it is the text itself unless it is a file: URL', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), fc.boolean(), (text, present) => {
      const locator = classifyLocator(text, () => present)
      if (locator.kind === 'path' && !/^file:/i.test(text)) expect(locator.path).toBe(text)
    }),
  )
})

test('a NUL is refused before the file system is asked', () => {
  expect(classifyLocator('a\0b', () => expect.fail('asked')).kind).toBe('invalid')
  expect(classifyLocator('a', nothing).kind).toBe('invalid')
})
