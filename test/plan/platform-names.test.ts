import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTargets, type Target } from '#src/cnb/target.js'
import { fileSuffixes, tagSuffixes } from '#src/plan/platform-names.js'

describe('what is behind the name of', () => {
  test.each([
    ['linux/amd64,linux/arm64', 'linux-amd64 linux-arm64', 'linux-amd64 linux-arm64'],
    ['linux/amd64,linux/arm/v7', 'linux-amd64 linux-arm', 'linux-amd64 linux-arm-v7'],
    ['linux/arm64,linux/arm/v6,linux/arm/v7', 'linux-arm64 linux-arm-v6 linux-arm-v7', 'the same'],
    ['linux/amd64:ubuntu@24.04,linux/arm64:ubuntu@24.04', 'linux-amd64 linux-arm64', 'the same'],
    [
      'linux/amd64:ubuntu@22.04,linux/amd64:ubuntu@24.04,linux/arm64:ubuntu@24.04',
      'linux-amd64-ubuntu-22.04 linux-amd64-ubuntu-24.04 linux-arm64-ubuntu-24.04',
      'the same',
    ],
    ['linux/amd64:ubuntu@24.04,linux/amd64', 'linux-amd64-ubuntu-24.04 linux-amd64', 'the same'],
    ['linux/amd64:ubuntu,linux/amd64:debian', 'linux-amd64-ubuntu linux-amd64-debian', 'the same'],
  ])('a file and of a tag for %s', (text, files, tags) => {
    const targets = parseTargets(text)
    expect(fileSuffixes(targets).join(' ')).toBe(files)
    expect(tagSuffixes(targets).join(' ')).toBe(tags === 'the same' ? files : tags)
  })

  test('a file of an operating system alone is that', () => {
    expect(fileSuffixes([aTarget({ arch: '' }), aTarget({})])).toEqual(['linux', 'linux-amd64'])
  })

  test.each([
    [aTarget({ arch: '../../amd64' })],
    [aTarget({ distros: [{ name: 'a/b', version: '1' }] }), aTarget({ distros: [{ name: 'a', version: '1' }] })],
    [aTarget({ distros: [{ name: 'a-b', version: '1' }] }), aTarget({ distros: [{ name: 'a', version: 'b-1' }] })],
  ])('none is told when it cannot be: case %#', (...targets) => {
    const error = expect.objectContaining({ code: 'E_USAGE' }) as Error
    expect(() => fileSuffixes([...targets, aTarget({ arch: 'arm64' })])).toThrow(error)
  })

  test('each is one of its own, and says what pack says', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(target, { minLength: 2, maxLength: 5, selector: (one) => JSON.stringify(one) }),
        (targets) => {
          for (const suffixes of [fileSuffixes(targets), tagSuffixes(targets)]) {
            expect(new Set(suffixes).size).toBe(targets.length)
            suffixes.forEach((suffix, i) => expect(suffix.startsWith(`linux-${targets[i]!.arch}`)).toBe(true))
          }
        },
      ),
    )
  })
})

const target: fc.Arbitrary<Target> = fc.record({
  os: fc.constant('linux'),
  arch: fc.constantFrom('amd64', 'arm', 'arm64'),
  variant: fc.constantFrom('', 'v6', 'v7'),
  distros: fc.array(
    fc.record({ name: fc.constantFrom('debian', 'ubuntu'), version: fc.constantFrom('', '12', '24.04') }),
    { maxLength: 1 },
  ),
})

function aTarget(given: Partial<Target>): Target {
  return { os: 'linux', arch: 'amd64', variant: '', distros: [], ...given }
}
