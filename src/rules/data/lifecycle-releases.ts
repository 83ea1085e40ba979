/** When this was looked up. */
export const LIFECYCLE_RELEASES_AS_OF = '2026-08-21'

/**
 * The newest patch release of each minor version that still gets some.
 * @see https://github.com/buildpacks/lifecycle/releases
 */
export const NEWEST_PATCHES: ReadonlyMap<string, number> = new Map([['0.21', 17]])
