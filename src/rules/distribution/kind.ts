import { LABEL } from '../../cnb/labels.js'
import type { ImageConfig } from '../../oci/image.js'
import { GROUP_ID, USER_ID } from '../../plan/user.js'

/** What an image is for. */
export type ImageKind =
  | 'buildpackage'
  | 'extension-package'
  | 'builder'
  | 'lifecycle'
  | 'build-image'
  | 'run-image'
  | 'other'

/** For people. */
export const KIND_NAMES: Readonly<Record<ImageKind, string>> = {
  buildpackage: 'buildpackage',
  'extension-package': 'extension package',
  builder: 'builder',
  lifecycle: 'lifecycle image',
  'build-image': 'build image',
  'run-image': 'run image',
  other: 'image without buildpacks',
}

const BASE = /^io\.buildpacks\.(?:base|stack|distribution|rebasable|id)(?:\.|$)/

/**
 * What an image is by its labels, and by its environment where there are none: a build image says who builds, and a run
 * image need not.
 */
export function imageKindOf({ labels, env }: ImageConfig): ImageKind {
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
  if (saysWhoBuilds) return 'build-image'
  return [...labels.keys()].some((name) => BASE.test(name)) ? 'run-image' : 'other'
}
