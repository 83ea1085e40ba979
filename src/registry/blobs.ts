import { CnbError } from '../errors.js'
import type { TransferWay } from '../events.js'
import { discard } from '../http/body.js'
import type { Descriptor } from '../oci/image.js'
import { verified } from '../oci/verified.js'
import { readRefusal, refusalError } from './answers.js'
import type { RepositoryClient } from './registry-client.js'

/** True when the repository has a blob of this digest and size. @throws CnbError of groups "Network" and "Credentials" */
export async function hasBlob(
  remote: RepositoryClient,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { answersHead } = remote.facts
  const method = answersHead.blobs === false ? 'GET' : 'HEAD'
  const response = await remote.send({ method, to: `blobs/${descriptor.digest}` }, signal)
  if (response.status === 200) {
    // The body of a GET, which may be large, is left where it is.
    if (method === 'GET') await response.body[Symbol.asyncIterator]().return?.()
    else await discard(response)
    const size = response.headers.get('content-length')
    return size === undefined || Number(size) === descriptor.size
  }
  await discard(response)
  if (method === 'HEAD' && response.status !== 404) {
    answersHead.blobs = false
    return hasBlob(remote, descriptor, signal)
  }
  return false
}

/**
 * The bytes of a blob; ends with an error unless size and digest are those of the descriptor. A connection that breaks is
 * taken up where it ended.
 *
 * @throws CnbError E_OCI_BLOB_MISSING, E_SIZE, E_DIGEST, E_REGISTRY_REFUSED, those of groups "Network" and "Credentials"
 */
export function openBlob(
  remote: RepositoryClient,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  return verified(fetchBlob(remote, descriptor, signal), descriptor, remote.nameOf(descriptor.digest))
}

/** The pieces of a blob that comes or goes, which are told of as they pass. */
export async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  way: TransferWay,
  remote: RepositoryClient,
  descriptor: Descriptor,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    remote.moving(way, descriptor, piece.length)
    yield piece
  }
}

async function* fetchBlob(
  remote: RepositoryClient,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { digest } = descriptor
  const name = remote.nameOf(digest)
  const response = await remote.download({ method: 'GET', to: `blobs/${digest}` }, descriptor.size, signal)
  if (response.status === 404) {
    await discard(response)
    throw new CnbError('E_OCI_BLOB_MISSING', `${remote.name} lacks the blob ${digest}`, {
      place: { file: name },
      value: digest,
    })
  }
  if (response.status !== 200) throw refusalError(await readRefusal(response, remote.limits), `reading ${name}`)
  yield* watched(response.body, 'down', remote, descriptor)
  remote.settled('down', descriptor, 'moved')
}
