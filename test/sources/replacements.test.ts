import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CnbError, type Diagnostic } from '#src/errors.js'
import { parseReference } from '#src/oci/reference.js'
import { parseReplacement, Replacements } from '#src/sources/replacements.js'

const replacements = (...flags: readonly string[]): Replacements =>
  new Replacements(flags.map((flag) => parseReplacement(flag)))
const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    return error instanceof CnbError ? error.code : String(error)
  }
  return 'none'
}

describe('a flag', () => {
  test.each([
    ['a/b:1=oci:dir', { kind: 'layout', directory: 'dir', tag: undefined }],
    ['a/b:1=oci:/x/y:v1', { kind: 'layout', directory: '/x/y', tag: 'v1' }],
    ['a/b:1=oci:../x:y/z', { kind: 'layout', directory: '../x:y/z', tag: undefined }],
    ['a/b:1=x=y.tgz', { kind: 'path', path: 'x=y.tgz' }],
    ['https://host.test/x.tgz=x.tgz', { kind: 'path', path: 'x.tgz' }],
    ['a/b:1=oci-archive:x:y.tar', { kind: 'archive', format: 'oci', file: 'x:y.tar' }],
    ['a/b:1=docker-archive:x.tar', { kind: 'archive', format: 'docker', file: 'x.tar' }],
    ['a/b:1=docker:c/d:1', { kind: 'engine', reference: parseReference('c/d:1') }],
    ['a/b:1=docker://c/d', { kind: 'registry', reference: parseReference('c/d') }],
    ['a/b:1=docker', { kind: 'path', path: 'docker' }],
    ['a/b:1=c/d', { kind: 'path', path: 'c/d', reference: undefined }],
    ['a/b:1=c.test/d:1', { kind: 'path', path: 'c.test/d:1', reference: parseReference('c.test/d:1') }],
  ])('%s is split at its first equals sign', (flag, place) => {
    expect(parseReplacement(flag)).toMatchObject({ reference: flag.slice(0, flag.indexOf('=')), place })
  })

  test.each([
    '',
    'a',
    '=x',
    'a=',
    'a=oci:',
    'a=oci-archive:',
    'a=docker://',
    'a=docker:',
    'a=docker:NO',
    'a=oci:d:é',
    'a=https://c.test/d.tgz',
    'a=file:///d',
    'a=x\0y',
  ])('%j is refused', (flag) => {
    expect(codeOf(() => parseReplacement(flag))).toBe('E_USAGE')
  })

  test('that gives one thing a second place is refused', () => {
    expect(codeOf(() => replacements('ubuntu=x', 'docker.io/library/ubuntu:latest=y'))).toBe('E_USAGE')
    expect(codeOf(() => replacements('ubuntu=x', 'ubuntu=x'))).toBe('none')
  })

  test('any text parses or is a usage error', () => {
    fc.assert(
      fc.property(fc.string(), (flag) => {
        expect(['E_USAGE', 'none']).toContain(codeOf(() => parseReplacement(flag)))
      }),
    )
  })
})

describe('a lookup', () => {
  test.each([
    ['ubuntu', 'ubuntu'],
    ['ubuntu', 'docker.io/library/ubuntu:latest'],
    ['docker://golden.test/a/b:1', 'golden.test/a/b:1'],
    ['golden.test/a/b:1', 'docker://golden.test/a/b:1'],
    ['../bp/one', '../bp/one'],
    ['https://host.test/x.tgz', 'https://user:pw@host.test/x.tgz?sig=1'],
    ['lifecycle', 'lifecycle'],
  ])('of the replacement for %s finds %s', (reference, text) => {
    expect(replacements(`${reference}=place`).find(text)?.text).toBe('place')
  })

  test('prefers the same text', () => {
    expect(replacements('golden.test/a/b:1=one').find('golden.test/a/b:2')).toBeUndefined()
    expect(replacements('a/b=one', 'a/c=two').find('a/c')?.text).toBe('two')
  })

  test('refuses one place for two URLs', () => {
    const list = replacements('https://host.test/x=place')
    list.find('https://host.test/x?a')
    expect(codeOf(() => list.find('https://host.test/x?b'))).toBe('E_USAGE')
  })
})

test('tells what was used, without secrets, and warns about the rest', () => {
  const list = replacements('https://u:p@host.test/x=x.tgz', 'a/b=oci:y')
  list.find('https://u:p@host.test/x')
  expect(list.used()).toEqual([{ reference: 'https://host.test/x', place: 'x.tgz' }])
  const seen: Diagnostic[] = []
  list.reportUnused((one) => seen.push(one))
  expect(seen).toMatchObject([{ rule: 'replacement-unused', severity: 'warning', value: 'a/b' }])
})
