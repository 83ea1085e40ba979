import type { Exchange } from './exchange.js'
import { userOfBasic, type TokenServer } from './token-server.js'

/** Who may do what. */
export type Auth =
  | {
      readonly kind: 'basic'
      /** Passwords by user. */
      readonly users: Readonly<Record<string, string>>
      readonly realm?: string
      /** GET and HEAD need no credentials. */
      readonly anonymousPull?: boolean
    }
  | {
      readonly kind: 'bearer'
      readonly tokens: TokenServer
      /** `registry.test` when not given. */
      readonly service?: string
      /** Instead of the realm of `tokens` (A-02). */
      readonly realm?: string
      /** GET and HEAD need no token. */
      readonly anonymousPull?: boolean
      /** Instead of the challenge that would be right (R-01). */
      readonly challenge?: (challenge: string) => string | readonly string[] | undefined
    }

/** Whether the request may go on; otherwise it was answered. */
export function isAllowed(auth: Auth | undefined, repository: string | undefined, exchange: Exchange): boolean {
  const isPull = exchange.method === 'GET' || exchange.method === 'HEAD'
  const authorization = exchange.header('authorization')
  if (auth === undefined) return true
  if (auth.anonymousPull === true && isPull && repository !== undefined && authorization === undefined) return true
  if (auth.kind === 'basic') {
    if (userOfBasic(authorization ?? '', auth.users) !== undefined) return true
    const challenge = `Basic realm="${auth.realm ?? 'test realm'}"`
    exchange.fail(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge })
    return false
  }
  const { tokens, service = 'registry.test' } = auth
  const wanted = wantedScopes(repository, exchange)
  const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  const access = token === undefined ? undefined : tokens.accessOf(token, service)
  const isEnough = wanted.every(({ name, actions }) =>
    actions.every((action) => access?.get(name)?.has(action) === true),
  )
  if (access !== undefined && isEnough) return true
  const scope = wanted.map(({ name, actions }) => `repository:${name}:${actions.join(',')}`).join(' ')
  const error =
    token === undefined ? '' : access === undefined ? ',error="invalid_token"' : ',error="insufficient_scope"'
  const right = `Bearer realm="${auth.realm ?? tokens.realm}",service="${service}"${scope === '' ? '' : `,scope="${scope}"`}${error}`
  const challenge = auth.challenge === undefined ? right : auth.challenge(right)
  exchange.fail(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge })
  return false
}

interface WantedScope {
  readonly name: string
  readonly actions: readonly string[]
}

/** As the distribution project asks for them: a mount needs to pull from where it comes. */
function wantedScopes(repository: string | undefined, exchange: Exchange): readonly WantedScope[] {
  if (repository === undefined) return []
  const from = exchange.method === 'POST' ? exchange.url.searchParams.get('from') : null
  const actions = { GET: ['pull'], HEAD: ['pull'], DELETE: ['delete'] }[exchange.method] ?? ['pull', 'push']
  const own: WantedScope = { name: repository, actions }
  return from === null || from === repository ? [own] : [own, { name: from, actions: ['pull'] }]
}
