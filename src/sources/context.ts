import type { Cache } from '../cache/cache.js'
import type { Place, Report } from '../errors.js'
import type { Limits } from '../limits.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import type { Digest } from '../oci/digest.js'
import type { Reference } from '../oci/reference.js'
import type { Platform } from '../oci/platform.js'
import type { Locate } from '../toml/document.js'
import type { RegistryLocator } from '../cnb/locator.js'
import type { Replacements } from './replacements.js'

/** What an image is read for: to know its config, to build on top of it, or for what is in its layers. */
export type ImageNeed = 'config' | 'base' | 'layers'

/** What is needed to find what a file of the user names. */
export interface SourceContext {
  /** Absolute folder where relative locators start. */
  readonly base: string
  /** What they are relative to, for people: `builder.toml`. */
  readonly relativeTo: string
  /** What is made of all that. */
  readonly makes: 'builder' | 'package'
  /** Absolute folder in which the user stands: places of `--replace` start there. */
  readonly cwd: string
  /** Where a key of the file stands. */
  readonly locate: Locate
  readonly replacements: Replacements
  /**
   * The image at a place; paths in it are absolute. Handed in, because sources do not know transports.
   *
   * @param wanted what decides between several places that have one; the caller takes what it wants of an index
   * @throws CnbError E_IMAGE_MISSING when there is none, E_OFFLINE when it would have to be fetched and may not be
   */
  readonly readImage: (place: ImagePlace, need: ImageNeed, wanted: WantedPlatform) => Promise<Image | ImageIndex>
  /** The image of an entry in the buildpack registry. @throws CnbError E_INDEX, E_INDEX_ID, E_INDEX_MISSING and others */
  readonly lookUp: (entry: RegistryLocator, named: Named) => Promise<Reference>
  /** Fetches a file from an http or https address, unless it is there already. @throws CnbError E_OFFLINE and others */
  readonly download: (url: string, named: Named) => Promise<DownloadedFile>
  /** Where layers are kept that have to be read before the plan. */
  readonly cache: Cache
  readonly limits: Limits
  readonly report: Report
  readonly signal?: AbortSignal | undefined
}

/** A file that came from the network. */
export interface DownloadedFile {
  readonly file: string
  readonly digest: Digest
}

/** Something that a file of the user names. */
export interface Named {
  /** The locator or reference as the file spells it. */
  readonly text: string
  readonly place: Place
  /** What it is for people: `buildpack`, `lifecycle`, `build image`. */
  readonly what: string
}

/** The platform whose child of an index is wanted. A variant counts only when it is given. */
export interface WantedPlatform extends Pick<Platform, 'os' | 'architecture' | 'variant'> {
  /** True when an image that is in no index must be for it too, as far as it says what it is for. */
  readonly isStrict?: boolean | undefined
  /** Versions of the distributions that it is to be for: they decide where an index has images for several. */
  readonly osVersions?: readonly string[] | undefined
  /** True when nobody names an architecture: an index then must have one only. */
  readonly isOfAnyArchitecture?: boolean | undefined
}
