import { CnbError } from '../errors.js'
import { isLoopbackHost } from '../http/address.js'
import { hostOf, normalUrl } from '../http/origin.js'
import type { Sender } from './sender.js'

/** Characters of a realm that are looked at. */
const LONGEST = 4096

/**
 * Where the registry at `registry` says that tokens come from.
 *
 * @throws CnbError E_REALM for a place that a registry must not send us to with a password
 */
export async function tokenRealm(text: string, registry: URL, http: Sender): Promise<URL> {
  const refuse = (why: string, cause?: unknown): CnbError =>
    new CnbError('E_REALM', `${registry.host} says that its tokens come from a place that ${why}`, {
      value: text,
      cause,
    })
  if (text.length > LONGEST) throw refuse(`has ${text.length} characters, more than ${LONGEST}`)
  if (!URL.canParse(text)) throw refuse('is no URL')
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') throw refuse('is not on the web')
  if (username !== '' || password !== '') throw refuse('has a user in it')
  const realm = normalUrl(new URL(text))
  if (realm.origin === registry.origin) return realm
  if (protocol === 'http:' && !areBothHere(realm, registry)) throw refuse('is not encrypted')
  await http.checkTarget({ to: realm, from: registry, first: registry }).catch((cause: unknown) => {
    throw cause instanceof CnbError && cause.code === 'E_REDIRECT' ? refuse('is in a private network', cause) : cause
  })
  return realm
}

/** Between programs of this machine nobody listens. */
function areBothHere(realm: URL, registry: URL): boolean {
  return registry.protocol === 'http:' && [realm, registry].every((url) => isLoopbackHost(hostOf(url)))
}
