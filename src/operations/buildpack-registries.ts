import { CnbError } from '../errors.js'
import { checkIndexUrl } from '../sources/index-address.js'
import type { BuildpackRegistry, Settings } from './settings-file.js'

/** The registry that is there without being configured. */
const OFFICIAL: BuildpackRegistry = {
  name: 'official',
  type: 'github',
  url: 'https://github.com/buildpacks/registry-index',
}

const TYPES = ['git', 'github']

/** Every buildpack registry: those of the user, and the official one in the end. */
export function buildpackRegistries({ registries }: Settings): readonly BuildpackRegistry[] {
  return [...registries, OFFICIAL]
}

/** The name of the registry that is meant when none is named. */
export function defaultRegistry({ defaultRegistry }: Settings): string {
  return defaultRegistry ?? OFFICIAL.name
}

/** The registry of a name, or the default one for none. @throws CnbError E_USAGE when it is not there */
export function findBuildpackRegistry(settings: Settings, name: string | undefined): BuildpackRegistry {
  const wanted = name ?? defaultRegistry(settings)
  const registry = buildpackRegistries(settings).find((registry) => registry.name === wanted)
  if (registry !== undefined) return registry
  const absent = noRegistry(settings, wanted)
  if (name !== undefined) throw absent
  throw new CnbError('E_USAGE', `${absent.message}, which is the default one`, {
    value: wanted,
    hint: `${absent.hint}; trowel config registries default NAME makes one of them the default`,
  })
}

/** The settings with one more registry. @throws CnbError E_USAGE */
export function addRegistry(settings: Settings, registry: BuildpackRegistry): Settings {
  const { name, type, url } = registry
  checkNotReserved(name)
  checkIndexUrl(url, name)
  if (!TYPES.includes(type)) {
    const types = TYPES.map((type) => `'${type}'`).join(', ')
    throw new CnbError('E_USAGE', `'${type}' is not a valid type. Supported types are: ${types}`, { value: type })
  }
  if (settings.registries.some((other) => other.name === name)) {
    throw new CnbError('E_USAGE', `there is a registry '${name}' already`, { value: name })
  }
  return { ...settings, registries: [...settings.registries, registry] }
}

/** The settings without that registry. @throws CnbError E_USAGE when it is not there, or always is */
export function removeRegistry(settings: Settings, name: string): Settings {
  checkNotReserved(name)
  const registries = settings.registries.filter((registry) => registry.name !== name)
  if (registries.length === settings.registries.length) throw noRegistry(settings, name)
  const isDefault = settings.defaultRegistry === name
  return { ...settings, registries, ...(isDefault ? { defaultRegistry: OFFICIAL.name } : {}) }
}

/** The settings with another default registry. @throws CnbError E_USAGE when there is no such registry */
export function setDefaultRegistry(settings: Settings, name: string): Settings {
  return { ...settings, defaultRegistry: findBuildpackRegistry(settings, name).name }
}

/** The settings with the official registry as the default. @throws CnbError E_USAGE when it is that already */
export function unsetDefaultRegistry(settings: Settings): Settings {
  if (defaultRegistry(settings) === OFFICIAL.name) {
    throw new CnbError('E_USAGE', `the default registry is '${OFFICIAL.name}', which cannot be unset`)
  }
  return { ...settings, defaultRegistry: undefined }
}

function checkNotReserved(name: string): void {
  if (name !== OFFICIAL.name) return
  throw new CnbError('E_USAGE', `'${name}' is the name of the registry that is always there`, { value: name })
}

function noRegistry(settings: Settings, name: string): CnbError {
  const names = buildpackRegistries(settings).map((registry) => registry.name)
  return new CnbError('E_USAGE', `there is no registry '${name}'`, { value: name, hint: `known: ${names.join(', ')}` })
}
