import { parsePullPolicy, type PullPolicy } from '../cnb/pull-policy.js'
import type { Report } from '../errors.js'
import { mirrored, parseMirror, type RegistryMirrors } from '../oci/mirrors.js'
import type { Reference } from '../oci/reference.js'
import type { Host } from './host.js'
import type { NetworkOptions } from './network-options.js'
import { readSettings } from './settings.js'

/** What a run goes by: what its flags say, or else what the user has settled, or else what is usual. */
export interface RunSettings {
  readonly pullPolicy: PullPolicy
  readonly experimental: boolean
  /** Where an image is read from instead; undefined when no mirror is set for it. */
  readonly mirrorOf: (reference: Reference) => Reference | undefined
}

/**
 * Reads the settings of the user, and looks at the flags that go before them.
 *
 * @param report takes what is wrong with the settings
 * @throws CnbError E_USAGE for a pull policy or a mirror that is none
 */
export function runSettings(options: NetworkOptions, host: Host, report: Report): RunSettings {
  const settings = readSettings(host, report)
  const { pullPolicy } = options
  const flags: RegistryMirrors = new Map(options.registryMirrors.map(parseMirror))
  return {
    pullPolicy: pullPolicy === undefined ? (settings.pullPolicy ?? 'always') : parsePullPolicy(pullPolicy),
    experimental: settings.experimental,
    mirrorOf: (reference) => mirrored(reference, flags) ?? mirrored(reference, settings.registryMirrors),
  }
}
