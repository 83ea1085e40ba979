/** The files of a module. Paths are below its folder, with `/`: `bin/build`. */
export interface ModuleFiles {
  /** By path, sorted; folders are there too. */
  readonly entries: ReadonlyMap<string, ModuleFile>
  /**
   * The first `HEAD_BYTES` bytes of a file, or fewer when it is shorter; undefined when it is none, cannot be read or is
   * not `isLookedInto`, and once `HEADS_BYTES` were read.
   */
  readonly head: (path: string) => Uint8Array | undefined
  /** How a place names a file: the folder or archive of the module, and then the path. */
  readonly nameOf: (path: string) => string
  /** True once a head was not read because of `HEADS_BYTES`, or could not be: what rules say of contents is not all there is to say. */
  readonly isPartial: () => boolean
}

/** How much of a file rules get to see. No script and no Dockerfile is longer. */
export const HEAD_BYTES = 256 * 1024

/** How much of all files of one module rules get to see. */
export const HEADS_BYTES = 64 * 1024 * 1024

/** A file of a module, as it lies there. */
export interface ModuleFile {
  readonly kind: 'file' | 'directory' | 'symlink' | 'special'
  /** Permission bits, with setuid, setgid and sticky: 0o755. */
  readonly mode: number
  /** Bytes; 0 unless it is a file. */
  readonly size: number
  /** Where a symbolic link leads, as it is written. */
  readonly target?: string | undefined
}

const EXECUTE_BITS = 0o111

/** Names of files that say something about a module, or that may hold a secret. */
const TELLING =
  /(?:^|\/)(?:\.env[^/]*|\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|\.pypirc|\.git-credentials|\.dockercfg|\.dockerconfigjson|config\.json|credentials|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*\.(?:pem|key|p8|ppk|toml)|(?:licen[cs]e|copying)[^/]*|[^/]*dockerfile[^/]*)$/i

/** True for a file that says what a module is, runs it, or is where people keep secrets: there are few of them. */
export function isTelling(path: string): boolean {
  return /^bin\/[^/]+$/.test(path) || TELLING.test(path)
}

/** True for a file whose content rules look at: what is run, Dockerfiles, licences, TOML, and where secrets are kept. */
export function isLookedInto(path: string, { kind, mode }: Pick<ModuleFile, 'kind' | 'mode'>): boolean {
  return kind === 'file' && ((mode & EXECUTE_BITS) !== 0 || isTelling(path))
}
