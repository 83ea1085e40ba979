import type { BuilderConfig } from '../cnb/builder-config.js'
import type { Lifecycle } from '../cnb/lifecycle.js'
import type { Module, ModuleId } from '../cnb/module.js'
import type { Image, ImageConfig } from '../oci/image.js'
import type { Platform } from '../oci/platform.js'
import type { KeyPath, Locate } from '../toml/document.js'
import type { Limits } from '../limits.js'

/**
 * All that decides a builder for one platform: what the files and flags say, and what was found where they point. Only
 * configs and descriptors, no content.
 */
export interface BuilderInput {
  readonly config: BuilderConfig
  /** Where a key of builder.toml stands. */
  readonly locate: Locate
  /**
   * By position in `[[buildpacks]]`: the module that the entry names, then its dependencies by id and version. undefined
   * for an entry that could not be read, which was reported already.
   */
  readonly buildpacks: readonly (readonly Module[] | undefined)[]
  /** The same for `[[extensions]]`. */
  readonly extensions: readonly (readonly Module[] | undefined)[]
  readonly base: Image
  /** Every run image and every mirror, in file order. */
  readonly runImages: readonly FoundRunImage[]
  readonly lifecycle: Lifecycle
  /** One group a `--flatten`. */
  readonly flatten: readonly (readonly ModuleId[])[]
  /** Labels of `--label`; they replace those of the base before anything looks at them. */
  readonly labels: ReadonlyMap<string, string>
  readonly createdBy: { readonly name: string; readonly version: string }
  /** Folder of the build-config environment, without a trailing slash; `/cnb/build-config` unless CNB_BUILD_CONFIG_DIR says otherwise. */
  readonly buildConfigDir: string
  /** The platform that was asked for; undefined when the user named none. */
  readonly platform: Platform | undefined
  /** True when the user accepts what pack calls experimental. */
  readonly experimental: boolean
  readonly limits: Limits
}

/** A run image or a mirror of one, as it was found. */
export interface FoundRunImage {
  /** Where builder.toml names it. */
  readonly path: KeyPath
  readonly reference: string
  readonly found: ImageConfig | 'absent' | 'no-such-platform'
}

/** Folder of the build-config environment unless the environment says otherwise. */
export const DEFAULT_BUILD_CONFIG_DIR = '/cnb/build-config'
