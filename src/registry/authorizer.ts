import type { Report } from '../errors.js'
import { isLoopbackHost } from '../http/address.js'
import type { Request, Response } from '../http/message.js'
import { discard } from '../http/body.js'
import { hostOf, normalUrl } from '../http/origin.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { printRepository } from '../oci/reference.js'
import type { SecretSet } from '../secrets.js'
import { readRefusal } from './answers.js'
import { loginHint, refusedByRegistry, refusedByTokenServer } from './authorizer-errors.js'
import type { Access } from './access.js'
import { Visit } from './authorizer-visit.js'
import { type Challenge, isScopeTooNarrow, parseChallenges } from './challenge.js'
import { basicToken, type Credential } from './credential.js'
import type { Credentials } from './credentials.js'
import { registryName } from './credentials-key.js'
import type { Sender } from './sender.js'
import { fetchToken, type TokenAnswer, type TokenRequest } from './token.js'
import { TokenCache, type TokenKey } from './token-cache.js'
import { tokenRealm } from './token-realm.js'
import { covers, joinScopes, parseScope, printScope, type Scope, scopeOf } from './token-scope.js'

/** What an `Authorizer` works with. */
export interface AuthorizerOptions {
  readonly http: Sender
  readonly credentials: Credentials
  /** Takes warnings. */
  readonly report: Report
  /** Is told every token. */
  readonly secrets: SecretSet
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Ends what several requests wait for together. */
  readonly signal?: AbortSignal | undefined
}

/** What a ping may be answered with; whether the registry is there at all, the request itself will tell. */
const PING_ANSWERS = [400, 401, 403, 404, 405]

/** Adds to requests what a registry wants to see. One per run, so that what was once learned of a registry is not asked for again. */
export class Authorizer {
  readonly #options: AuthorizerOptions
  readonly #tokens: TokenCache
  /** By origin. */
  readonly #pings = new Map<string, Promise<readonly Challenge[]>>()
  /** By origin and repository: all that was ever needed there, so that one token is for all of it. */
  readonly #scopes = new Map<string, Scope>()
  /** Those places of `#scopes` where tokens for other repositories are refused. */
  readonly #alone = new Set<string>()
  /** Credentials that were not taken, so that reading goes on without them. */
  readonly #refused = new Set<Credential>()

  constructor(options: AuthorizerOptions) {
    this.#options = options
    this.#tokens = new TokenCache(options.now)
  }

  /**
   * The answer to `request`, sent with the credentials for its registry. A challenge is answered once, a token that is no longer
   * good is renewed once, and one whose scope is too narrow is widened once. Where a redirect leads to, a challenge is answered
   * with what is configured for that place, and only to read; otherwise as nobody in particular.
   *
   * @throws CnbError E_AUTH for 401 and 403, unless `request.accept` has them; E_REALM; E_CREDENTIALS; whatever the sending throws
   */
  async send(request: Request, access: Access, signal?: AbortSignal): Promise<Response> {
    const url = normalUrl(request.url)
    const home = normalUrl(access.registry ?? url).origin
    const visits = new Map<string, Visit>()
    if (url.origin === home) visits.set(home, await this.#enter(new Visit(url, request, access, true)))
    const accept = [...(request.accept ?? []), 401, 403]
    const secrets = (url: URL): Headers => shownAt(visits.get(url.origin))
    for (;;) {
      const response = await this.#options.http.send({ ...request, accept, secrets }, signal)
      if (response.status !== 401 && response.status !== 403) return response
      const { origin } = response.url
      const visit = visits.get(origin) ?? new Visit(response.url, request, access, origin === home)
      visits.set(origin, visit)
      if (!(await this.#improve(visit, response))) return this.#giveUp(visit, response, request)
      await discard(response)
    }
  }

  /** Shows the registry at once what it asked for in an answer to a ping. */
  async #enter(visit: Visit): Promise<Visit> {
    // At once, so that all who come while a token is not there yet get one for all.
    this.#scopeFor(visit)
    visit.headers = this.#options.credentials.headers(visit.url, visit.access.repository.name)
    const credential = await this.#credentialFor(visit)
    if (credential?.kind !== 'registry-token') visit.challenges = await this.#ping(visit)
    await this.#grant(visit)
    return visit
  }

  #ping({ url, headers }: Visit): Promise<readonly Challenge[]> {
    const { origin } = url
    const known = this.#pings.get(origin)
    if (known !== undefined) return known
    const request: Request = {
      method: 'GET',
      url: new URL('/v2/', url),
      accept: PING_ANSWERS,
      secrets: (hop) => (hop.origin === origin ? headers : undefined),
    }
    const ping = this.#options.http.send(request, this.#options.signal).then(async (response) => {
      await discard(response)
      // What another place asks for is nothing that this one could be shown.
      return response.status === 401 && response.url.origin === origin ? challengesOf(response) : []
    })
    this.#pings.set(origin, ping)
    ping.catch(() => this.#pings.delete(origin))
    return ping
  }

