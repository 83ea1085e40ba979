import { CnbError } from '../errors.js'
import type { Response } from '../http/message.js'
import { DOCKER_HUB } from '../oci/reference.js'
import type { Refusal } from './answers.js'
import type { Visit } from './authorizer-visit.js'
import { isScopeTooNarrow, parseChallenges } from './challenge.js'
import { registryName } from './credentials-key.js'

/** What to do so that a registry knows us; the command is docker's, which everybody has. */
export function loginHint(registry: string): string {
  return `log in with: docker login${registry === DOCKER_HUB ? '' : ` ${registry}`}`
}

/** The error that a registry answered 401 or 403 after all that could be tried. */
export function refusedByRegistry(visit: Visit, response: Response, refusal: Refusal): CnbError {
  const where = registryName(visit.url)
  const header = response.headers.get('www-authenticate')
  const challenges = parseChallenges(header ?? '')
  const { token, credential } = visit
  if (response.status === 403 || (credential !== undefined && challenges.some(isScopeTooNarrow))) {
    return authError(visit, `${where} does not let ${whose(visit)} ${deed(visit)}`, refusal)
  }
  if (header === undefined) return authError(visit, `${where} asks for credentials and does not say for which`, refusal)
  if (!challenges.some(({ scheme }) => scheme === 'basic' || scheme === 'bearer')) {
    return new CnbError('E_AUTH', `${where} asks for credentials of a kind that is not known here`, { value: header })
  }
  if (token !== undefined && credential !== undefined) {
    const realm = new URL(token.key.realm)
    return authError(
      visit,
      `${where} does not take the token that ${realm.host} has just given to ${deed(visit)}`,
      refusal,
    )
  }
  if (credential !== undefined && visit.authorization === undefined) {
    const kind = credential.kind === 'basic' ? 'a password' : 'an identity token'
    const problem = `${where} does not know what to do with ${kind}, which is what ${credential.from} has`
    return new CnbError('E_AUTH', problem, { value: header, hint: loginHint(where) })
  }
  return authError(visit, unknownHere(visit), refusal)
}

/** The error that a token server refused to give a token. */
export function refusedByTokenServer(visit: Visit, realm: URL, refusal: Refusal): CnbError {
  if (visit.credential === undefined) return authError(visit, unknownHere(visit), refusal)
  const problem = `${realm.host}, the token server of ${registryName(visit.url)}, does not take ${whose(visit)}`
  return authError(visit, `${problem} to ${deed(visit)}`, refusal)
}

/** Nobody in particular asks, or somebody whom the registry does not know. */
function unknownHere(visit: Visit): string {
  const where = registryName(visit.url)
  const { credential, refused } = visit
  const shown = credential ?? refused
  if (shown !== undefined) return `${where} does not take the credentials of ${shown.from} to ${deed(visit)}`
  return `${where} asks for credentials to ${deed(visit)}, and there are none for it`
}

function authError(visit: Visit, problem: string, { status, text }: Refusal): CnbError {
  const where = registryName(visit.url)
  // Registries hide from strangers what there is.
  const otherReading = visit.isPush || visit.method === 'POST' ? '' : '; there may also be no such repository'
  const said = text === '' ? '' : `, ${text}`
  return new CnbError('E_AUTH', `${problem}${otherReading}; it answered ${status}${said}`, { hint: loginHint(where) })
}

function whose({ credential, refused }: Visit): string {
  const shown = credential ?? refused
  return shown === undefined ? 'anybody without credentials' : `the credentials of ${shown.from}`
}

function deed({ access }: Visit): string {
  return `${access.actions === 'pull' ? 'read' : 'push to'} ${access.repository.name}`
}
