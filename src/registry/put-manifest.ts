import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import type { Response } from '../http/message.js'
import type { Digest } from '../oci/digest.js'
import { readRefusal, refusalError, type Refusal } from './answers.js'
import { describeManifest, digestIn, getManifest, textOf, type FoundManifest, type Selector } from './manifests.js'
import type { RepositoryClient } from './registry-client.js'

/** What registries take at least, and most of them at most. @see distribution spec, "Pushing Manifests" */
const USUAL_LIMIT = '4 MiB (4194304 bytes)'
/** How often a registry is given time to see what was just put there. */
const MAX_ATTEMPTS = 4

/** How a manifest is put. */
export interface PutOptions {
  /** Sends a blob again that the registry took but does not know; false when the manifest does not name it. */
  readonly sendAgain?: ((digest: Digest) => Promise<boolean>) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Puts a manifest under a tag or its digest. Everything that it names must be there.
 *
 * @throws CnbError E_REGISTRY_DIGEST when the registry keeps it under another digest, E_REGISTRY_REFUSED, those of groups
 *   "Network" and "Credentials"
 */
export async function putManifest(
  remote: RepositoryClient,
  selector: Selector,
  manifest: FoundManifest,
  options: PutOptions = {},
): Promise<void> {
  const { signal } = options
  for (let attempt = 1; ; attempt++) {
    const response = await put(remote, selector, manifest, options)
    if (response.status < 300) {
      await discard(response)
      const other = await keptInstead(remote, selector, manifest, response, signal)
      if (other === undefined) return
      if (attempt > 1) throw keptElsewhere(remote.nameOf(manifest.descriptor.digest), other)
    } else {
      const refusal = await readRefusal(response, remote.limits)
      if (!(await mayHelpToTryAgain(refusal, attempt, options))) {
        await judge(remote, selector, manifest, refusal, signal)
        return
      }
    }
    await remote.pause(attempt, signal)
  }
}

/** What was damaged on the way is put once more; what was taken and is not seen yet needs time, and then to be sent again. */
async function mayHelpToTryAgain(refusal: Refusal, attempt: number, { sendAgain }: PutOptions): Promise<boolean> {
  if (saysOneOf(refusal, DAMAGED)) return attempt === 1
  if (!saysOneOf(refusal, LACKS_PART)) return false
  return attempt < MAX_ATTEMPTS || (attempt === MAX_ATTEMPTS && (await sendNamed(refusal, sendAgain)))
}

const DAMAGED = ['DIGEST_INVALID', 'MANIFEST_INVALID']
/** The registry says that it does not have what the manifest names, though it took it. */
const LACKS_PART = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_UNKNOWN']

function saysOneOf({ status, codes }: Refusal, wanted: readonly string[]): boolean {
  return (status === 400 || status === 404) && wanted.some((code) => codes.has(code))
}

/** Sends what the registry says that it lacks; false when it does not say what, or it is nothing that can be sent. */
async function sendNamed({ digests }: Refusal, sendAgain: PutOptions['sendAgain']): Promise<boolean> {
  const sent = await Promise.all(digests.map((digest) => sendAgain?.(digest) ?? Promise.resolve(false)))
  return sent.includes(true)
}

function put(
  remote: RepositoryClient,
  selector: Selector,
  { descriptor, bytes }: FoundManifest,
  { signal }: PutOptions,
): Promise<Response> {
  return remote.send(
    {
      method: 'PUT',
      to: `manifests/${textOf(selector)}`,
      headers: { 'content-type': descriptor.mediaType },
      body: bodyOf(bytes),
    },
    signal,
  )
}

/** Bytes in memory as a body. */
function bodyOf(bytes: Uint8Array): { size: number; open(offset?: number): AsyncGenerator<Uint8Array> } {
  return {
    size: bytes.length,
    async *open(offset = 0) {
      yield bytes.subarray(offset)
    },
  }
}

/** A registry that names another digest than ours is asked for what it has. Returns that digest unless it has ours. */
async function keptInstead(
  remote: RepositoryClient,
  selector: Selector,
  { descriptor }: FoundManifest,
  { headers }: Response,
  signal: AbortSignal | undefined,
): Promise<Digest | undefined> {
  const claimed = digestIn(headers)
  if (claimed === undefined || claimed === descriptor.digest) return undefined
  try {
    const found = await getManifest(remote, selector, signal)
    return found?.descriptor.digest === descriptor.digest ? undefined : claimed
  } catch (error) {
    if (error instanceof CnbError && error.code === 'E_DIGEST') return claimed
    throw error
  }
}

function keptElsewhere(name: string, claimed: Digest): CnbError {
  return new CnbError('E_REGISTRY_DIGEST', `the registry took ${name}, but keeps it as ${claimed}`, {
    place: { file: name },
    value: claimed,
    hint: 'something between here and the registry changes what is sent, or the registry is broken',
  })
}

/** Says what a refused manifest means; a tag that cannot be moved is fine when it stands for the manifest already. */
async function judge(
  remote: RepositoryClient,
  selector: Selector,
  { descriptor }: FoundManifest,
  refusal: Refusal,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = remote.nameOf(textOf(selector))
  if (isTooLarge(refusal)) {
    throw refusalError(
      refusal,
      `putting ${name} with ${descriptor.size} bytes`,
      `the manifest is larger than the registry takes; the usual limit is ${USUAL_LIMIT}`,
    )
  }
  if (selector.kind === 'tag' && isImmutable(refusal)) {
    const present = await describeManifest(remote, selector, signal)
    if (present?.digest === descriptor.digest) return
    if (present !== undefined) {
      throw refusalError(
        refusal,
        `moving ${name} from ${present.digest} to ${descriptor.digest}`,
        'the registry does not let this tag be moved; choose another one',
      )
    }
  }
  throw refusalError(refusal, `putting ${name}`)
}

function isTooLarge({ status, text }: Refusal): boolean {
  return status === 413 || (status === 400 && /too large|exceeds/i.test(text))
}

function isImmutable({ status, codes, text }: Refusal): boolean {
  return (
    status === 409 ||
    status === 412 ||
    (status === 400 && (codes.has('TAG_INVALID') || /immutable|already exists/i.test(text)))
  )
}
