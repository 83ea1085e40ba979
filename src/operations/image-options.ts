import type { RunOptions } from './run-options.js'

/** Options of every verb that makes images. Texts are as a user writes them; the operation parses and refuses them. */
export interface ImageOptions extends RunOptions {
  /** The reference under which the image is known, such as `registry.example/acme/builder:1`; undefined when only files are written. */
  readonly name: string | undefined
  /** Places to write to, as `parsePlace` reads them. Without any, and without `publish`, the docker engine. */
  readonly to: readonly string[]
  /** Writes to the registry of NAME, and reads from registries only. */
  readonly publish: boolean
  /** Further references that the image gets wherever it gets NAME. */
  readonly tags: readonly string[]
  /** With several platforms each image gets a tag of its own, such as `1-linux-arm64`, and an archive of its own where there is one. */
  readonly appendImageNameSuffix: boolean
  /** Makes it an error when a tag that was just written stands for something else. */
  readonly verifyTag: boolean
  /** `REF=PLACE`: read PLACE wherever the files say REF. */
  readonly replace: readonly string[]
  /** `key=value[,key=value…]`. */
  readonly labels: readonly string[]
  /** `os/arch[/variant][:distro@version…]`; any of them replaces the targets of the files. */
  readonly targets: readonly string[]
  /** `NAME` or `lifecycle@VERSION`: whoever it stands for decides what is an error. */
  readonly profile: string | undefined
  readonly dryRun: boolean
  /** Layers made at once. */
  readonly jobs: number
  readonly allowAbsoluteSymlinks: boolean
}
