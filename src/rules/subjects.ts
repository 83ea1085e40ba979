import type { ModuleDescriptor, ModuleId, ModuleKind } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import type { PackageConfig } from '../cnb/package-config.js'
import type { LabelSource } from '../cnb/labels.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import type { PackageInput } from '../plan/package-input.js'
import type { Place } from '../errors.js'
import type { ImageFiles } from './distribution/image-files.js'
import type { ImageKind } from './distribution/kind.js'
import type { FoundImage } from './distribution/row.js'
import type { Profile } from './profile.js'
import type { Locate, TomlDocument } from '../toml/document.js'

/** What only `check` looks at: a builder is made without it. */
export interface CheckFacts {
  /** The file as it is written: what the decoder folds, fills in or passes over is still there. */
  readonly document: TomlDocument
  /** The day for which it is judged, as `YYYY-MM-DD`; no rule reads a clock. */
  readonly asOf: string
}

/** What is known of images beside what they are. */
export interface Pinning {
  /** A reference by the digest that it has now; undefined for one that was not read from a registry. */
  readonly pinned?: (reference: string) => string | undefined
}

/** A builder.toml with all that it names. */
export interface BuilderSubject extends BuilderFacts, CheckFacts, Pinning {
  /** For whom it is judged. */
  readonly profile: Profile
  /** What trowel.toml wants of base images; missing when it wants nothing. */
  readonly baseConstraints: readonly BaseConstraint[]
  /** The files of its extensions, as far as they are at hand. */
  readonly extensionFiles: readonly ExtensionFiles[]
  /** The same of its buildpacks, by `id@version`. */
  readonly buildpackFiles: ReadonlyMap<string, ModuleFiles>
}

/** An extension of a builder, with what is in it. */
export interface ExtensionFiles {
  readonly extension: ModuleId
  readonly files: ModuleFiles
}

/** The oldest release of a base image that will do, because only with it something works: one `[[check.base]]`. */
export interface BaseConstraint {
  /** `registry/repository`, or with a tag; it is meant wherever a builder names it, with any tag unless it has one. */
  readonly image: string
  /** The day of that release, `YYYY-MM-DD`. */
  readonly releasedSince: string
  /** Why, for whoever has to exchange the image; may be empty. */
  readonly reason: string
  /** Where trowel.toml says so. */
  readonly place: Place
}

/** A package.toml with all that it names. */
export interface PackageSubject extends PackageInput, CheckFacts, Pinning {
  readonly config: PackageConfig
}

/** One module: its buildpack.toml or extension.toml, and the files around that. */
export interface ModuleSubject extends CheckFacts {
  readonly kind: ModuleKind
  readonly descriptor: ModuleDescriptor
  /** Where a key of the descriptor stands. */
  readonly locate: Locate
  /** Missing when only the descriptor is at hand. */
  readonly files: ModuleFiles
}

/** An image that was published, or lies where one can: a builder, a package, or what one is built on. */
export interface ImageSubject {
  /** One image of the index, when it is one. */
  readonly image: Image
  readonly root: Image | ImageIndex
  /** Where it was read. */
  readonly at: ImagePlace
  /** True of a file that is compressed as a whole. */
  readonly isCompressed: boolean
  /** The place for people: findings have this as their file. */
  readonly from: string
  readonly kind: ImageKind
  readonly labels: LabelSource
  readonly asOf: string
  readonly profile: Profile
  /** The run images that a builder names, as far as they were read; a run image itself. */
  readonly runImages: readonly FoundImage[]
  /** What is in its layers; only when they were to be read. */
  readonly files: ImageFiles
  /** Whether something refers to it; missing where nobody can know. */
  readonly isAttested: boolean
}
