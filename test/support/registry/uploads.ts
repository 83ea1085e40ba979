import { createHash } from 'node:crypto'
import type { Exchange, Headers } from './exchange.js'
import { isDigest, type RegistryState, type Session } from './state.js'

/** Answers `POST /v2/NAME/blobs/uploads/`: a mount, a blob in one request, or a new session. */
export async function openUpload(state: RegistryState, name: string, exchange: Exchange): Promise<void> {
  const { quirks } = state
  const query = exchange.url.searchParams
  const mounted = query.get('mount')
  if (mounted !== null && typeof quirks.mount === 'number') {
    exchange.fail(quirks.mount, 'UNSUPPORTED', 'no mounts here')
    return
  }
  if (mounted !== null && canMount(state, mounted, query.get('from'))) {
    state.repository(name).blobs.add(mounted)
    exchange.reply(201, created(state, name, mounted, exchange))
    return
  }
  const session = state.openSession(name)
  const digest = query.get('digest')
  if (digest !== null && quirks.ignorePostDigest !== true) {
    if (await take(state, session, exchange)) await commit(state, session, digest, exchange)
    return
  }
  const { chunkMinLength } = quirks
  exchange.reply(202, {
    ...sessionHeaders(state, session, exchange),
    'oci-chunk-min-length': chunkMinLength,
  })
}

function canMount(state: RegistryState, digest: string, from: string | null): boolean {
  if (state.quirks.mount === 'never') return false
  if (from !== null) return state.blob(from, digest) !== undefined
  return state.quirks.anonymousMount === true && state.blobs.has(digest)
}

