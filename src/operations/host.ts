/** What an operation knows of the machine and the process. Made once, in `cli.ts`; a library caller makes its own. */
export interface Host {
  /** Absolute; relative paths of flags are relative to it. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home directory; undefined when nobody knows. */
  readonly home: string | undefined
  /** The id of the user that we are; undefined on systems without. */
  readonly user: number | undefined
  /** What runs us, for servers that want to know: `node 20.19.0; linux/x64`. */
  readonly runtime: string
  /** For what a run makes on its way when there is no better place. */
  readonly temporaryDirectory: string
  /** Numbers from 0 to 1, for waits that must not fall together. Never part of an output. */
  readonly random: () => number
  /** The CPU in OCI's words, such as `amd64`: the platform when no target is given. */
  readonly architecture: string
  /** How many layers are made at once unless the caller says otherwise. */
  readonly cpus: number
  /** Milliseconds since 1970. Never part of an output. */
  readonly now: () => number
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }

/** OCI's name for a CPU that Node calls `arch`. */
export function architectureOf(arch: string): string {
  return Object.hasOwn(ARCHITECTURES, arch) ? (ARCHITECTURES[arch] ?? arch) : arch
}
