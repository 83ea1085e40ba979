import type { Module } from '../cnb/module.js'
import type { Limits } from '../limits.js'
import type { Locate } from '../toml/document.js'

/** The modules that a builder or a package is made of, as they were found: only descriptors, no content. */
export interface ModulesInput {
  /**
   * Where a key of the file stands that names them. An entry is `['buildpacks', 2]`, a position in the lists below; in a
   * package the first entry is the module that it is named after, and the others are its dependencies.
   */
  readonly locate: Locate
  /**
   * By entry: the module that it names, then what comes along, by id and version. undefined for an entry that could not be
   * read, which was reported already.
   */
  readonly buildpacks: readonly (readonly Module[] | undefined)[]
  /** The same for extensions. */
  readonly extensions: readonly (readonly Module[] | undefined)[]
  /** Labels of `--label`. */
  readonly labels: ReadonlyMap<string, string>
  readonly limits: Limits
}
