import type { AppProcess } from '../cnb/app-label.js'
import type { BuilderLabel } from '../cnb/builder-label.js'
import type { DetectionOrder, OrderEntry } from '../cnb/detection-order.js'
import type { ModuleInfo } from '../cnb/module.js'
import type { Stack } from '../cnb/stack.js'
import type { CnbError, Diagnostic } from '../errors.js'

/** What one of the two places that may have an image turned out to have. */
export type Side<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** `reason` says why nobody was asked, or that it is something else; undefined when there simply is none. */
  | { readonly kind: 'absent'; readonly reason: string | undefined; readonly instead?: InspectedKind | undefined }
  | { readonly kind: 'failed'; readonly error: CnbError }

/** What an image is that was made by or for buildpacks. */
export type InspectedKind = 'builder' | 'buildpack' | 'extension' | 'application'

/** What was found under a name, in the registry and on this machine. At least one of them has it. */
export interface Inspection<T> {
  readonly name: string
  /** What the name names: both places are looked at for a reference only. */
  readonly from: InspectedFrom
  readonly remote: Side<T>
  readonly local: Side<T>
  readonly warnings: readonly Diagnostic[]
}

/** What the name of something that is inspected names. */
export type InspectedFrom = 'reference' | 'file' | 'url' | 'buildpack registry'

/** What is known of an image without opening a layer. */
export interface ImageFacts {
  /** Where it was read. */
  readonly place: string
  /** Of what the name stands for, an image or an index; null in a docker engine, which keeps neither. */
  readonly digest: string | null
  readonly mediaType: string | null
  /** The platform that all else is about. */
  readonly platform: string
  /** The platforms that were looked at, in the order of the index: all of them, or that one. */
  readonly platforms: readonly PlatformFacts[]
}

/** The image for one platform. */
export interface PlatformFacts {
  readonly platform: string
  readonly digest: string | null
  readonly config: string | null
  /** Bytes of all layers as stored; null when that is not known. */
  readonly size: number | null
  /** Bottom first. */
  readonly layers: readonly InspectedLayer[]
}

/** One layer. */
export interface InspectedLayer {
  readonly diffId: string
  readonly digest: string | null
  /** Bytes as stored. */
  readonly size: number | null
  readonly mediaType: string | null
  /** `id@version` of the modules that the labels say are in it. */
  readonly modules: readonly string[]
}

/** A module as a label describes it. */
export type InspectedModule = ModuleInfo

/** A stack as a label has it. */
export type InspectedStack = Stack

/** An entry of a detection order. */
export type InspectedEntry = OrderEntry

/** An order with its composites opened. */
export type InspectedOrder = DetectionOrder

/** A process of an application. */
export type InspectedProcess = AppProcess & { readonly isDefault: boolean }

/** A run image, or another name of one. */
export interface InspectedRunImage {
  readonly name: string
  /** It is a mirror in the user's own settings. */
  readonly isUserConfigured: boolean
}

/** What a builder says about itself. */
export interface InspectedBuilder {
  readonly image: ImageFacts
  readonly description: string
  readonly createdBy: BuilderLabel['createdBy']
  /** undefined for a builder without; its id is empty where there are mixins only. */
  readonly stack: InspectedStack | undefined
  readonly lifecycle: BuilderLabel['lifecycle']
  readonly runImages: readonly InspectedRunImage[]
  /** Each once, by id and version; undefined when the builder does not list them. */
  readonly buildpacks: readonly InspectedModule[] | undefined
  readonly extensions: readonly InspectedModule[] | undefined
  readonly order: InspectedOrder | undefined
  readonly orderExtensions: InspectedOrder | undefined
}

/** What a buildpackage or an extension package says about itself. */
export interface InspectedPackage {
  readonly image: ImageFacts
  readonly main: InspectedModule
  readonly stacks: readonly InspectedStack[]
  readonly modules: readonly ModuleInPackage[]
  /** The main module's, opened; empty at depth 0 and for an extension. */
  readonly order: InspectedOrder
}

/** A module in a package: what the label says, and which layer it is in. */
export interface ModuleInPackage {
  readonly id: string
  readonly version: string
  readonly name: string
  readonly homepage: string
  readonly api: string
  /** Each as `--target` would have it. */
  readonly targets: readonly string[]
  readonly diffId: string
}

/** What an application that was built with buildpacks says about itself. */
export interface InspectedApp {
  readonly image: ImageFacts
  readonly stackId: string
  readonly base: { readonly reference: string; readonly topLayer: string }
  readonly runImages: readonly InspectedRunImage[]
  readonly isRebasable: boolean
  readonly buildpacks: readonly AppModuleFacts[] | undefined
  readonly extensions: readonly AppModuleFacts[] | undefined
  /** The default one first. */
  readonly processes: readonly InspectedProcess[]
}

/** A module that took part in the build of an application. */
export interface AppModuleFacts {
  readonly id: string
  readonly version: string
  readonly homepage: string
}
