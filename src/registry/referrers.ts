import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import type { Response } from '../http/message.js'
import { algorithmOf, hexOf, type Digest } from '../oci/digest.js'
import type { Descriptor } from '../oci/image.js'
import { decodeIndex } from '../oci/index-manifest.js'
import { manifestKindOf, OCI_INDEX } from '../oci/media-type.js'
import { readRefusal, refusalError, tooLarge } from './answers.js'
import { getManifest, type FoundManifest } from './manifests.js'
import { pagesOf } from './pages.js'
import type { RepositoryClient } from './registry-client.js'

/** Answers of registries that do not know the endpoint. */
const UNSUPPORTED: ReadonlySet<number> = new Set([400, 404, 405, 501])

/**
 * What refers to a manifest: signatures, attestations, lists of what is in an image. Asks the registry, or reads the tag that
 * stands in for the endpoint where there is none.
 *
 * @throws CnbError E_IMAGE_KIND when the tag holds something else, those of group "Images", E_REGISTRY, E_REGISTRY_REFUSED,
 *   E_REDIRECT, those of groups "Network" and "Credentials"
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export async function referrersOf(
  remote: RepositoryClient,
  subject: Digest,
  signal?: AbortSignal,
): Promise<readonly Descriptor[]> {
  return (await listed(remote, subject, signal)) ?? tagged(remote, subject, signal)
}

/**
 * The tag that lists what refers to `subject`.
 *
 * @see distribution spec, "Referrers Tag Schema"
 * @internal
 */
export function referrersTag(subject: Digest): string {
  return `${algorithmOf(subject).slice(0, 32)}-${hexOf(subject).slice(0, 64)}`
}

/** The index that the stand-in tag holds; undefined when there is no such tag. @throws CnbError E_IMAGE_KIND */
async function readReferrersTag(
  remote: RepositoryClient,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<FoundManifest | undefined> {
  const tag = referrersTag(subject)
  const found = await getManifest(remote, { kind: 'tag', tag }, signal)
  if (found === undefined || manifestKindOf(found.descriptor.mediaType) === 'index') return found
  const name = remote.nameOf(tag)
  throw new CnbError('E_IMAGE_KIND', `${name} should list what refers to ${subject}, but is no index`, {
    place: { file: name },
    value: found.descriptor.mediaType,
  })
}

/** What the endpoint lists; undefined when there is none. */
async function listed(
  remote: RepositoryClient,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = []
  const { limits } = remote
  const file = `what refers to ${remote.nameOf(subject)}`
  const pages = pagesOf(remote, { first: `referrers/${subject}`, limit: limits.jsonBytes }, signal)
  for await (const { response, bytes } of pages) {
    if (UNSUPPORTED.has(response.status) || isHtml(response)) {
      await discard(response)
      return undefined
    }
    if (response.status !== 200) throw refusalError(await readRefusal(response, limits), `listing ${file}`)
    if (bytes === undefined) throw tooLarge(file, limits.jsonBytes)
    found.push(...decodeIndex(bytes, { file, limits, mediaType: OCI_INDEX }))
  }
  return found
}

/** What servers send that do not know the path. */
function isHtml({ headers }: Response): boolean {
  return /^\s*text\/html/i.test(headers.get('content-type') ?? '')
}

async function tagged(
  remote: RepositoryClient,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  const index = await readReferrersTag(remote, subject, signal)
  if (index === undefined) return []
  const { mediaType } = index.descriptor
  return decodeIndex(index.bytes, { file: remote.nameOf(referrersTag(subject)), limits: remote.limits, mediaType })
}
