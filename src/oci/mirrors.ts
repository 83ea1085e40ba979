import { CnbError } from '../errors.js'
import { DOCKER_HUB, parseReference, type Reference } from './reference.js'

/** Stands for every registry. */
const ANY_REGISTRY = '*'
/** Docker Hub as pack's configuration calls it, and as people do. */
const HUB_KEYS = ['index.docker.io', DOCKER_HUB]

/** Where images of a registry are read from instead: `HOST[:PORT][/PATH]` by registry, or by `*` for all. */
export type RegistryMirrors = ReadonlyMap<string, string>

/**
 * The reference under which a mirror has what `reference` names; undefined when no mirror is set for it. A mirror of all
 * registries wins over that of one, as in pack.
 *
 * @throws CnbError E_USAGE when the mirror makes no reference
 */
export function mirrored({ repository, selector }: Reference, mirrors: RegistryMirrors): Reference | undefined {
  const { registry, name } = repository
  const keys = [ANY_REGISTRY, ...(registry === DOCKER_HUB ? HUB_KEYS : [registry])]
  const mirror = keys.map((key) => mirrors.get(key)).find((found) => found !== undefined)
  if (mirror === undefined) return undefined
  const reference = parseReference(`${mirror}/${name}`)
  if (reference === undefined) throw badMirror(mirror)
  return { repository: reference.repository, selector }
}

/** What `HOST=MIRROR` says. @throws CnbError E_USAGE */
export function parseMirror(text: string): readonly [registry: string, mirror: string] {
  const [registry = '', mirror, ...more] = text.split('=')
  if (registry === '' || mirror === undefined || more.length > 0) {
    throw new CnbError('E_USAGE', `a mirror is written HOST=MIRROR, not '${text}'`, { value: text, hint: MIRROR_HINT })
  }
  if (!isMirror(mirror)) throw badMirror(mirror)
  return [registry, mirror]
}

/** Whether `text` can stand before the name of a repository. */
export function isMirror(text: string): boolean {
  return !/^$|^\/|\/$/.test(text) && parseReference(`${text}/repository`) !== undefined
}

/** How a mirror is written, for messages. */
export const MIRROR_HINT = 'write HOST[:PORT][/PATH], without a scheme'

function badMirror(mirror: string): CnbError {
  return new CnbError('E_USAGE', `'${mirror}' is no place of a mirror`, { value: mirror, hint: MIRROR_HINT })
}
