import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { withHighestVersion } from '#src/cnb/version-order.js'

const highest = (versions: readonly string[]): string | undefined => withHighestVersion(versions, (version) => version)

/** The example of semver 2.0.0, and what it says of numbers. */
const ASCENDING = [
  '0.9.10',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.0+a',
  '1.0.0+b',
  '1.2.0',
  '1.10.0',
  '2.0.0-0',
  '2.0.0',
  '9007199254740993.0.0',
  '9007199254740994.0.0',
]

test.each(ASCENDING.slice(1).map((later, i) => [ASCENDING[i] ?? '', later]))('%s comes before %s', (earlier, later) => {
  expect(highest([earlier, later])).toBe(later)
  expect(highest([later, earlier])).toBe(later)
})

test.each(['', '1', '1.0', 'v1.0.0', '01.0.0', '1.0.0-01', '1.0.0-', '1.0.0+', 'latest', ' 1.0.0'])(
  '%j is never the highest',
  (version) => {
    expect(highest([version])).toBeUndefined()
    expect(highest([version, '0.0.1-a'])).toBe('0.0.1-a')
  },
)

const aVersion = fc
  .tuple(
    fc.array(fc.nat({ max: 11 }), { minLength: 3, maxLength: 3 }),
    fc.array(fc.constantFrom('0', '1', '9', '10', 'a', 'rc', '-', '0a'), { maxLength: 3 }),
    fc.constantFrom('', '+a', '+b.1'),
  )
  .map(
    ([numbers, prerelease, build]) =>
      numbers.join('.') + prerelease.map((p, i) => (i ? '.' : '-') + p).join('') + build,
  )

test('the highest one does not depend on the order', () => {
  fc.assert(
    fc.property(fc.array(aVersion, { minLength: 1, maxLength: 8 }), (versions) => {
      const best = highest(versions)
      expect(versions).toContain(best)
      expect(highest(versions.toReversed())).toBe(best)
      expect(highest([...versions].sort())).toBe(best)
    }),
  )
})
