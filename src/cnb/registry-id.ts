import { CnbError } from '../errors.js'

/** What a buildpack is called in a buildpack registry: `namespace/name`. */
export interface RegistryId {
  readonly namespace: string
  readonly name: string
}

/** Characters that the specification allows, and as many as it does. */
const PART = /^[a-z0-9.-]{1,253}$/

/**
 * Reads `namespace/name`.
 *
 * @throws CnbError E_INDEX_ID unless both parts are made of lower-case letters, digits, dots and dashes, and lead nowhere else
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/internal/registry/index.go
 */
export function parseRegistryId(text: string): RegistryId {
  const [namespace = '', name = '', ...rest] = text.split('/')
  if (rest.length > 0 || !isPart(namespace) || !isPart(name)) {
    throw new CnbError('E_INDEX_ID', 'not an id of a buildpack registry', {
      value: text,
      hint: 'write NAMESPACE/NAME in lower-case letters, digits, dots and dashes, such as acme/java',
    })
  }
  return { namespace, name }
}

/** A leading dot hides a file, and two dots lead out of a folder: folders are made of pieces of the name. */
function isPart(text: string): boolean {
  return PART.test(text) && !text.startsWith('.') && !text.includes('..')
}

/** `namespace/name`. */
export function printRegistryId({ namespace, name }: RegistryId): string {
  return `${namespace}/${name}`
}

/**
 * The file of an index that lists the versions of a buildpack, relative to the index. Folders are made of the name, and not of
 * the namespace.
 */
export function entriesPath({ namespace, name }: RegistryId): string {
  const file = `${namespace}_${name}`
  if (name.length < 3) return `${name.length}/${file}`
  return name.length === 3 ? `3/${name.slice(0, 2)}/${file}` : `${name.slice(0, 2)}/${name.slice(2, 4)}/${file}`
}

/** The id of the buildpack that a file of an index is about; undefined for a file of another kind. */
export function idOfFile(path: string): string | undefined {
  const [, namespace, name] = /(?:^|\/)([a-z0-9.-]+)_([a-z0-9.-]+)$/.exec(path) ?? []
  return name === undefined ? undefined : `${namespace}/${name}`
}
