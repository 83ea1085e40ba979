import type { Locate, TomlDocument } from '../toml/document.js'
import type { ApiVersion } from './api-version.js'
import type { Content } from './content.js'
import type { Order } from './order.js'
import type { Stack } from './stack.js'
import type { Target } from './target.js'

/** Whether a module takes part in a build or prepares its images. */
export type ModuleKind = 'buildpack' | 'extension'

/** A module's name. Equal modules have the same id and the same version. */
export interface ModuleId {
  readonly id: string
  readonly version: string
}

/** One entry of `licenses`. */
export interface License {
  readonly type: string
  readonly uri: string
}

/** What `[buildpack]` or `[extension]` of a descriptor says; also the keys that a ref in an order may carry along. */
export interface ModuleInfo {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly description: string
  readonly homepage: string
  readonly keywords: readonly string[]
  readonly execEnv: readonly string[]
  readonly licenses: readonly License[]
  readonly clearEnv: boolean
}

/** What buildpack.toml or extension.toml says, as far as a packer reads it. */
export interface ModuleDescriptor {
  readonly kind: ModuleKind
  /** `0.1` when the file names none, as pack assumes. */
  readonly api: ApiVersion
  /** Why it is that: the file names none, or one that nobody can read. */
  readonly apiProblem?: 'missing' | 'malformed' | undefined
  readonly info: ModuleInfo
  readonly stacks: readonly Stack[]
  readonly targets: readonly Target[]
  /** Not empty for a composite. */
  readonly order: Order
}

/** A buildpack or an extension that was found, with what is known of it before its content is read. */
export interface Module {
  readonly descriptor: ModuleDescriptor
  /** Where a key of its descriptor stands; for a module out of a package, where the package is named. */
  readonly locate: Locate
  /** The descriptor as it is written; none of a module out of a package. */
  readonly document?: TomlDocument | undefined
  /** The locator it came from, for people. */
  readonly from: string
  readonly content: Content
  /** Whether `bin/build`, and `bin/build.bat` or `bin/build.exe`, were seen. Both false for a module out of a package. */
  readonly hasBuild: { readonly linux: boolean; readonly windows: boolean }
  /** True when it came out of a buildpackage: pack treats those more leniently. */
  readonly packaged: boolean
  /** True for a composite beside which, in its directory, lies a package.toml. */
  readonly hasPackageFile?: boolean | undefined
  /** Set where two modules have one name: equal for content that means the same, different for different content. */
  readonly contentId?: string | undefined
  /** What differs between its layer and that of the first module of its name; undefined when these are the same. */
  readonly contentDifference?: string | undefined
}

/** `id@version`, the name by which layers are sorted. */
export function moduleName(module: ModuleId): string {
  return `${module.id}@${module.version}`
}

/** True for an id that the specifications allow, of a module, a stack or a base image: letters, digits, `.`, `/` and `-`. */
export function isSpecId(id: string): boolean {
  return /^[A-Za-z0-9./-]+$/.test(id)
}

/** No module has one of these ids: they have another meaning below `/layers`, where each buildpack has a folder of its name. */
export const RESERVED_IDS: ReadonlySet<string> = new Set(['app', 'config', 'generated', 'sbom'])

/** The directory name of an id: every `/` becomes `_`. */
export function escapedId(id: string): string {
  return id.replaceAll('/', '_')
}

/** The directory of a module in a builder and in a package, without a trailing slash. */
export function moduleRoot(kind: ModuleKind, module: ModuleId): string {
  return `/cnb/${kind}s/${escapedId(module.id)}/${module.version}`
}

/** The file in a module that describes it: `buildpack.toml` or `extension.toml`. */
export function descriptorFile(kind: ModuleKind): string {
  return `${kind}.toml`
}

/** True for a module that only has an order. */
export function isComposite(descriptor: ModuleDescriptor): boolean {
  return descriptor.order.length > 0
}
