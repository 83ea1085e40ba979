import type { ModuleKind } from '../cnb/module.js'
import type { ImageOptions } from './image-options.js'

/** What `packageModule` is asked for. */
export interface PackageOptions extends ImageOptions {
  readonly kind: ModuleKind
  /** Reference of the package, or with the format `file` the file that it becomes. */
  readonly name: string
  /** `image` or `file`; undefined for `image`. */
  readonly format: string | undefined
  /** Path of package.toml; undefined to package `path`. */
  readonly config: string | undefined
  /** The module that is packaged when there is no package.toml; undefined for the current folder. */
  readonly path: string | undefined
  /** `NAME@VERSION`: the author of the image, which has none without. */
  readonly createdBy: string | undefined
  /** Puts all modules of a composite into one layer. */
  readonly flatten: boolean
  /** `id@version[,id@version…]` of modules that keep a layer of their own all the same. */
  readonly flattenExclude: readonly string[]
}
