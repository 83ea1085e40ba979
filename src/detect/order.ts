import { type ApiVersion, compareApiVersions } from '../cnb/api-version.js'
import { PLATFORM_WITH, type PlatformFeature } from '../cnb/lifecycle-apis.js'
import type { ModuleId } from '../cnb/module.js'
import type { DetectOrder, DetectRef } from './module.js'

/** Whether a Platform API has something. */
export function has(platformApi: ApiVersion, feature: PlatformFeature): boolean {
  return compareApiVersions(platformApi, PLATFORM_WITH[feature]) >= 0
}

/**
 * An order with the system buildpacks around every group, required even where the file calls them optional: the lifecycle does
 * not read that. One whose id a group lists itself, at whatever version, is left out there.
 */
export function withSystem(
  order: DetectOrder,
  { pre, post }: { readonly pre: readonly ModuleId[]; readonly post: readonly ModuleId[] },
): DetectOrder {
  if (pre.length + post.length === 0) return order
  return order.map((group) => {
    const listed = new Set(group.map(({ id }) => id))
    const around = (modules: readonly ModuleId[]): DetectRef[] =>
      modules
        .filter(({ id }) => !listed.has(id))
        .map(({ id, version }) => ({ kind: 'buildpack', id, version, optional: false }))
    return [...around(pre), ...group, ...around(post)]
  })
}