  /** Whether there is something better to show than what was just refused. */
  async #improve(visit: Visit, response: Response): Promise<boolean> {
    const challenges = challengesOf(response)
    if (challenges.length > 0) visit.challenges = challenges
    if (response.status === 403 && !challenges.some(isScopeTooNarrow)) return false
    if (visit.authorization === undefined) {
      // A registry that shows its ping to everybody asks here for the first time.
      if (visit.isHome) this.#pings.set(visit.url.origin, Promise.resolve(challenges))
      return visit.once('answer') && (await this.#grant(visit))
    }
    if (visit.token !== undefined) return this.#improveToken(visit, challenges)
    if (visit.isPush || !visit.once('anonymous')) return false
    this.#refuse(visit)
    await this.#grant(visit)
    return true
  }

  async #improveToken(visit: Visit, challenges: readonly Challenge[]): Promise<boolean> {
    const { token } = visit
    if (token === undefined) return false
    const wanted = scopeAskedFor(challenges)
    if (!covers(token.scope, wanted) && visit.once('widen')) {
      const place = placeOf(visit)
      this.#scopes.set(place, joinScopes(this.#scopes.get(place) ?? token.scope, wanted))
      return this.#grant(visit)
    }
    // What was asked for and not given will not be given when it is asked for again.
    if (challenges.some(isScopeTooNarrow) || !visit.once('renew')) return false
    await this.#tokens.drop(token.key, token.text)
    return this.#grant(visit)
  }

  /** Decides what is shown from now on; false when there is nothing to show. */
  async #grant(visit: Visit): Promise<boolean> {
    const credential = await this.#credentialFor(visit)
    visit.credential = credential
    visit.token = undefined
    visit.authorization = undefined
    if (credential?.kind === 'registry-token') visit.authorization = `Bearer ${credential.token}`
    else await this.#answer(visit, credential)
    return visit.authorization !== undefined
  }

  /** Answers the first challenge that can be answered with what we have. */
  async #answer(visit: Visit, credential: TokenRequest['credential']): Promise<void> {
    for (const { scheme, parameters } of visit.challenges) {
      const realm = parameters.get('realm')
      if (scheme === 'basic' && credential?.kind === 'basic') {
        visit.authorization = `Basic ${basicToken(credential)}`
        return
      }
      if (scheme === 'bearer' && realm !== undefined) {
        await this.#answerBearer(visit, realm, parameters, credential)
        return
      }
    }
  }

  async #answerBearer(
    visit: Visit,
    realmText: string,
    parameters: ReadonlyMap<string, string>,
    credential: TokenRequest['credential'],
  ): Promise<void> {
    const realm = await tokenRealm(realmText, visit.url, this.#options.http)
    const service = parameters.get('service')
    const { answer, scope, key } = await this.#tokenFor(visit, { realm, service, credential })
    if (answer.kind === 'token') {
      visit.authorization = `Bearer ${answer.token}`
      visit.token = { key, scope, text: answer.token }
      return
    }
    if (credential === undefined || visit.isPush) throw refusedByTokenServer(visit, realm, answer.refusal)
    this.#refuse(visit)
    await this.#grant(visit)
  }

  /** A token for all that was ever needed here, or else, where other repositories are the reason for a no, for this one alone. */
  async #tokenFor(visit: Visit, asked: Omit<TokenRequest, 'scope'>): Promise<GivenToken> {
    const place = placeOf(visit)
    const scope = this.#scopeFor(visit)
    const given = await this.#tokenOf(visit, { ...asked, scope })
    if (given.answer.kind === 'token' || scope.size === 1) return given
    const own = new Map([...scope].slice(0, 1))
    const alone = await this.#tokenOf(visit, { ...asked, scope: own })
    if (alone.answer.kind === 'refused') return given
    this.#alone.add(place)
    this.#scopes.set(place, own)
    return alone
  }

  async #tokenOf(visit: Visit, request: TokenRequest): Promise<GivenToken> {
    const { realm, service, credential, scope } = request
    const key = { origin: visit.url.origin, realm: realm.href, service, credential, scope: printScope(scope) }
    const answer = await this.#tokens.get(key, () => fetchToken(request, this.#options))
    return { answer, scope, key }
  }

  /** What this request and all before it at the same place need. Elsewhere, what the challenge says. */
  #scopeFor(visit: Visit): Scope {
    const { repository, actions, alsoPull } = visit.access
    if (!visit.isHome) return foreignScope(visit)
    const place = placeOf(visit)
    const own = scopeOf(repository, actions, this.#alone.has(place) ? [] : alsoPull)
    const scope = joinScopes(this.#scopes.get(place) ?? new Map(), own)
    this.#scopes.set(place, scope)
    return scope
  }

  async #credentialFor(visit: Visit): Promise<Credential | undefined> {
    const { credentials } = this.#options
    if (!visit.isHome && !mayShowOwn(visit)) return undefined
    const credential = await credentials.find(visit.url, visit.isHome ? visit.access.repository.name : '')
    if (credential === undefined || visit.isPush || !this.#refused.has(credential)) return credential
    visit.refused = credential
    return undefined
  }

  /** From now on reads without the credential that was not taken, and says so. */
  #refuse(visit: Visit): void {
    const { credential, url, access } = visit
    visit.refused = credential
    if (credential === undefined || this.#refused.has(credential)) return
    this.#refused.add(credential)
    const where = registryName(url)
    this.#options.report({
      rule: 'credentials-refused',
      severity: 'warning',
      message: `${where} does not take the credentials of ${credential.from}; ${printRepository(access.repository)} is read without`,
      place: { file: credential.from },
      fix: loginHint(where),
    })
  }

  async #giveUp(visit: Visit, response: Response, request: Request): Promise<Response> {
    if (request.accept?.includes(response.status)) return response
    const refusal = await readRefusal(response, DEFAULT_LIMITS)
    throw refusedByRegistry(visit, response, { ...refusal, text: this.#options.secrets.scrub(refusal.text) })
  }
}

