import type { ModuleEntry } from './builder-config.js'
import type { Target } from './target.js'

/** package.toml. Arrays keep the positions of the file. */
export interface PackageConfig {
  /** Where the module is that is packaged. */
  readonly uri: string
  readonly dependencies: readonly ModuleEntry[]
  /** What the package is for where nothing names a target. */
  readonly os: string
  readonly targets: readonly Target[]
}

/** What is packaged where there is no package.toml. */
export function unconfigured(uri: string): PackageConfig {
  return { uri, dependencies: [], os: DEFAULT_OS, targets: [] }
}

/** What a package is for that names nothing. */
export const DEFAULT_OS = 'linux'
