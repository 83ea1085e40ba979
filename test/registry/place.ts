import { onTestFinished } from 'vitest'
import type { Exchange } from '../support/registry/exchange.js'
import { type Registry, type RegistryOptions, startRegistry } from '../support/registry/registry.js'
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../support/registry/token-server.js'
import { aClient, type Client, type ClientAccess } from './authorized.js'

export const PASSWORD = 'CANARY-password'
export const IDENTITY = 'CANARY-identity'
const users = { me: PASSWORD }
const secrets = { password: PASSWORD, identity: IDENTITY }

/** A registry, its token server, and somebody who wants something of them. */
export interface Place {
  readonly registry: Registry
  readonly tokens: TokenServer
  readonly client: Client
  readonly pull: (name: string, access?: Partial<ClientAccess>) => Promise<number>
  readonly push: (name: string, access?: Partial<ClientAccess>) => Promise<number>
  /** `GET /v2/a/tags/list 401`, for the registry; `GET repository:a:pull 200` for the token server; in the order of each. */
  readonly said: Readonly<Record<'registry' | 'tokens', () => string[]>>
}

/** What is special about a place. */
export interface PlaceOptions {
  readonly tokens?: TokenServerOptions
  readonly challenge?: (right: string) => string | readonly string[] | undefined
  readonly realm?: string
  /** Answers in the place of the registry, when it returns true. */
  readonly intercept?: (exchange: Exchange, challenge: string) => boolean
  readonly auth?: RegistryOptions['auth']
  /** What docker's configuration says of the registry; nothing when not given. */
  readonly entry?: unknown
}

/** A registry that wants tokens, with a repository `a` that has a tag `1`. It ends with the test. */
export async function aPlace({
  tokens: tokenOptions,
  challenge,
  realm,
  intercept,
  auth,
  entry,
}: PlaceOptions = {}): Promise<Place> {
  const tokens = await startTokenServer({ users, identityTokens: { [IDENTITY]: 'me' }, secrets, ...tokenOptions })
  onTestFinished(() => tokens.close())
  const registry = await startRegistry({
    secrets,
    auth: auth ?? { kind: 'bearer', tokens, ...(challenge && { challenge }), ...(realm !== undefined && { realm }) },
    intercept: (exchange) => intercept?.(exchange, `Bearer realm="${tokens.realm}",service="registry.test"`) ?? false,
  })
  onTestFinished(() => registry.close())
  registry.putManifest('a', Buffer.from('{"schemaVersion":2}'), 'application/vnd.oci.image.manifest.v1+json', '1')
  const client = aClient(entry === undefined ? {} : { auths: { [registry.host]: entry } })
  const call = async (method: 'GET' | 'POST', name: string, access: Partial<ClientAccess>): Promise<number> => {
    const url = `${registry.url}/v2/${name}/${method === 'GET' ? 'manifests/1' : 'blobs/uploads/'}`
    const answer = await client.ask({ method, url, accept: [404] }, { name, ...access })
    return answer.status
  }
  return {
    registry,
    tokens,
    client,
    pull: (name, access = {}) => call('GET', name, access),
    push: (name, access = {}) => call('POST', name, { actions: 'pull,push', ...access }),
    said: {
      registry: () => registry.requests.splice(0).map(({ method, path, status }) => `${method} ${path} ${status}`),
      tokens: () =>
        tokens.requests.splice(0).map(({ method, path, status }) => {
          const scopes = new URL(path, 'http://x').searchParams.getAll('scope')
          return `${method} ${scopes.join(' ')} ${status}`
        }),
    },
  }
}

/** Docker's configuration knows the password of `me`. */
export const withPassword = { entry: { username: 'me', password: PASSWORD } }

/** Answers 401. */
export function refuse(exchange: Exchange, challenge: string): true {
  exchange.fail(401, 'UNAUTHORIZED', 'no', { 'www-authenticate': challenge })
  return true
}
