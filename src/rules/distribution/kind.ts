import { LABEL } from '../../cnb/labels.js'
import type { ImageConfig } from '../../oci/image.js'
import { envValue, GROUP_ID, parseUserId, USER_ID } from '../../plan/user.js'

/** What an image is for. */
export type ImageKind =
  | 'buildpackage'
  | 'extension-package'
  | 'builder'
  | 'lifecycle'
  | 'build-image'
  | 'run-image'
  | 'other'

const BASE = /^io\.buildpacks\.(?:base|stack|distribution|rebasable|id)(?:\.|$)/

/**
 * What an image is by its labels, and by its environment where there are none: a build image says who builds, and a run
 * image need not.
 */
export function imageKindOf(config: ImageConfig): ImageKind {
  const { labels, env } = config
  const has = (...names: readonly string[]): boolean => names.some((name) => labels.has(name))
  // An application: it has labels of its run image too, but nobody builds or runs on it.
  if (has(LABEL.lifecycleMetadata, LABEL.buildMetadata)) return 'other'
  const saysWhoBuilds = env.some((entry) => entry.startsWith(`${USER_ID}=`) || entry.startsWith(`${GROUP_ID}=`))
  const hasModules = has(LABEL.buildpackLayers, LABEL.extensionLayers)
  const isPackage = has(LABEL.packageMetadata)
  if (has(LABEL.order, LABEL.orderExtensions)) return 'builder'
  if (hasModules && !isPackage && (has(LABEL.builderMetadata) || saysWhoBuilds)) return 'builder'
  if (isPackage || hasModules) {
    return has(LABEL.extensionLayers) && !has(LABEL.buildpackLayers) ? 'extension-package' : 'buildpackage'
  }
  // A lifecycle image has the metadata of a builder too, for platforms of old.
  if (has(LABEL.lifecycleVersion, LABEL.lifecycleApis)) return 'lifecycle'
  if (has(LABEL.builderMetadata)) return 'builder'
  if (saysWhoBuilds) return has(LABEL.rebasable) && runsAsAnother(config) ? 'run-image' : 'build-image'
  return [...labels.keys()].some((name) => BASE.test(name)) ? 'run-image' : 'other'
}

/** Some run images say who builds too, and run as somebody else. */
function runsAsAnother({ env, user }: ImageConfig): boolean {
  const builds = parseUserId(envValue(env, USER_ID))
  const runs = parseUserId(user.split(':')[0] ?? '')
  return builds !== undefined && runs !== undefined && builds !== runs
}
