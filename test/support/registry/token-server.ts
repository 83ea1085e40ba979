import { createHash, createPublicKey, generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto'
import type { Exchange, LoggedRequest } from './exchange.js'
import { startServer, type TlsOptions } from './server.js'

/** What a token allows: actions by repository, such as `{ 'acme/app': ['pull', 'push'] }`. */
export type Access = ReadonlyMap<string, ReadonlySet<string>>

export interface TokenServerOptions {
  /** Passwords by user. */
  readonly users?: Readonly<Record<string, string>>
  /** Users by identity token, as `docker login` keeps them. */
  readonly identityTokens?: Readonly<Record<string, string>>
  /** What somebody without credentials may do; `pull` when not given. */
  readonly anonymous?: readonly string[]
  /** What a user may do, of what was asked for; everything when not given. */
  readonly grant?: (user: string | undefined, repository: string, actions: readonly string[]) => readonly string[]
  /** Seconds a token lives; 300. */
  readonly lifetime?: number
  /** What `expires_in` says instead; undefined leaves it out. */
  readonly toldLifetime?: () => number | undefined
  /** Seconds since 1970. */
  readonly now?: () => number
  /** The field of the answer; both when not given. */
  readonly field?: 'token' | 'access_token'
  /** Answer to POST; it is understood when not given. */
  readonly postStatus?: 404 | 405
  /** A refresh token comes with every answer to a user. */
  readonly refreshTokens?: boolean
  /** RSA is what distribution 2.8 understands with a certificate; ES256 when not given. */
  readonly algorithm?: 'ES256' | 'RS256'
  /** Instead of a key of its own, with the certificate that goes into the head of every token, in base64 of its DER. */
  readonly signing?: { readonly key: KeyObject; readonly certificate: string }
  readonly issuer?: string
  readonly tls?: TlsOptions
  /** By name, to be found in what arrives. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Answers a request before anything else does; true when it did. */
  readonly intercept?: (exchange: Exchange) => boolean | Promise<boolean>
}

export interface TokenServer {
  readonly host: string
  /** The realm of a challenge. */
  readonly realm: string
  readonly issuer: string
  readonly requests: LoggedRequest[]
  /** The public key as a JWK, with the `kid` of the tokens. */
  readonly jwk: object
  /** Every token handed out so far. */
  readonly issued: string[]
  /** What a token allows for `service`; undefined when it is none, or is too old. */
  accessOf(token: string, service: string): Access | undefined
  /** Makes every token handed out so far worthless. */
  revokeAll(): void
  close(): Promise<void>
}

interface Claims {
  readonly iss: string
  readonly aud: string
  readonly exp: number
  readonly jti: string
  readonly access: readonly { readonly type: string; readonly name: string; readonly actions: readonly string[] }[]
}

/** Starts a server of tokens as the distribution project describes it: GET with Basic, and OAuth2 by POST. */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const { algorithm = 'ES256', issuer = 'test-issuer', now = () => Math.floor(Date.now() / 1000) } = options
  const { lifetime = 300, users = {}, identityTokens = {} } = options
  const privateKey = options.signing?.key ?? newKey(algorithm)
  const publicKey = createPublicKey(privateKey)
  const jwkOnly = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  const issued: string[] = []
  const revoked = new Set<string>()
  const refresh = new Map<string, string>(Object.entries(identityTokens))

  function tokenFor(user: string | undefined, service: string, scopes: readonly string[]): string {
    const claims: Claims & Record<string, unknown> = {
      iss: issuer,
      sub: user ?? '',
      aud: service,
      exp: now() + lifetime,
      nbf: now() - 10,
      iat: now() - 10,
      jti: randomUUID(),
      access: scopes.flatMap((scope) => {
        const match = /^([a-z]+)(?:\([a-z]+\))?:(.+):([a-z*,]+)$/.exec(scope)
        if (match === null) return []
        const [, type = '', name = '', asked = ''] = match
        const actions = allowed(user, name, asked.split(','))
        return actions.length === 0 ? [] : [{ type, name, actions }]
      }),
    }
    const x5c = options.signing === undefined ? {} : { x5c: [options.signing.certificate] }
    const head = encode({ typ: 'JWT', alg: algorithm, kid, ...x5c })
    const body = `${head}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const token = `${body}.${signature.toString('base64url')}`
    issued.push(token)
    return token
  }

  function allowed(user: string | undefined, name: string, actions: readonly string[]): readonly string[] {
    const { anonymous = ['pull'], grant } = options
    if (grant !== undefined) return grant(user, name, actions)
    return user === undefined ? actions.filter((action) => anonymous.includes(action)) : actions
  }

  function answer(exchange: Exchange, user: string | undefined, service: string, scopes: readonly string[]): void {
    const { field, toldLifetime, refreshTokens } = options
    const token = tokenFor(user, service, scopes)
    const told = toldLifetime === undefined ? lifetime : toldLifetime()
    const refreshToken = refreshTokens === true && user !== undefined ? `refresh-${randomUUID()}` : undefined
    if (refreshToken !== undefined && user !== undefined) refresh.set(refreshToken, user)
    exchange.json(200, {
      ...(field === 'access_token' ? {} : { token }),
      ...(field === 'token' ? {} : { access_token: token }),
      ...(told === undefined ? {} : { expires_in: told }),
      issued_at: new Date((now() - 1) * 1000).toISOString(),
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    })
  }

  function answerGet(exchange: Exchange): void {
    const query = exchange.url.searchParams
    const authorization = exchange.header('authorization')
    const user = authorization === undefined ? undefined : userOfBasic(authorization, users)
    if (authorization !== undefined && user === undefined) exchange.fail(401, 'UNAUTHORIZED', 'wrong user or password')
    else answer(exchange, user, query.get('service') ?? '', scopesOf(query))
  }

  async function answerPost(exchange: Exchange): Promise<void> {
    if (options.postStatus !== undefined) {
      exchange.fail(options.postStatus, 'UNSUPPORTED')
      return
    }
    const form = new URLSearchParams(String(await exchange.bodyUpTo(64 * 1024)))
    const isPassword = form.get('grant_type') === 'password'
    const name = form.get('username') ?? ''
    const user = isPassword
      ? users[name] === form.get('password')
        ? name
        : undefined
      : refresh.get(form.get('refresh_token') ?? '')
    if (user === undefined) exchange.json(401, { error: 'invalid_grant' })
    else answer(exchange, user, form.get('service') ?? '', scopesOf(form))
  }

  const server = await startServer(
    async (exchange) => {
      if ((await options.intercept?.(exchange)) === true) return
      if (exchange.url.pathname !== '/token') exchange.reply(404)
      else if (exchange.method === 'GET') answerGet(exchange)
      else if (exchange.method === 'POST') await answerPost(exchange)
      else exchange.reply(405)
    },
    { tls: options.tls, secrets: options.secrets },
  )

  return {
    host: server.host,
    realm: `${server.url}/token`,
    issuer,
    requests: server.requests,
    jwk: { ...jwkOnly, kid, alg: algorithm, use: 'sig' },
    issued,
    accessOf(token, service) {
      const [head = '', body = '', signature = ''] = token.split('.')
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims
      if (claims.aud !== service || claims.exp <= now() || revoked.has(token)) return undefined
      return new Map(claims.access.map(({ name, actions }) => [name, new Set(actions)]))
    },
    revokeAll: () => issued.forEach((token) => revoked.add(token)),
    close: () => server.close(),
  }
}

/** The user whose name and password a Basic header holds. */
export function userOfBasic(header: string, users: Readonly<Record<string, string>>): string | undefined {
  const match = /^basic +(\S+)$/i.exec(header)
  const text = Buffer.from(match?.[1] ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const user = text.slice(0, colon)
  return colon > 0 && Object.hasOwn(users, user) && users[user] === text.slice(colon + 1) ? user : undefined
}

/** Scopes come as several parameters, or as one with spaces between them. */
function scopesOf(parameters: URLSearchParams): readonly string[] {
  return parameters.getAll('scope').flatMap((scope) => scope.split(' '))
}

function newKey(algorithm: 'ES256' | 'RS256'): KeyObject {
  return algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
