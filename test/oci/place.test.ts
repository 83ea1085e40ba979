import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  looksLikeFile,
  mayBeImage,
  parsePlace,
  placeHint,
  placeWord,
  plainReference,
  printPlace,
} from '#src/oci/place.js'

const HUB = { registry: 'docker.io', name: 'library/ubuntu' }
const LATEST = { kind: 'tag', tag: 'latest' }

test.each([
  ['oci:out', { kind: 'layout', directory: 'out', tag: undefined }],
  ['oci:out:1', { kind: 'layout', directory: 'out', tag: '1' }],
  ['oci-archive:a/b.tar', { kind: 'archive', file: 'a/b.tar', format: 'oci' }],
  ['docker-archive:b.tar', { kind: 'archive', file: 'b.tar', format: 'docker' }],
  ['docker', { kind: 'engine', reference: undefined }],
  ['docker:ubuntu', { kind: 'engine', reference: { repository: HUB, selector: LATEST } }],
  ['docker-daemon:ubuntu:latest', { kind: 'engine', reference: { repository: HUB, selector: LATEST } }],
  ['docker://ubuntu', { kind: 'registry', reference: { repository: HUB, selector: LATEST } }],
  [
    '127.0.0.1:5000/a/b:1',
    {
      kind: 'registry',
      reference: { repository: { registry: '127.0.0.1:5000', name: 'a/b' }, selector: { kind: 'tag', tag: '1' } },
    },
  ],
])('%s is a place', (text, place) => {
  expect(parsePlace(text)).toEqual(place)
})

test.each([
  '',
  'out',
  'out/x.cnb',
  'out/x.tar.gz',
  './out',
  '../a/out',
  '/a/out',
  'oci:',
  'oci-archive:',
  'docker://',
  'docker:',
  'a\0b/c',
  'A/b',
])('%j is none', (text) => {
  expect(parsePlace(text)).toBeUndefined()
})

test('what is printed is read as the same place', () => {
  const part = fc.stringMatching(/^[a-z0-9]{1,8}$/)
  const text = fc.oneof(
    fc.tuple(part, part).map(([a, b]) => `oci:${a}/${b}`),
    fc.tuple(part, part).map(([a, b]) => `docker-archive:${a}/${b}.tar`),
    fc.tuple(part, part, part).map(([a, b, tag]) => `${a}.example/${b}:${tag}`),
    fc.tuple(part, part).map(([a, b]) => `docker:${a}/${b}`),
    fc.constant('docker'),
  )
  fc.assert(
    fc.property(text, (written) => {
      const place = parsePlace(written)
      expect(place && parsePlace(printPlace(place))).toEqual(place)
    }),
  )
})

test.each([
  ['localhost:5000/ab', 'localhost:5000/ab:latest'],
  ['registry.example/a/b', 'registry.example/a/b:latest'],
  ['acme/java:1', 'docker.io/acme/java:1'],
  [`acme/java@sha256:${'0'.repeat(64)}`, `docker.io/acme/java@sha256:${'0'.repeat(64)}`],
  ['acme/java', undefined],
  ['acme/java.d/x', undefined],
  ['ubuntu:1', undefined],
  ['./acme/java:1', undefined],
  ['registry.example/java.cnb', undefined],
  ['registry.example/java.cnb:1', 'registry.example/java.cnb:1'],
  ['https://registry.example/a', undefined],
])('%s is for certain the reference %s', (text, name) => {
  const reference = plainReference(text)
  expect(reference && printPlace({ kind: 'registry', reference })).toBe(name)
})

test.each([
  ['', /^write oci:DIR/],
  ['nowhere:x', /^write oci:DIR/],
  ['out', /^write oci:out for a directory, oci-archive:out for a file, docker:\/\/out for an image/],
  ['./Out', /^write oci:\.\/Out for a directory, oci-archive:\.\/Out for a file$/],
  ['out/x.tar', /^write oci-archive:out\/x\.tar for a file, docker:\/\/out\/x\.tar for an image/],
])('somebody who writes %j is told how', (text, hint) => {
  expect(placeHint(text)).toMatch(hint)
})

test.each([
  ['builder.toml', true],
  ['builder.tml', true],
  ['java.cnb', true],
  ['build/java.cnbb', true],
  ['java.tzg', true],
  ['layer.tar.gz', true],
  ['acme/java', false],
  ['acme/node.js', false],
  ['java.cnb:1', false],
  ['registry.example/acme/x.tml', false],
  ['docker://java.cnb', false],
])('%s is sooner a file than an image: %s', (text, isFile) => {
  expect(looksLikeFile(text)).toBe(isFile)
  expect(mayBeImage(text)).toBe(!isFile)
})

test.each([
  ['oci:out', 'oci:'],
  ['oci-archive:out.tar', 'oci-archive:'],
  ['docker:acme/java', 'docker:'],
  ['docker-daemon:acme/java', 'docker-daemon:'],
  ['docker://acme/java', undefined],
  ['acme/oci:1', undefined],
])('%s begins with the word of a place: %s', (text, word) => {
  expect(placeWord(text)).toBe(word)
})
