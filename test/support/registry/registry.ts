import { isAllowed, type Auth } from './auth.js'
import { answerBlob } from './blobs.js'
import type { Exchange, LoggedRequest } from './exchange.js'
import { answerReferrers, answerTags } from './lists.js'
import { answerManifest } from './manifests.js'
import type { Quirks } from './quirks.js'
import { startServer, type TlsOptions } from './server.js'
import { digestLike, RegistryState, type StoredManifest } from './state.js'
import { continueUpload, openUpload } from './uploads.js'

export interface RegistryOptions {
  readonly auth?: Auth
  /** Kept by the registry as it is given, so that a test can change it on the way. */
  readonly quirks?: Quirks
  readonly tls?: TlsOptions
  /** Where blobs are kept; in memory when not given. */
  readonly directory?: string
  /** A loopback address; 127.0.0.1. */
  readonly address?: string
  readonly port?: number
  /** By name, to be found in what arrives. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Answers a request before anything else does; true when it did. */
  readonly intercept?: (exchange: Exchange) => boolean | Promise<boolean>
}

export interface Registry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  readonly url: string
  readonly quirks: Quirks
  /** Everything that was asked, in the order in which it began. Empty it with `splice(0)`. */
  readonly requests: LoggedRequest[]
  /** The bytes of a blob. */
  blob(repository: string, digest: string): Promise<Buffer | undefined>
  hasBlob(repository: string, digest: string): boolean
  /** The manifest under a tag or a digest. */
  manifest(repository: string, selector: string): (StoredManifest & { readonly digest: string }) | undefined
  /** Tag to digest. */
  tags(repository: string): ReadonlyMap<string, string>
  /** Uploads that were neither finished nor ended. */
  openUploads(): number
  putBlob(repository: string, bytes: Uint8Array): Promise<string>
  /** Puts a manifest without looking at it, under a tag or under its digest. */
  putManifest(repository: string, bytes: Uint8Array, mediaType: string, tag?: string): string
  /** What can be read from it, as text: repositories with their tags, manifests and blobs. */
  state(): string
  close(): Promise<void>
}

/** Starts an empty registry of the distribution specification 1.1 on the loopback. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const { auth, quirks = {}, directory, intercept, tls, address, port, secrets } = options
  const state = new RegistryState(quirks, directory)
  const server = await startServer(
    async (exchange) => {
      exchange.always = {
        'docker-distribution-api-version': 'registry/2.0',
        ...rateLimitHeaders(quirks),
        ...quirks.headers,
      }
      if ((await intercept?.(exchange)) !== true) await answer(state, auth, exchange)
    },
    { tls, address, port, secrets },
  )
  return {
    host: server.host,
    url: server.url,
    quirks,
    requests: server.requests,
    async blob(repository, digest) {
      const chunks = await state.blob(repository, digest)?.content.read().toArray()
      return chunks === undefined ? undefined : Buffer.concat(chunks as Buffer[])
    },
    hasBlob: (repository, digest) => state.blob(repository, digest) !== undefined,
    manifest: (repository, selector) => state.manifest(repository, selector),
    tags: (repository) => state.repositories.get(repository)?.tags ?? new Map(),
    openUploads: () => state.sessions.size,
    async putBlob(repository, bytes) {
      const digest = digestLike('sha256:', bytes)
      const content = state.newContent()
      await content.append(bytes)
      state.addBlob(repository, digest, content)
      return digest
    },
    putManifest(repository, bytes, mediaType, tag) {
      const digest = digestLike('sha256:', bytes)
      state.repository(repository).manifests.set(digest, { mediaType, bytes: Buffer.from(bytes), late: 0 })
      if (tag !== undefined) state.repository(repository).tags.set(tag, digest)
      return digest
    },
    state: () => textOf(state),
    close: () => server.close(),
  }
}

/** Name, and what is asked of it; a name may hold slashes, so the rest is matched from its end. */
const ROUTE = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)(?:\/([^/]*))?$/
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

async function answer(state: RegistryState, auth: Auth | undefined, exchange: Exchange): Promise<void> {
  const { quirks } = state
  const { pathname } = exchange.url
  if (pathname === '/v2/' || pathname === '/v2') {
    if (isAllowed(auth, undefined, exchange)) exchange.reply(200, { 'content-type': 'application/json' }, '{}')
    return
  }
  const [, name = '', what = '', rest = ''] = ROUTE.exec(pathname) ?? []
  if (!NAME.test(name)) {
    exchange.fail(404, 'NAME_UNKNOWN', 'repository name not known to registry')
    return
  }
  if (!isAllowed(auth, name, exchange)) return
  if (exchange.method === 'HEAD' && typeof quirks.head === 'number') {
    exchange.fail(quirks.head, 'UNSUPPORTED')
    return
  }
  if (quirks.readOnly !== undefined && exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    exchange.fail(quirks.readOnly, 'DENIED', 'this registry is read-only')
    return
  }
  await route(state, { name, what, rest: decodeURIComponent(rest) }, exchange)
}

interface Asked {
  readonly name: string
  readonly what: string
  readonly rest: string
}

async function route(state: RegistryState, { name, what, rest }: Asked, exchange: Exchange): Promise<void> {
  const { method } = exchange
  if (what === 'blobs/uploads' && rest === '') {
    if (method === 'POST') await openUpload(state, name, exchange)
    else exchange.fail(405, 'UNSUPPORTED')
  } else if (what === 'blobs/uploads') await continueUpload(state, name, rest, exchange)
  else if (what === 'blobs') await answerBlob(state, name, rest, exchange)
  else if (what === 'manifests') await answerReference(state, name, rest, exchange)
  else if (what === 'referrers' && method === 'GET') answerReferrers(state, name, rest, exchange)
  else if (what === 'tags' && rest === 'list' && method === 'GET') answerTags(state, name, exchange)
  else exchange.reply(404)
}

async function answerReference(
  state: RegistryState,
  name: string,
  reference: string,
  exchange: Exchange,
): Promise<void> {
  if (TAG.test(reference) || reference.includes(':')) await answerManifest(state, name, reference, exchange)
  else exchange.fail(404, 'MANIFEST_UNKNOWN', 'no such tag can be')
}

function rateLimitHeaders({ rateLimit }: Quirks): Record<string, string> {
  if (rateLimit === undefined) return {}
  const { limit, remaining, windowSeconds } = rateLimit
  return { 'ratelimit-limit': `${limit};w=${windowSeconds}`, 'ratelimit-remaining': `${remaining};w=${windowSeconds}` }
}

function textOf(state: RegistryState): string {
  const lines = [...state.repositories].flatMap(([name, { blobs, manifests, tags }]) => [
    ...[...blobs].map((digest) => `${name} blob ${digest}`),
    ...[...manifests.keys()].map((digest) => `${name} manifest ${digest}`),
    ...[...tags].map(([tag, digest]) => `${name} tag ${tag} ${digest}`),
  ])
  return lines.sort().join('\n')
}
