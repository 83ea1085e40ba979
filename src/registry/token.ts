import { Readable } from 'node:stream'
import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import type { Request, Response } from '../http/message.js'
import type { Sender } from './sender.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { encodeUtf8 } from '../bytes.js'
import type { SecretSet } from '../secrets.js'
import { readBody, readRefusal, type Refusal } from './answers.js'
import { basicToken, type Credential, TOKEN_USER } from './credential.js'
import { decodeTokenResponse } from './token-response.js'
import { printScope, type Scope } from './token-scope.js'

/** What a token server is asked for. */
export interface TokenRequest {
  readonly realm: URL
  readonly service: string | undefined
  readonly scope: Scope
  /** Nobody in particular without. */
  readonly credential: Exclude<Credential, { kind: 'registry-token' }> | undefined
}

/** What a token server said to that. */
export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string; /** Seconds. */ readonly lifetime: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** Bytes of an answer that are read. */
const LARGEST_ANSWER = 128 * 1024
/** What a token server refuses with; everything else is a failure, or is tried again. */
const REFUSALS = [400, 401, 403, 404, 405, 414, 422, 431]
/** Servers that know passwords only. */
const NO_OAUTH = new Set([404, 405])

/**
 * Asks for a token. An identity token is exchanged by OAuth2, and shown as a password where the server does not know that.
 *
 * @throws CnbError E_AUTH when the server answers with something that is not a token, E_REALM when it redirects where it must not
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export async function fetchToken(
  request: TokenRequest,
  { http, secrets, signal }: { http: Sender; secrets: SecretSet; signal?: AbortSignal | undefined },
): Promise<TokenAnswer> {
  const { realm, credential } = request
  const response = await ask(http, request, signal).catch((error: unknown) => {
    if (!(error instanceof CnbError) || error.code !== 'E_REDIRECT') throw error
    throw new CnbError('E_REALM', `the token server ${realm.host} sends us where it must not`, { cause: error })
  })
  if (response.status >= 300) {
    const refusal = await readRefusal(response, DEFAULT_LIMITS)
    return { kind: 'refused', refusal: { ...refusal, text: secrets.scrub(refusal.text) } }
  }
  const body = await readBody(response, LARGEST_ANSWER)
  const answer = body === undefined ? `more than ${LARGEST_ANSWER} bytes` : decodeTokenResponse(body)
  if (typeof answer === 'string') {
    const whose = credential === undefined ? '' : `, asked with the credentials of ${credential.from},`
    throw new CnbError('E_AUTH', `the token server ${realm.host}${whose} answered with ${answer}`)
  }
  secrets.add(answer.token)
  if (answer.refreshToken !== undefined) secrets.add(answer.refreshToken)
  return { kind: 'token', token: answer.token, lifetime: answer.lifetime }
}

async function ask(http: Sender, request: TokenRequest, signal: AbortSignal | undefined): Promise<Response> {
  const { credential } = request
  if (credential?.kind !== 'identity-token') return http.send(passwordRequest(request, credential), signal)
  const response = await http.send(oauthRequest(request, credential.token), signal)
  if (!NO_OAUTH.has(response.status)) return response
  await discard(response)
  return http.send(passwordRequest(request, { user: TOKEN_USER, password: credential.token }), signal)
}

interface Password {
  readonly user: string
  readonly password: string
}

function passwordRequest({ realm, service, scope }: TokenRequest, login: Password | undefined): Request {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.append('service', service)
  for (const text of printScope(scope)) url.searchParams.append('scope', text)
  const authorization = login && { authorization: `Basic ${basicToken(login)}` }
  return {
    method: 'GET',
    url,
    accept: REFUSALS,
    secrets: ({ origin }) => (origin === realm.origin ? authorization : undefined),
  }
}

/** The identity token is in the body, so a redirect must not take that elsewhere. */
function oauthRequest({ realm, service, scope }: TokenRequest, identityToken: string): Request {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: identityToken, client_id: 'trowel' })
  if (service !== undefined) form.set('service', service)
  if (scope.size > 0) form.set('scope', printScope(scope).join(' '))
  const bytes = encodeUtf8(form.toString())
  return {
    method: 'POST',
    url: realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    secrets: ({ host, origin }) => {
      if (origin === realm.origin) return undefined
      throw new CnbError('E_REALM', `the token server ${realm.host} wants the identity token to be sent to ${host}`)
    },
    body: { size: bytes.length, open: (offset = 0) => Readable.from([bytes.subarray(offset)]) },
    idempotent: true,
    accept: REFUSALS,
  }
}
