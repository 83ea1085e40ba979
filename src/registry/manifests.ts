import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import type { Response } from '../http/message.js'
import { digestOf, parseDigest, type Digest } from '../oci/digest.js'
import type { Descriptor } from '../oci/image.js'
import { MANIFEST_TYPES } from '../oci/media-type.js'
import type { Reference } from '../oci/reference.js'
import { readRefusal, refusalError, tooLarge } from './answers.js'
import { knownTypeOf, manifestTypeOf } from './manifest-type.js'
import type { Call, RepositoryClient } from './registry-client.js'

/** A tag, or a digest. */
export type Selector = Reference['selector']

/** A manifest or index as a registry has it. */
export interface FoundManifest {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

const ACCEPT = MANIFEST_TYPES.join(', ')

/**
 * The manifest that a tag or digest stands for; undefined when the registry has none. Its digest is that of its bytes,
 * whatever the registry says. What looks as if it was damaged on the way is asked for once more.
 *
 * @throws CnbError E_DIGEST, E_OCI_LIMIT, E_MEDIATYPE_CONFUSION, E_REGISTRY_REFUSED, those of groups "Network" and "Credentials"
 */
export async function getManifest(
  remote: RepositoryClient,
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<FoundManifest | undefined> {
  const asked = selector.kind === 'digest' ? selector.digest : undefined
  const fetched = await fetchManifest(remote, selector, signal)
  const wanted = asked ?? fetched?.claimed
  if (fetched === undefined || wanted === undefined || fetched.isOf(wanted)) return fetched?.manifest(asked)
  const again = await fetchManifest(remote, { kind: 'digest', digest: wanted }, signal)
  if (again?.isOf(wanted) === true) return again.manifest(asked)
  if (asked !== undefined) throw (again ?? fetched).error(asked)
  remote.warn('registry-digest', fetched.error(wanted).message)
  return fetched.manifest(undefined)
}

/** A manifest as it came, before anything of it is believed. */
class Fetched {
  readonly #remote: RepositoryClient
  readonly #name: string
  readonly #headers: Response['headers']
  readonly #bytes: Uint8Array

  constructor(remote: RepositoryClient, name: string, headers: Response['headers'], bytes: Uint8Array) {
    this.#remote = remote
    this.#name = name
    this.#headers = headers
    this.#bytes = bytes
  }

  /** The digest that the registry says it has. */
  get claimed(): Digest | undefined {
    return digestIn(this.#headers)
  }

  isOf(digest: Digest): boolean {
    return digestOf(this.#bytes, digest) === digest
  }

  /** @param asked the digest that was asked for */
  manifest(asked: Digest | undefined): FoundManifest {
    const digest = asked ?? digestOf(this.#bytes)
    const options = { file: this.#name, limits: this.#remote.limits }
    const mediaType = manifestTypeOf(this.#headers.get('content-type'), this.#bytes, options)
    const size = this.#bytes.length
    return { bytes: this.#bytes, descriptor: { mediaType, digest, size } }
  }

  error(wanted: Digest): CnbError {
    const actual = digestOf(this.#bytes, wanted)
    return new CnbError('E_DIGEST', `${this.#name} should be ${wanted}, but what was sent has digest ${actual}`, {
      place: { file: this.#name },
      value: actual,
    })
  }
}

async function fetchManifest(
  remote: RepositoryClient,
  selector: Selector,
  signal: AbortSignal | undefined,
): Promise<Fetched | undefined> {
  const { limits } = remote
  const name = remote.nameOf(textOf(selector))
  const { response, bytes } = await remote.read(question('GET', selector), limits.jsonBytes, signal)
  if (response.status === 404) {
    await discard(response)
    return undefined
  }
  if (response.status !== 200) throw refusalError(await readRefusal(response, limits), `reading ${name}`)
  if (bytes === undefined) throw tooLarge(name, limits.jsonBytes)
  return new Fetched(remote, name, response.headers, bytes)
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
    const response = await remote.send(question('HEAD', selector), signal)
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

function question(method: 'GET' | 'HEAD', selector: Selector): Call {
  return { method, to: `manifests/${textOf(selector)}`, headers: { accept: ACCEPT } }
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
