import fc from 'fast-check'
import { stringify, type TomlValue } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { DEPRECATED_LICENSES } from '#src/rules/data/deprecated-licenses.js'
import { readLicense } from '#src/rules/spdx.js'
import { judgeModule, type Found } from '../support/judged-module.js'

const TOML = 'api = "0.11"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n'
const CHECKSUM = `sha256:${'1d'.repeat(32)}`

const judge = (metadata: string): Found[] => judgeModule(`${TOML}${metadata}`)
const rulesOf = (metadata: string): string[] => judge(metadata).map(({ rule }) => rule)

function dependencies(...entries: readonly Readonly<Record<string, TomlValue>>[]): string {
  return stringify({ metadata: { dependencies: entries } })
}

const JDK = { id: 'jdk', version: '21.0.2', uri: 'https://acme.example/jdk-21.0.2.tgz', checksum: CHECKSUM }

describe('metadata is free', () => {
  const keys = fc.constantFrom(
    'id',
    'name',
    'version',
    'uri',
    'stacks',
    'licenses',
    'purl',
    'cpes',
    'eol-date',
    'os',
    'distros',
  )
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'grapheme-ascii' }),
      fc.integer(),
      fc.boolean(),
      fc.date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2040-01-01') }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 3 }),
    ),
  })).value as fc.Arbitrary<TomlValue>

  test('so that no shape of it is an error, unless it is that of a dependency without a checksum', () => {
    fc.assert(
      fc.property(fc.dictionary(keys, value), value, (entry, defaults) => {
        const toml = stringify({
          metadata: { dependencies: [{ ...entry, checksum: CHECKSUM }], 'default-versions': defaults },
        })
        expect(judge(toml).filter(({ severity }) => severity === 'error')).toEqual([])
      }),
    )
  })

  test.each([
    ['a string', 'dependencies = "jdk"'],
    ['a table', 'dependencies = { jdk = "21" }'],
    ['a list of strings', 'dependencies = ["jdk"]'],
    ['an address without a version', 'dependencies = [{ id = "jdk", uri = "http://acme.example/jdk" }]'],
    ['a path', 'dependencies = [{ id = "jdk", version = "21", uri = "../jdk" }]'],
    [
      'a digest of another name',
      'dependencies = [{ id = "jdk", version = "21", uri = "https://a.example/21", sha512 = "00" }]',
    ],
  ])('so that %s is no error', (_what, text) => {
    expect(judge(`[metadata]\n${text}\n`).filter(({ severity }) => severity === 'error')).toEqual([])
  })
})

describe('a dependency', () => {
  test.each([
    [`sha256:${'0'.repeat(64)}`, true],
    ['A'.repeat(64), true],
    [`SHA512:${'0'.repeat(128)}`, true],
    [`sha1:${'0'.repeat(40)}`, false],
    [`sha256:${'0'.repeat(63)}`, false],
    [`sha256:${'g'.repeat(64)}`, false],
    [`crc32:${'0'.repeat(8)}`, false],
    ['placeholder', false],
  ])('with the checksum %s is known again: %s', (checksum, isStrong) => {
    expect(rulesOf(dependencies({ ...JDK, checksum })).includes('dependency-checksum-weak')).toBe(!isStrong)
  })

  test.each([
    ['8.0.242', 'https://acme.example/8u242-b08/jdk8u242.tgz', false],
    ['1.2.3', 'https://acme.example/v1.2.3/latest/tool.tgz', true],
    ['1.2.3', 'https://github.com/acme/tool/archive/refs/heads/v1.tar.gz', true],
    ['1.2.3', 'https://github.com/acme/tool/archive/main.zip', true],
    ['1.2.3', 'https://acme.example/tool.tgz', true],
    ['1.2.3', `https://acme.example/${'0a'.repeat(32)}/tool.tgz`, false],
    ['stable', 'https://acme.example/tool.tgz', false],
  ])('of version %s at %s may change: %s', (version, uri, mayChange) => {
    expect(rulesOf(dependencies({ ...JDK, version, uri })).includes('dependency-uri-mutable')).toBe(mayChange)
  })

  test.each([
    ['2026-10-31T00:00:00Z', 'dependency-eol-past'],
    ['2026-11-01', 'dependency-eol-soon'],
    ['2026-12-01', 'dependency-eol-soon'],
    ['2026-13-45', 'dependency-eol-missing'],
    ['some day', 'dependency-eol-missing'],
  ])('that ends on %s is one of %s', (date, rule) => {
    const rules = ['dependency-eol-past', 'dependency-eol-soon', 'dependency-eol-missing']
    expect(rulesOf(dependencies({ ...JDK, 'eol-date': date })).filter((id) => rules.includes(id))).toEqual([rule])
  })

  test('that ends on a date which is no string is known to', () => {
    const toml = `${dependencies(JDK).trimEnd()}\ndeprecation_date = 2026-01-02\n`
    expect(rulesOf(toml)).toContain('dependency-eol-past')
  })

  test('takes its architecture from its package URL', () => {
    const for_ = (arch: string) => ({
      ...JDK,
      uri: `https://a.example/21-${arch}`,
      purl: `pkg:generic/jdk@21.0.2?arch=${arch}`,
    })
    expect(rulesOf(dependencies(for_('amd64'), { ...for_('arm64'), checksum: 'a'.repeat(64) }))).not.toContain(
      'dependency-duplicate',
    )
    expect(rulesOf(dependencies(for_('amd64'), for_('x86_64')))).toContain('dependency-duplicate')
  })

  test.each([
    ['8.0.492', '8u492', true],
    ['26.0.8', '26.0.0.8', true],
    ['21.0.2', 'v21.0.2', true],
    ['21.0.2', '17.0.9', false],
  ])('of version %s has a package URL of %s: %s', (version, other, isSame) => {
    const toml = dependencies({ ...JDK, version, purl: `pkg:generic/jdk@${other}` })
    expect(rulesOf(toml).includes('dependency-purl-invalid')).toBe(!isSame)
  })
})

test('of many dependencies a rule speaks once, and names all of their places', () => {
  const count = 1000
  const entries = Array.from({ length: count }, (_, index) => ({ ...JDK, version: `21.0.${index + 1}` }))
  const found = judge(dependencies(...entries)).filter(({ rule }) => rule === 'dependency-purl-missing')
  expect(found).toMatchObject([{ message: expect.stringMatching(/ \(and 999 more\)$/) as string }])
  expect(found[0]?.also).toHaveLength(count - 1)
  expect(found[0]?.notes?.length).toBeLessThan(20)
})

describe('a licence', () => {
  test.each([...DEPRECATED_LICENSES.keys()])('of the deprecated identifier %s is one of SPDX', (id) => {
    expect(readLicense(id)).toEqual({ kind: 'spdx', ids: [id] })
  })

  test.each([
    ['MIT', 'spdx'],
    ['Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)', 'spdx'],
    ['LicenseRef-acme', 'spdx'],
    ['Apache 2', 'other'],
    ['MIT or ISC', 'other'],
    ['BSD', 'other'],
    ['', 'other'],
    ['('.repeat(100_000), 'other'],
    [Array.from({ length: 100_000 }, () => 'MIT').join(' AND '), 'other'],
  ])('%.40s is %s', (text, kind) => {
    expect(readLicense(text).kind).toBe(kind)
  })
})
