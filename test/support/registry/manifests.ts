import type { Exchange, Headers } from './exchange.js'
import { digestLike, isDigest, type RegistryState, type StoredManifest } from './state.js'

/** What a manifest may have when nothing else is said, in bytes; the specification asks registries to take at least this. */
const MANIFEST_MAX_LENGTH = 4 * 1024 * 1024

const INDEX_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
])

const IMAGE_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
])

/** A manifest as far as a registry reads it. */
export interface ManifestBody {
  readonly schemaVersion?: number
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: ManifestDescriptor
  readonly layers?: readonly ManifestDescriptor[]
  readonly manifests?: readonly ManifestDescriptor[]
  readonly subject?: ManifestDescriptor
  readonly annotations?: Readonly<Record<string, string>>
}

interface ManifestDescriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly urls?: readonly string[]
}

/** Answers what is asked of `/v2/NAME/manifests/SELECTOR`. */
export async function answerManifest(
  state: RegistryState,
  name: string,
  selector: string,
  exchange: Exchange,
): Promise<void> {
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      sendManifest(state, name, selector, exchange)
      return
    case 'PUT':
      await takeManifest(state, name, selector, exchange)
      return
    case 'DELETE':
      deleteManifest(state, name, selector, exchange)
      return
    default:
      exchange.fail(405, 'UNSUPPORTED')
  }
}

