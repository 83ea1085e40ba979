import { BUILDER_TOML } from './builder-schema.js'
import { BUILDPACK_TOML, EXTENSION_TOML } from './module-schema.js'
import { PACKAGE_TOML } from './package-schema.js'
import type { TableSchema } from './schema.js'

/** A file that people write, without `.toml`. */
export type DescriptorKind = 'builder' | 'package' | 'buildpack' | 'extension'

/** What a file may say. */
interface DescriptorFile {
  readonly schema: TableSchema
  readonly about: string
  /** Whether pack refuses a file with other keys; in those where it does not, it warns about them. */
  readonly isClosed: boolean
}

/** The files that people write. */
export const DESCRIPTOR_FILES: Readonly<Record<DescriptorKind, DescriptorFile>> = {
  builder: { schema: BUILDER_TOML, about: 'what a builder is made of', isClosed: true },
  package: { schema: PACKAGE_TOML, about: 'what a package of a module is made of', isClosed: true },
  buildpack: { schema: BUILDPACK_TOML, about: 'what a buildpack says of itself', isClosed: false },
  extension: { schema: EXTENSION_TOML, about: 'what an image extension says of itself', isClosed: false },
}
