import { describe, expect, test } from 'vitest'
import { parseCreatedBy } from '#src/cnb/created-by.js'
import { parseFlatten } from '#src/cnb/flatten-flag.js'
import { parseTargets } from '#src/cnb/target.js'
import { flagValues, readVerdicts } from './verdicts.js'

const USAGE = expect.objectContaining({ code: 'E_USAGE', hint: expect.any(String) })

describe('--target', () => {
  const flags = readVerdicts()
    .map((verdict) => ({ verdict, values: flagValues(verdict, '-t', '--target') }))
    .filter(({ values }) => values.length > 0)

  test.each(flags.map((flag) => [flag.verdict.id, flag.verdict.about, flag] as const))(
    'is accepted or refused as by pack in %s: %s',
    (_id, _about, { verdict, values }) => {
      const parse = () => values.flatMap(parseTargets)
      if (verdict.pack.reason === 'target-flag') expect(parse).toThrow(USAGE)
      else expect(parse).not.toThrow()
    },
  )

  test('takes os, arch, variant and distributions', () => {
    expect(parseTargets('linux/arm/v7:ubuntu@24.04;debian@12,linux/amd64')).toEqual([
      {
        os: 'linux',
        arch: 'arm',
        variant: 'v7',
        distros: [
          { name: 'ubuntu', version: '24.04' },
          { name: 'debian', version: '12' },
        ],
      },
      { os: 'linux', arch: 'amd64', variant: '', distros: [] },
    ])
  })

  test('takes a distribution without a version, and passes over what follows', () => {
    expect(parseTargets('linux/amd64/v2/x:ubuntu:y')).toEqual([
      { os: 'linux', arch: 'amd64', variant: 'v2', distros: [{ name: 'ubuntu', version: '' }] },
    ])
  })

  test.each([
    ':ubuntu@24.04',
    'linux/amd64:@24.04',
    'linux/amd64:a@b@c',
    'linux/amd64:a@1;',
    'toString/amd64',
    'linux/constructor',
  ])('refuses %s', (text) => expect(() => parseTargets(text)).toThrow(USAGE))
})

describe('--flatten', () => {
  test('takes one group of modules', () => {
    expect(parseFlatten('acme/java@1.2.3,x@2', '--flatten')).toEqual([
      { id: 'acme/java', version: '1.2.3' },
      { id: 'x', version: '2' },
    ])
  })

  test.each(['', 'a', 'a@', '@1', 'a@1@2', 'a@1,', 'a@1,,b@2'])('refuses %j', (text) => {
    expect(() => parseFlatten(text, '--flatten')).toThrow(USAGE)
  })
})

describe('--created-by', () => {
  test('parts the name from the version at the last @', () => {
    expect(parseCreatedBy('Pack CLI@0.40.6')).toEqual({ name: 'Pack CLI', version: '0.40.6' })
    expect(parseCreatedBy('@acme/tool@4')).toEqual({ name: '@acme/tool', version: '4' })
  })

  test.each(['', '@', 'a', 'a@', '@1'])('refuses %j', (text) => {
    expect(() => parseCreatedBy(text)).toThrow(USAGE)
  })
})