interface GivenToken {
  readonly answer: TokenAnswer
  readonly scope: Scope
  readonly key: TokenKey
}

type Headers = Readonly<Record<string, string>> | undefined

function shownAt(visit: Visit | undefined): Headers {
  if (visit?.authorization === undefined) return visit?.headers
  return { ...visit.headers, authorization: visit.authorization }
}

function challengesOf({ headers }: Response): readonly Challenge[] {
  return parseChallenges(headers.get('www-authenticate') ?? '')
}

/** Where needs are gathered: a repository as one registry has it. */
function placeOf({ url, access }: Visit): string {
  return `${url.origin} ${access.repository.name}`
}

/** Another place's own credentials are for reading there; a registry must not make us write with them. */
function mayShowOwn({ method, url }: Visit): boolean {
  return (method === 'GET' || method === 'HEAD') && (url.protocol === 'https:' || isLoopbackHost(hostOf(url)))
}

function scopeAskedFor(challenges: readonly Challenge[]): Scope {
  return parseScope(challenges.find(({ scheme }) => scheme === 'bearer')?.parameters.get('scope'))
}

function foreignScope({ challenges, access }: Visit): Scope {
  const wanted = scopeAskedFor(challenges)
  return wanted.size > 0 ? wanted : scopeOf(access.repository, 'pull')
}
