/** The day on which the sets below were looked up. */
export const MIXIN_SETS_AS_OF = '2026-11-21'

/**
 * The sets of changes that the CNB project has named, by what follows `set=`, with what they stand for where it was written
 * down: RFC 0031 says it of shell-utils, and RFC 0079 only names the others.
 *
 * @see https://github.com/buildpacks/rfcs/blob/main/text/0031-bionic-mixins.md
 */
export const MIXIN_SETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['build-utils', []],
  ['run-utils', []],
  ['shared-utils', []],
  ['shell-utils', ['build:curl', 'build:jq', 'the program yj']],
])
