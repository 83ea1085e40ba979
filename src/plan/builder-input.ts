import type { BuilderConfig, RunImage } from '../cnb/builder-config.js'
import type { CreatedBy } from '../cnb/created-by.js'
import type { Lifecycle, LifecycleFacts } from '../cnb/lifecycle.js'
import type { ModuleId } from '../cnb/module.js'
import type { Image, ImageConfig } from '../oci/image.js'
import type { Platform } from '../oci/platform.js'
import type { KeyPath } from '../toml/document.js'
import type { ModulesInput } from './modules-input.js'

/** What a builder for one platform is judged by: what the files and flags say, and what was found where they point. */
export interface BuilderFacts extends ModulesInput {
  readonly config: BuilderConfig
  readonly base: Image
  /** Every run image and every mirror, in file order. */
  readonly runImages: readonly FoundRunImage[]
  readonly lifecycle: LifecycleFacts
  /** One group a `--flatten`. */
  readonly flatten: readonly (readonly ModuleId[])[]
  /** They replace those of the base before anything looks at them. */
  readonly labels: ModulesInput['labels']
  readonly createdBy: CreatedBy
  /** Folder of the build-config environment, without a trailing slash; `/cnb/build-config` unless CNB_BUILD_CONFIG_DIR says otherwise. */
  readonly buildConfigDir: string
  /** The platform that was asked for; undefined when the user named none. */
  readonly platform: Platform | undefined
  /** True when the user accepts what pack calls experimental. */
  readonly experimental: boolean
}

/** All that decides a builder for one platform. Only configs and descriptors, no content. */
export interface BuilderInput extends BuilderFacts {
  readonly lifecycle: Lifecycle
}

/** Every run image and every mirror with where builder.toml names it, in file order; empty names are left out. */
export function namedRunImages(runImages: readonly RunImage[]): readonly Pick<FoundRunImage, 'path' | 'reference'>[] {
  return runImages
    .flatMap(({ image, mirrors = [] }, i) => [
      { path: ['run', 'images', i, 'image'], reference: image },
      ...mirrors.map((reference, j) => ({ path: ['run', 'images', i, 'mirrors', j], reference })),
    ])
    .filter(({ reference }) => reference !== '')
}

/** A run image or a mirror of one, as it was found. */
export interface FoundRunImage {
  /** Where builder.toml names it. */
  readonly path: KeyPath
  readonly reference: string
  /** Its config; `unread` when nobody was asked whether it is there. */
  readonly found: ImageConfig | 'absent' | 'unread' | 'no-such-platform'
}

/** Folder of the build-config environment unless the environment says otherwise. */
export const DEFAULT_BUILD_CONFIG_DIR = '/cnb/build-config'