function sendManifest(state: RegistryState, name: string, selector: string, exchange: Exchange): void {
  const { quirks } = state
  const stored = state.manifest(name, selector)
  if (stored === undefined || stored.late-- > 0) {
    exchange.fail(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    return
  }
  const { digest, mediaType, bytes } = stored
  const headers: Headers = {
    'content-type': quirks.contentType === undefined ? mediaType : quirks.contentType(mediaType),
    'docker-content-digest': quirks.contentDigest === undefined ? digest : quirks.contentDigest(digest),
    ...(quirks.noValidators === true ? {} : { etag: `"${digest}"` }),
  }
  if (quirks.noValidators !== true && exchange.header('if-none-match') === `"${digest}"`) {
    exchange.reply(304, { etag: `"${digest}"`, 'docker-content-digest': digest })
  } else if (exchange.method === 'HEAD') {
    exchange.reply(200, { ...headers, 'content-length': quirks.head === 'no-length' ? undefined : bytes.length })
  } else if (takeFromRateLimit(state, exchange)) {
    exchange.reply(200, headers, bytes)
  }
}

/** Uses up one of the pulls that are left; false when there was none, and that was answered. */
function takeFromRateLimit({ quirks }: RegistryState, exchange: Exchange): boolean {
  const { rateLimit } = quirks
  if (rateLimit === undefined) return true
  if (rateLimit.remaining <= 0) {
    const { retryAfter } = rateLimit
    exchange.fail(429, 'TOOMANYREQUESTS', 'you have reached your pull rate limit', { 'retry-after': retryAfter })
    return false
  }
  rateLimit.remaining -= 1
  return true
}

async function takeManifest(state: RegistryState, name: string, selector: string, exchange: Exchange): Promise<void> {
  const { quirks } = state
  const mediaType = (exchange.header('content-type') ?? '').split(';')[0]!.trim()
  const bytes = await exchange.bodyUpTo(quirks.manifestMaxLength ?? MANIFEST_MAX_LENGTH)
  if (bytes === undefined) {
    const status = quirks.manifestTooLargeStatus ?? 413
    exchange.fail(status, status === 413 ? 'SIZE_INVALID' : 'MANIFEST_INVALID', 'http: request body too large')
    return
  }
  const digest = selector.includes(':') ? selector : digestLike('sha256:', bytes)
  const body = parse(bytes)
  if (quirks.believeManifests !== true && !isSound(state, name, { body, bytes, digest, mediaType }, exchange)) return
  const tags = tagsFor(state, selector, exchange)
  const taken = tags.find((tag) => isTaken(state, name, tag, digest))
  if (taken !== undefined) {
    exchange.fail(quirks.immutableTags ?? 400, 'TAG_INVALID', `the tag ${taken} already exists and cannot be moved`)
    return
  }
  store(state, name, { digest, tags, mediaType, bytes })
  const isSubjectUsed = body?.subject !== undefined && quirks.noReferrers === undefined
  exchange.reply(201, {
    location: state.locationOf(`/v2/${name}/manifests/${digest}`, exchange),
    'docker-content-digest': quirks.committedDigest?.(digest) ?? digest,
    'oci-subject': isSubjectUsed ? body.subject?.digest : undefined,
    'oci-tag': selector.includes(':') && tags.length > 0 ? tags : undefined,
  })
}

function tagsFor({ quirks }: RegistryState, selector: string, exchange: Exchange): readonly string[] {
  if (!selector.includes(':')) return [selector]
  return quirks.ignoreTagParameter === true ? [] : exchange.url.searchParams.getAll('tag')
}

function isTaken({ quirks, repositories }: RegistryState, name: string, tag: string, digest: string): boolean {
  const current = repositories.get(name)?.tags.get(tag)
  return quirks.immutableTags !== undefined && current !== undefined && current !== digest
}

interface Pushed {
  readonly digest: string
  readonly tags: readonly string[]
  readonly mediaType: string
  readonly bytes: Buffer
}

function store(state: RegistryState, name: string, { digest, tags, mediaType, bytes }: Pushed): void {
  const repository = state.repository(name)
  const late = state.quirks.manifestsLate ?? 0
  const manifest: StoredManifest = { mediaType, bytes, late }
  if (!repository.manifests.has(digest)) repository.manifests.set(digest, manifest)
  for (const tag of tags) repository.tags.set(tag, digest)
}

interface Candidate {
  readonly body: ManifestBody | undefined
  readonly bytes: Buffer
  readonly digest: string
  readonly mediaType: string
}

/** Whether a manifest is one, is what its name says, and has its blobs here; otherwise this was answered. */
function isSound(state: RegistryState, name: string, candidate: Candidate, exchange: Exchange): boolean {
  const { body, bytes, digest, mediaType } = candidate
  if (!isDigest(digest) || digestLike(digest, bytes) !== digest) {
    exchange.fail(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
    return false
  }
  const isIndex = INDEX_TYPES.has(mediaType)
  const isKnown = isIndex || IMAGE_TYPES.has(mediaType)
  const isShaped = isIndex ? Array.isArray(body?.manifests) : body?.config !== undefined && Array.isArray(body.layers)
  // Docker's types must say what they are, OCI's may.
  const isTyped = body?.mediaType === mediaType || (body?.mediaType === undefined && mediaType.includes('.oci.'))
  if (!isKnown || !isShaped || !isTyped || body?.schemaVersion !== 2) {
    exchange.fail(400, 'MANIFEST_INVALID', 'manifest invalid')
    return false
  }
  const missing = missingOf(state, name, body)
  if (missing !== undefined) {
    exchange.fail(400, 'MANIFEST_BLOB_UNKNOWN', `manifest references a manifest or blob that is unknown: ${missing}`)
    return false
  }
  return true
}

function missingOf(state: RegistryState, name: string, body: ManifestBody): string | undefined {
  const repository = state.repositories.get(name)
  const child = body.manifests?.find(({ digest }) => repository?.manifests.has(digest) !== true)
  if (child !== undefined) return child.digest
  // A layer with urls need not be here.
  const blobs = [body.config, ...(body.layers ?? [])].filter((one) => one !== undefined && one.urls === undefined)
  return blobs.find((one) => isMissing(state, name, one!.digest))?.digest
}

function isMissing(state: RegistryState, name: string, digest: string): boolean {
  const blob = state.blob(name, digest)
  return blob === undefined || blob.late-- > 0
}

function deleteManifest(state: RegistryState, name: string, selector: string, exchange: Exchange): void {
  const repository = state.repositories.get(name)
  const { deleteStatus } = state.quirks
  if (deleteStatus !== undefined) {
    exchange.fail(deleteStatus, 'UNSUPPORTED', 'the operation is unsupported')
  } else if (state.quirks.noTagDelete === true && !isDigest(selector)) {
    exchange.fail(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  } else if (repository?.tags.delete(selector) === true) {
    exchange.reply(202)
  } else if (repository?.manifests.delete(selector) === true) {
    for (const [tag, digest] of repository.tags) if (digest === selector) repository.tags.delete(tag)
    exchange.reply(202)
  } else exchange.fail(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
}

/** The JSON of a manifest; undefined when it is none. */
export function parse(bytes: Buffer): ManifestBody | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as ManifestBody
  } catch {
    return undefined
  }
}
