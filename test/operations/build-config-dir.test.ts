import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { buildConfigDirOf } from '#src/operations/build-config-dir.js'

function folderOf(variable: string | undefined): string {
  return buildConfigDirOf({ CNB_BUILD_CONFIG_DIR: variable }, DEFAULT_LIMITS)
}

describe('the folder of the build environment that CNB_BUILD_CONFIG_DIR names', () => {
  test.each([
    [undefined, '/cnb/build-config'],
    ['', '/cnb/build-config'],
    ['/cnb/build-config', '/cnb/build-config'],
    ['/other/dir', '/other/dir'],
    ['/cnb/other', '/cnb/other'],
    ['/other/', '/other'],
    ['//other/./dir//', '/other/dir'],
    ['/layers-of-mine', '/layers-of-mine'],
  ])('%j: %s', (variable, folder) => {
    expect(folderOf(variable)).toBe(folder)
  })

  test.each([
    ['build-config', 'is not absolute'],
    ['../x', 'is not absolute'],
    ['/a/../../etc', 'climbs'],
    ['/a\0b', 'control character'],
    ['/a\nb', 'control character'],
    ['/a\\b', 'backslash'],
    ['/.wh.a', 'whiteout'],
    [`/${'a'.repeat(256)}`, 'bytes between two slashes'],
    ['/', 'something else'],
    ['/cnb/', 'something else'],
    ['/platform', 'something else'],
    ['/layers/x', 'something else'],
    ['/cnb/order.toml', 'something else'],
    ['/cnb/buildpacks/x', 'something else'],
  ])('%j is refused: it %s', (variable, problem) => {
    expect(() => folderOf(variable)).toThrow(
      expect.objectContaining({
        code: 'E_USAGE',
        message: expect.stringMatching(new RegExp(`^the environment variable CNB_BUILD_CONFIG_DIR .*${problem}`, 's')),
        hint: expect.stringContaining('/cnb/build-config'),
      }) as Error,
    )
  })

  test('is absolute, in its one spelling, and stays where it is, whatever the variable says', () => {
    const part = fc.constantFrom('', '.', '..', 'a', 'cnb', 'layers', 'platform', 'env', '\0', 'b c')
    fc.assert(
      fc.property(fc.array(part), fc.boolean(), (parts, isAbsolute) => {
        const text = `${isAbsolute ? '/' : ''}${parts.join('/')}`
        try {
          const folder = folderOf(text)
          expect(folder).toMatch(/^(?:\/(?!\.{0,2}(?:\/|$))[^/\0]+)+$/)
          expect(folderOf(folder)).toBe(folder)
        } catch (error) {
          if (!(error instanceof CnbError)) throw error
        }
      }),
    )
  })
})
