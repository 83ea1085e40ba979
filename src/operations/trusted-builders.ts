import { CnbError } from '../errors.js'
import { parseReference, printReference, printRepository } from '../oci/reference.js'
import type { Settings } from './settings-file.js'

/** Builders that pack 0.40.6 trusts without being told. */
const KNOWN_BUILDERS = [
  'gcr.io/buildpacks/builder:google-22',
  'heroku/builder:20',
  'heroku/builder:22',
  'heroku/builder:24',
  'heroku/builder:26',
  'paketobuildpacks/builder-jammy-base',
  'paketobuildpacks/builder-jammy-buildpackless-static',
  'paketobuildpacks/builder-jammy-full',
  'paketobuildpacks/builder-jammy-tiny',
  'paketobuildpacks/builder-ubi8-base',
  'paketobuildpacks/ubi-10-builder',
  'paketobuildpacks/ubi-9-builder',
  'paketobuildpacks/ubuntu-noble-builder',
]

/** Every builder that is trusted, each once, by name. */
export function trustedBuilders({ trustedBuilders }: Settings): readonly string[] {
  return [...new Set([...KNOWN_BUILDERS, ...trustedBuilders])].toSorted()
}

/**
 * Whether the builder is trusted. What is trusted without tag and digest is trusted with any, in that registry: pack looks at
 * the path alone, so that whoever has a registry could call a builder as a trusted one is called.
 */
export function isTrusted(settings: Settings, name: string): boolean {
  return trustedBuilders(settings).some((trusted) => isTrustedAs(name, trusted))
}

function isTrustedAs(name: string, trusted: string): boolean {
  const [asked, entry] = [parseReference(name), parseReference(trusted)]
  if (asked === undefined || entry === undefined) return name === trusted
  return hasSelector(trusted)
    ? printReference(asked) === printReference(entry)
    : printRepository(asked.repository) === printRepository(entry.repository)
}

function hasSelector(text: string): boolean {
  return /[:@][^/]*$/.test(text)
}

/** The settings with one more builder to trust. @throws CnbError E_USAGE when the name is none */
export function trustBuilder(settings: Settings, name: string): Settings {
  if (parseReference(name) === undefined) {
    throw new CnbError('E_USAGE', `'${name}' is no image reference`, { value: name })
  }
  return { ...settings, trustedBuilders: [...settings.trustedBuilders, name] }
}

/** The settings without that builder. @throws CnbError E_USAGE when it is one that everybody trusts */
export function distrustBuilder(settings: Settings, name: string): Settings {
  const others = settings.trustedBuilders.filter((trusted) => trusted !== name)
  if (others.length === settings.trustedBuilders.length && KNOWN_BUILDERS.includes(name)) {
    throw new CnbError('E_USAGE', `'${name}' is a known trusted builder, which cannot be distrusted`, { value: name })
  }
  return { ...settings, trustedBuilders: others }
}
