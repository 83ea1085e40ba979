import type { Limits } from '../limits.js'
import type { NetworkOptions } from './network-options.js'

/** What `createBuilder` is asked for. Texts are as a user writes them; they are parsed, and complained about, inside. */
export interface CreateBuilderOptions extends NetworkOptions {
  /** The reference under which the builder is known, such as `registry.example/acme/builder:1`. */
  readonly name: string
  /** Path of builder.toml. */
  readonly config: string
  /** Places to write to, as `parsePlace` reads them. Without any, and without `publish`, the docker engine. */
  readonly to: readonly string[]
  /** Writes to the registry of NAME, and reads from registries only. */
  readonly publish: boolean
  /** Further references that the builder gets wherever it gets NAME. */
  readonly tags: readonly string[]
  /** With `publish` and several platforms, each image gets a tag of its own, such as `1-linux-arm64`. */
  readonly appendImageNameSuffix: boolean
  /** Makes it an error when a tag that was just written stands for something else. */
  readonly verifyTag: boolean
  /** `REF=PLACE`: read PLACE wherever the files say REF. */
  readonly replace: readonly string[]
  /** `key=value[,key=value…]`. */
  readonly labels: readonly string[]
  /** Each `id@version,id@version…` becomes one layer. */
  readonly flatten: readonly string[]
  /** `os/arch[/variant][:distro@version…]`; any of them replaces `[[targets]]`. */
  readonly targets: readonly string[]
  /** `NAME@VERSION`. */
  readonly createdBy: string
  readonly dryRun: boolean
  /** Layers made at once. */
  readonly jobs: number
  /** Where layers that were made are kept for the next run; undefined to keep none. */
  readonly cacheDirectory: string | undefined
  readonly limits: Limits
  readonly allowAbsoluteSymlinks: boolean
  /** Accepts what pack calls experimental: extensions for a lifecycle below Platform API 0.13. */
  readonly experimental: boolean
}
