import { parsePullPolicy, type PullPolicy } from '../cnb/pull-policy.js'
import type { Report } from '../errors.js'
import { mirrored, parseMirror, type RegistryMirrors } from '../oci/mirrors.js'
import type { Reference } from '../oci/reference.js'
import { checkIndexSchemes } from '../sources/index-address.js'
import { findBuildpackRegistry } from './buildpack-registries.js'
import type { Host } from './host.js'
import type { NetworkOptions } from './network-options.js'
import type { BuildpackRegistry, Settings } from './settings-file.js'
import { readStoredSettings } from './settings.js'

/** What a run goes by: what its flags say, or else what the user has settled, or else what is usual. */
export interface RunSettings {
  readonly pullPolicy: PullPolicy
  /** The file that settles it; undefined where a flag does, or nobody. */
  readonly pullPolicyFile: string | undefined
  readonly experimental: boolean
  /** The buildpack registry. @throws CnbError E_USAGE when the one that is configured is not there */
  readonly buildpackRegistry: () => BuildpackRegistry
  /** Where an image is read from instead; undefined when no mirror is set for it. */
  readonly mirrorOf: (reference: Reference) => Reference | undefined
  /** All that the user has settled. */
  readonly user: Settings
}

/**
 * Reads the settings of the user, and looks at the flags that go before them.
 *
 * @param report takes what is wrong with the settings
 * @throws CnbError E_USAGE for a pull policy, a mirror or a scheme that is none, and a registry that is not there
 */
export function runSettings(options: NetworkOptions, host: Host, report: Report): RunSettings {
  const { settings, file } = readStoredSettings(host, report)
  const { pullPolicy, buildpackRegistry: registry } = options
  checkIndexSchemes(options.indexSchemes)
  if (registry) findBuildpackRegistry(settings, registry)
  const flags: RegistryMirrors = new Map(options.registryMirrors.map(parseMirror))
  return {
    pullPolicy: pullPolicy === undefined ? (settings.pullPolicy ?? 'always') : parsePullPolicy(pullPolicy),
    pullPolicyFile: pullPolicy === undefined && settings.pullPolicy !== undefined ? file : undefined,
    experimental: settings.experimental,
    buildpackRegistry: () => findBuildpackRegistry(settings, registry || undefined),
    mirrorOf: (reference) => mirrored(reference, flags) ?? mirrored(reference, settings.registryMirrors),
    user: settings,
  }
}
