import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import { HttpError } from '../http/failure.js'
import type { Response } from '../http/message.js'
import { digestOf, parseDigest, type Digest } from '../oci/digest.js'
import type { Descriptor } from '../oci/image.js'
import { MANIFEST_TYPES } from '../oci/media-type.js'
import type { Reference } from '../oci/reference.js'
import { readBody, readRefusal, refusalError } from './answers.js'
import { knownTypeOf, manifestTypeOf } from './manifest-type.js'
import type { RepositoryClient } from './registry-client.js'

/** A tag, or a digest. */
export type Selector = Reference['selector']

/** A manifest or index as a registry has it. */
export interface FoundManifest {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  /** By which the registry knows this version of a tag again. */
  readonly etag?: string | undefined
}

/** How often a manifest that is cut is read. */
const READS = 5

const ACCEPT = MANIFEST_TYPES.join(', ')

/**
 * The manifest that a tag or digest stands for; undefined when the registry has none. Its digest is that of its bytes,
 * whatever the registry says.
 *
 * @throws CnbError E_DIGEST, E_OCI_LIMIT, E_MEDIATYPE_CONFUSION, E_REGISTRY_REFUSED, those of groups "Network" and "Credentials"
 */
export async function getManifest(
  remote: RepositoryClient,
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<FoundManifest | undefined> {
  try {
    return await fetchManifest(remote, selector, signal)
  } catch (error) {
    // One byte may have been turned over on the way, so what is damaged is asked for once more.
    if (!(error instanceof CnbError) || error.code !== 'E_DIGEST') throw error
    return fetchManifest(remote, selector, signal)
  }
}

async function fetchManifest(
  remote: RepositoryClient,
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<FoundManifest | undefined> {
  const found = await fetchBytes(remote, selector, signal)
  if (found === undefined) return undefined
  const { response, bytes } = found
  const { limits } = remote
  const file = remote.nameOf(textOf(selector))
  const digest = checkDigest(remote, selector, bytes, response)
  const mediaType = manifestTypeOf(response.headers.get('content-type'), bytes, { file, limits })
  return { bytes, descriptor: { mediaType, digest, size: bytes.length }, etag: response.headers.get('etag') }
}

/** The bytes of a manifest, whatever they are. One that is cut is asked for again as a whole: a tag may have moved. */
async function fetchBytes(
  remote: RepositoryClient,
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<{ readonly response: Response; readonly bytes: Uint8Array } | undefined> {
  const { limits } = remote
  const file = remote.nameOf(textOf(selector))
  for (let attempt = 1; ; attempt++) {
    const response = await ask(remote, 'GET', selector, signal)
    if (response.status === 404) {
      await discard(response)
      return undefined
    }
    if (response.status !== 200) throw refusalError(await readRefusal(response, limits), `reading ${file}`)
    try {
      const bytes = await readBody(response, limits.jsonBytes)
      if (bytes === undefined) throw tooLarge(file, limits.jsonBytes)
      return { response, bytes }
    } catch (error) {
      if (!(error instanceof HttpError) || attempt === READS) throw error
      await remote.pause(attempt, signal)
    }
  }
}

/**
 * What a tag or digest stands for, without its bytes where the registry can say so; undefined when it has none.
 *
 * @throws CnbError those of `getManifest`
 */
export async function describeManifest(
  remote: RepositoryClient,
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<Descriptor | undefined> {
  const { answersHead } = remote.facts
  if (answersHead.manifests !== false) {
    const response = await ask(remote, 'HEAD', selector, signal)
    await discard(response)
    const described = response.status === 200 ? descriptorOf(response) : undefined
    if (described !== undefined) {
      answersHead.manifests = true
      return described
    }
    if (response.status === 404 && answersHead.manifests === true) return undefined
  }
  // Some registries answer no HEAD, or one that says nothing, or 404 to all of them.
  const found = await getManifest(remote, selector, signal)
  if (found !== undefined) answersHead.manifests = false
  return found?.descriptor
}

/** What the head of an answer says of a manifest; undefined unless it says everything. */
function descriptorOf({ headers }: Response): Descriptor | undefined {
  const mediaType = knownTypeOf(headers.get('content-type'))
  const digest = digestIn(headers)
  const size = Number(headers.get('content-length') ?? Number.NaN)
  if (mediaType === undefined || digest === undefined || !Number.isSafeInteger(size)) return undefined
  return { mediaType, digest, size }
}

/** What `docker-content-digest` says; undefined when it says no digest. */
export function digestIn(headers: ReadonlyMap<string, string>): Digest | undefined {
  try {
    return parseDigest(headers.get('docker-content-digest') ?? '')
  } catch {
    return undefined
  }
}

/** How a selector is written in an address. */
export function textOf(selector: Selector): string {
  return selector.kind === 'tag' ? selector.tag : selector.digest
}

function ask(
  remote: RepositoryClient,
  method: 'GET' | 'HEAD',
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return remote.send({ method, to: `manifests/${textOf(selector)}`, headers: { accept: ACCEPT } }, signal)
}

/** The digest of what came. One that was asked for must be it; one that is only claimed may be wrong. */
function checkDigest(remote: RepositoryClient, selector: Selector, bytes: Uint8Array, { headers }: Response): Digest {
  const name = remote.nameOf(textOf(selector))
  const wanted = selector.kind === 'digest' ? selector.digest : undefined
  const digest = digestOf(bytes, wanted)
  if (wanted !== undefined && digest !== wanted) {
    throw new CnbError('E_DIGEST', `${name} was sent with other content, whose digest is ${digest}`, {
      place: { file: name },
      value: digest,
    })
  }
  const claimed = digestIn(headers)
  if (claimed !== undefined && digestOf(bytes, claimed) !== claimed) {
    remote.warn('registry-digest', `the registry says that ${name} is ${claimed}, but what it sent is ${digest}`)
  }
  return digest
}

function tooLarge(file: string, limit: number): CnbError {
  return new CnbError('E_OCI_LIMIT', `${file} has more than ${limit} bytes`, {
    place: { file },
    hint: 'lift the limit with --limit jsonBytes=NUMBER',
  })
}

/**
 * Removes a tag, and nothing but the tag.
 *
 * @throws CnbError E_REGISTRY_REFUSED where the registry cannot do that, those of groups "Network" and "Credentials"
 */
export async function deleteTag(remote: RepositoryClient, tag: string, signal: AbortSignal | undefined): Promise<void> {
  const response = await remote.send({ method: 'DELETE', to: `manifests/${tag}` }, signal)
  if (response.status < 300 || response.status === 404) await discard(response)
  else throw refusalError(await readRefusal(response, remote.limits), `removing ${remote.nameOf(tag)}`)
}
