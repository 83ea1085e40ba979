import { isObject } from '../oci/fields.js'
import type { Json, JsonObject } from '../oci/image.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { CnbError } from '../errors.js'
import { parseJson } from '../oci/json.js'

/** What a token server gave. */
export interface TokenResponse {
  readonly token: string
  /** Seconds, not less than a minute. */
  readonly lifetime: number
  /** Other secrets in the answer. */
  readonly refreshToken: string | undefined
}

/** Seconds that a token is good for when its server says nothing, or less. */
const SHORTEST_LIFE = 60
/** What can stand in a header behind `Bearer`. */
const TOKEN = /^[\x21-\x7e]+$/

/**
 * What the body of a token server's answer says; a text that completes "… answered with" when it is not a token.
 *
 * The clock of the server does not count: the life of a token begins when it arrives, whatever `issued_at` says.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/#token-response-fields
 */
export function decodeTokenResponse(bytes: Uint8Array): TokenResponse | string {
  const document = parse(bytes)
  if (document === undefined) return `${bytes.length} bytes that are not a JSON object`
  // Both name the same thing. `access_token` counts when they differ, as with other clients.
  const token = document.get('access_token') ?? document.get('token')
  if (token === undefined || token === null || token === '') return 'JSON that has no token'
  if (typeof token !== 'string') return 'a token that is not a string'
  if (!TOKEN.test(token)) return 'a token with characters that no token has'
  const refreshToken = document.get('refresh_token')
  const lifetime = document.get('expires_in')
  return {
    token,
    lifetime: typeof lifetime === 'number' ? Math.max(lifetime, SHORTEST_LIFE) : SHORTEST_LIFE,
    refreshToken: typeof refreshToken === 'string' ? refreshToken : undefined,
  }
}

function parse(bytes: Uint8Array): JsonObject | undefined {
  let document: Json
  try {
    document = parseJson(bytes, { file: 'token', limits: DEFAULT_LIMITS })
  } catch (error) {
    // The reason may quote the answer, so it is not passed on.
    if (error instanceof CnbError) return undefined
    throw error
  }
  return isObject(document) ? document : undefined
}
