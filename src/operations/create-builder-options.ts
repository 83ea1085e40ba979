import type { ImageOptions } from './image-options.js'

/** What `createBuilder` is asked for. */
export interface CreateBuilderOptions extends ImageOptions {
  readonly name: string
  /** Path of builder.toml. */
  readonly config: string
  /** Each `id@version,id@version…` becomes one layer. */
  readonly flatten: readonly string[]
  /** `NAME@VERSION`. */
  readonly createdBy: string
  /** Accepts what pack calls experimental: extensions for a lifecycle below Platform API 0.13. */
  readonly experimental: boolean
}
