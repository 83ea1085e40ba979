import type { Place, Report } from '../errors.js'
import type { Limits } from '../limits.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { LayoutPlace } from '../oci/layout-place.js'
import type { Platform } from '../oci/platform.js'
import type { Locate } from '../toml/document.js'
import type { Replacements } from './replacements.js'

/** Where an image lies on this machine. Paths are absolute. */
export type ImagePlace =
  | LayoutPlace
  /** A `.cnb` file: an OCI layout in a tar, gzipped or not. */
  | { readonly kind: 'archive'; readonly file: string }

/** What is needed to find what builder.toml names. */
export interface SourceContext {
  /** Absolute folder of builder.toml: relative locators start there. */
  readonly base: string
  /** Absolute folder in which the user stands: places of `--replace` start there. */
  readonly cwd: string
  /** Where a key of builder.toml stands. */
  readonly locate: Locate
  readonly replacements: Replacements
  /** Handed in, because sources do not know transports. */
  readonly readImage: (place: ImagePlace, signal?: AbortSignal) => Promise<Image | ImageIndex>
  readonly limits: Limits
  readonly report: Report
  readonly signal?: AbortSignal | undefined
}

/** Something that builder.toml names. */
export interface Named {
  /** The locator or reference as the file spells it. */
  readonly text: string
  readonly place: Place
  /** What it is for people: `buildpack`, `lifecycle`, `build image`. */
  readonly what: string
}

/** The platform whose child of an index is wanted. A variant counts only when it is given. */
export type WantedPlatform = Pick<Platform, 'os' | 'architecture' | 'variant'>
