import type { ApiVersion } from '../../cnb/api-version.js'
import type { ProfileName } from '../profile.js'

/** The day on which the versions below were looked up. */
export const CONSUMERS_AS_OF = '2026-11-21'

/** A platform that runs lifecycles. */
export interface Consumer {
  readonly name: string
  /** The Platform APIs that it speaks, and all between them. */
  readonly oldest: ApiVersion
  readonly newest: ApiVersion
}

/**
 * Platforms, by the profile that stands for them.
 *
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/internal/build/lifecycle_executor.go
 * @see https://github.com/buildpacks-community/kpack (June 2026)
 */
export const CONSUMERS: ReadonlyMap<ProfileName, Consumer> = new Map([
  ['pack', { name: 'pack 0.40.6', oldest: { major: 0, minor: 3 }, newest: { major: 0, minor: 15 } }],
  ['kpack', { name: 'kpack of June 2026', oldest: { major: 0, minor: 3 }, newest: { major: 0, minor: 8 } }],
])