/** Answers whatever is asked of a session. */
export async function continueUpload(
  state: RegistryState,
  name: string,
  id: string,
  exchange: Exchange,
): Promise<void> {
  const { quirks } = state
  if (exchange.method === 'GET' && quirks.uploadStatus !== undefined && quirks.uploadStatus !== 204) {
    exchange.fail(quirks.uploadStatus, 'UNSUPPORTED')
    return
  }
  const session = state.sessions.get(id)
  const known = exchange.url.searchParams.get('_state')
  const isOld = session === undefined ? known === null : known !== String(session.state)
  if (quirks.forgetLocations === true && isOld) {
    exchange.fail(404, 'BLOB_UPLOAD_INVALID', 'blob upload invalid')
    return
  }
  if (session === undefined || session.repository !== name) {
    exchange.fail(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
    return
  }
  switch (exchange.method) {
    case 'GET':
      exchange.reply(204, sessionHeaders(state, session, exchange))
      return
    case 'PATCH':
      await takeChunk(state, session, exchange)
      return
    case 'PUT':
      await finish(state, session, exchange)
      return
    case 'DELETE':
      cancel(state, session, exchange)
      return
    default:
      exchange.fail(405, 'UNSUPPORTED')
  }
}

async function takeChunk(state: RegistryState, session: Session, exchange: Exchange): Promise<void> {
  const { quirks } = state
  if (quirks.sessionChunks !== undefined && session.chunks >= quirks.sessionChunks) {
    end(state, session)
    exchange.fail(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
    return
  }
  if (!fits(state, session, exchange)) return
  if (!(await take(state, session, exchange))) return
  exchange.reply(quirks.chunkStatus ?? 202, sessionHeaders(state, session, exchange))
}

/** Whether a chunk is where it should be and as long as it should be; otherwise this was answered. */
function fits(state: RegistryState, session: Session, exchange: Exchange): boolean {
  const { quirks } = state
  const range = /^(\d+)-(\d+)$/.exec(exchange.header('content-range') ?? '')
  const length = exchange.header('content-length')
  if (exchange.header('content-range') !== undefined && quirks.ignoreContentRange !== true) {
    const [start, last] = [Number(range?.[1] ?? -1), Number(range?.[2] ?? -1)]
    const isWhole = length === undefined || last - start + 1 === Number(length)
    if (range === null || start !== session.content.size || !isWhole) {
      exchange.fail(416, 'RANGE_INVALID', 'the chunk is not where the upload is')
      return false
    }
  }
  if (quirks.chunkMaxLength !== undefined && Number(length ?? 0) > quirks.chunkMaxLength) {
    exchange.fail(413, 'SIZE_INVALID', 'the chunk is too large')
    return false
  }
  return true
}

/** Adds the body to a session; false when it was too much, and that was answered. */
async function take(state: RegistryState, session: Session, exchange: Exchange): Promise<boolean> {
  const {
    takeOfChunk = Infinity,
    blobMaxLength = Infinity,
    chunkMaxLength = Infinity,
    chunkMinLength = 0,
  } = state.quirks
  let left = exchange.method === 'PATCH' ? takeOfChunk : Infinity
  let isTooMuch = false
  let size = 0
  // A chunk that a second one follows was not the last one, so it had to be long enough.
  const wasShort = session.chunks > 0 && session.lastChunk < chunkMinLength
  try {
    for await (const chunk of exchange.body()) {
      size += chunk.length
      isTooMuch ||= session.content.size + chunk.length > blobMaxLength || size > chunkMaxLength
      const part = chunk.subarray(0, left)
      left -= part.length
      if (isTooMuch || part.length === 0) continue
      session.hash.update(part)
      await session.content.append(part)
    }
  } catch {
    // The client went away in the middle: what had arrived stays.
    exchange.hangUp()
    return false
  }
  if (size > 0) {
    session.chunks += 1
    session.lastChunk = size
    session.state += 1
  }
  if (isTooMuch) {
    exchange.fail(413, 'SIZE_INVALID', 'this is too large')
    return false
  }
  if (size > 0 && wasShort) {
    exchange.fail(416, 'RANGE_INVALID', `a chunk had less than ${chunkMinLength} bytes`)
    return false
  }
  return true
}

async function finish(state: RegistryState, session: Session, exchange: Exchange): Promise<void> {
  const digest = exchange.url.searchParams.get('digest')
  if (digest === null || !isDigest(digest)) {
    exchange.fail(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
    return
  }
  if (exchange.header('content-range') !== undefined && !fits(state, session, exchange)) return
  if (await take(state, session, exchange)) await commit(state, session, digest, exchange)
}

async function commit(state: RegistryState, session: Session, digest: string, exchange: Exchange): Promise<void> {
  if (!isDigest(digest) || (await digestOf(session, digest)) !== digest) {
    if (state.quirks.wrongDigestEnds === true) end(state, session)
    exchange.fail(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
    return
  }
  state.commit(session, digest)
  const told = state.quirks.committedDigest?.(digest) ?? digest
  exchange.reply(201, {
    ...created(state, session.repository, digest, exchange),
    'docker-content-digest': told,
  })
}

async function digestOf(session: Session, like: string): Promise<string> {
  if (like.startsWith('sha256:')) return `sha256:${session.hash.copy().digest('hex')}`
  const hash = createHash('sha512')
  for await (const chunk of session.content.read()) hash.update(chunk as Uint8Array)
  return `sha512:${hash.digest('hex')}`
}

function cancel(state: RegistryState, session: Session, exchange: Exchange): void {
  const status = state.quirks.cancelStatus ?? 204
  if (status === 204) {
    end(state, session)
    exchange.reply(204)
  } else exchange.fail(status, 'UNSUPPORTED')
}

function end(state: RegistryState, session: Session): void {
  state.sessions.delete(session.id)
  session.content.remove()
}

function created(state: RegistryState, name: string, digest: string, exchange: Exchange): Headers {
  return { location: state.locationOf(`/v2/${name}/blobs/${digest}`, exchange), 'docker-content-digest': digest }
}

function sessionHeaders(state: RegistryState, session: Session, exchange: Exchange): Headers {
  const { acknowledge = 'range' } = state.quirks
  const range = `0-${Math.max(0, session.content.size - 1)}`
  return {
    location: state.sessionLocation(session, exchange),
    range: acknowledge === 'nothing' ? undefined : acknowledge === 'bytes' ? `bytes=${range}` : range,
    'docker-upload-uuid': session.id,
  }
}
