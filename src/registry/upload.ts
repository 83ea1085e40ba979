import { CnbError } from '../errors.js'
import { discard } from '../http/body.js'
import { toldOutcome } from '../http/failure.js'
import type { Response } from '../http/message.js'
import type { Blob, Descriptor } from '../oci/image.js'
import { printRepository, type Repository } from '../oci/reference.js'
import { readRefusal, refusalError } from './answers.js'
import { hasBlob, watched } from './blobs.js'
import type { RepositoryClient } from './registry-client.js'
import { BlobBody, BYTES } from './blob-body.js'
import { UploadSession, type Way } from './upload-session.js'

/** How many sessions an upload is worth. */
const MAX_SESSIONS = 6

const UPLOADS = 'blobs/uploads/'

/** Answers to a mount that mean no more than that it is not done. */
const NOT_MOUNTED = [401, 403, 429, 500, 502, 503, 504]

/** Those of them that may say for how long the registry wants to be left alone. */
const ASKS_TO_WAIT = [429, 503]

/**
 * Asks the registry to put a blob of another of its repositories into this one. Returns `mounted`, or the session that it
 * opened instead, or nothing when it would not do either.
 *
 * @throws the signal's reason
 */
export async function mountBlob(
  remote: RepositoryClient,
  descriptor: Descriptor,
  from: Repository,
  signal: AbortSignal | undefined,
): Promise<'mounted' | UploadSession | undefined> {
  const { digest } = descriptor
  remote.mayMountFrom(from)
  const notMounted = `${remote.name} does not take ${digest} from ${printRepository(from)}`
  const query = `mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from.name)}`
  try {
    const response = await remote.send(
      { method: 'POST', to: `${UPLOADS}?${query}`, alsoAccept: NOT_MOUNTED, idempotent: true },
      signal,
    )
    if (response.status !== 201) remote.tell(`${notMounted}: status ${response.status}`)
    if (response.status === 202) return await UploadSession.of(remote, descriptor, response)
    await discard(response)
    const { status, headers } = response
    if (status === 201) return 'mounted'
    const retryAfter = headers.get('retry-after')
    // What is sent instead is for the same registry.
    if (retryAfter !== undefined && ASKS_TO_WAIT.includes(status)) {
      await remote.pause(1, signal, { kind: 'answered', status, retryAfter })
    }
    return undefined
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    remote.tell(`${notMounted}: ${error.message}`)
    return undefined
  }
}

/**
 * Sends the bytes of a blob. What fails is begun again in a new session, a few times: in one request while that is cheap, else
 * in parts, of which only the last is lost when the network fails.
 *
 * @param opened a session to begin with
 * @throws CnbError E_REGISTRY_REFUSED, those of groups "Network" and "Credentials", whatever the source of the blob throws
 */
export async function sendBlob(
  remote: RepositoryClient,
  source: Blob,
  opened: UploadSession | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { descriptor, range } = source
  const blob: Blob = { descriptor, range, open: (signal) => watched(source.open(signal), 'up', remote, descriptor) }
  let way: Way = descriptor.size < remote.sizes.whole || range !== undefined ? 'whole' : 'parts'
  let session = opened
  for (let attempt = 1; ; attempt++) {
    session ??= await openSession(remote, blob, signal)
    if (session === undefined) return
    const setback = await sendOrCancel(session, blob, way, signal)
    if (setback === undefined) return
    session = undefined
    if (attempt === MAX_SESSIONS) throw setback.error
    await remote.pause(attempt, signal, toldOutcome(setback.error))
    // It may have arrived, and only the answer not.
    if (await hasBlob(remote, descriptor, signal)) return
    way = setback.next
  }
}

async function sendOrCancel(
  session: UploadSession,
  blob: Blob,
  way: Way,
  signal: AbortSignal | undefined,
): ReturnType<UploadSession['send']> {
  let isDone = false
  try {
    const setback = await session.send(blob, way, signal)
    isDone = setback === undefined
    return setback
  } finally {
    if (!isDone) await session.cancel()
  }
}

/** A new session; undefined when the blob needs none any more, because the request that asked for one carried it. */
async function openSession(
  remote: RepositoryClient,
  blob: Blob,
  signal: AbortSignal | undefined,
): Promise<UploadSession | undefined> {
  const { descriptor } = blob
  const isSmall = descriptor.size > 0 && descriptor.size <= remote.sizes.single
  if (isSmall && remote.facts.takesSinglePost !== false) {
    const result = await postWhole(remote, blob, signal)
    if (result !== 'refused') return result === 'taken' ? undefined : result
  }
  const response = await remote.send({ method: 'POST', to: UPLOADS, idempotent: true }, signal)
  if (response.status === 202) return UploadSession.of(remote, descriptor, response)
  const refusal = await readRefusal(response, remote.limits)
  const doing = `uploading ${descriptor.digest} to ${remote.name}`
  if (refusal.status !== 405) throw refusalError(refusal, doing)
  throw new CnbError('E_REGISTRY', `${doing}: the registry can only be read, or takes no uploads there`, {
    value: '405',
    hint: 'name a registry, or a repository, that can be written to',
  })
}

/** Sends a blob with the request that opens an upload. A registry that knows no such thing opens a session and drops the blob. */
async function postWhole(
  remote: RepositoryClient,
  blob: Blob,
  signal: AbortSignal | undefined,
): Promise<'taken' | 'refused' | UploadSession> {
  const { descriptor } = blob
  const body = new BlobBody(blob, signal)
  const to = `${UPLOADS}?digest=${encodeURIComponent(descriptor.digest)}`
  let response: Response
  try {
    response = await remote.send({ method: 'POST', to, headers: BYTES, body, idempotent: true }, signal)
  } catch (error) {
    body.checkSource()
    throw error
  }
  body.checkSource()
  remote.facts.takesSinglePost = response.status === 201
  if (response.status === 202) return UploadSession.of(remote, descriptor, response)
  await discard(response)
  return response.status === 201 ? 'taken' : 'refused'
}
