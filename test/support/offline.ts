import type { NetworkOptions } from '#src/operations/network-options.js'

/** Nobody is asked for anything. */
export const OFFLINE: NetworkOptions = {
  offline: true,
  pullPolicy: undefined,
  insecureRegistries: [],
  registryMirrors: [],
  ca: undefined,
  allowInsecureDownload: false,
  buildpackRegistry: undefined,
  indexSchemes: [],
}
