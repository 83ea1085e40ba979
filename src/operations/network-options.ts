/** How a run reaches the network. Texts are as a user writes them; the operation parses and refuses them. */
export interface NetworkOptions {
  /** Nothing is asked over the network; what is not on this machine is an error. */
  readonly offline: boolean
  /** `always`, `never` or `if-not-present`; undefined for what the configuration says. Counts where an engine is read from. */
  readonly pullPolicy: string | undefined
  /** Each `host[:port]` may be spoken to in plain http. Loopback always may. */
  readonly insecureRegistries: readonly string[]
  /** `HOST=MIRROR`; before those of the configuration. */
  readonly registryMirrors: readonly string[]
  /** File with certificates of further authorities, in PEM. */
  readonly ca: string | undefined
  /** Modules and lifecycles may be downloaded over plain http without a pin. */
  readonly allowInsecureDownload: boolean
  /** Name of the buildpack registry; undefined or empty for the one that the configuration says. */
  readonly buildpackRegistry: string | undefined
  /** By what the index of a buildpack registry may be reached beside https: `http`, `ssh`, `file`. */
  readonly indexSchemes: readonly string[]
}
