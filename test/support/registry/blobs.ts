import type { Exchange, Headers } from './exchange.js'
import { isDigest, type RegistryState, type StoredBlob } from './state.js'
import type { Range } from './storage.js'

/** Answers what is asked of `/v2/NAME/blobs/DIGEST`. */
export async function answerBlob(
  state: RegistryState,
  name: string,
  digest: string,
  exchange: Exchange,
): Promise<void> {
  const { quirks } = state
  if (!isDigest(digest)) {
    exchange.fail(400, 'DIGEST_INVALID', 'invalid digest')
    return
  }
  const blob = state.blob(name, digest)
  if (blob === undefined) {
    exchange.fail(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
    return
  }
  switch (exchange.method) {
    case 'HEAD':
      exchange.reply(200, {
        ...headersOf(state, digest),
        'content-length': quirks.head === 'no-length' ? undefined : blob.content.size,
      })
      return
    case 'GET':
      await sendBlob(state, digest, blob, exchange)
      return
    case 'DELETE':
      if (quirks.deleteStatus !== undefined) {
        exchange.fail(quirks.deleteStatus, 'UNSUPPORTED', 'the operation is unsupported')
        return
      }
      state.repository(name).blobs.delete(digest)
      if (quirks.sharedBlobs === true) state.blobs.delete(digest)
      exchange.reply(202)
      return
    default:
      exchange.fail(405, 'UNSUPPORTED')
  }
}

async function sendBlob(state: RegistryState, digest: string, blob: StoredBlob, exchange: Exchange): Promise<void> {
  const { quirks } = state
  const elsewhere = quirks.redirectBlob?.(exchange.log.path)
  if (elsewhere !== undefined) {
    exchange.reply(elsewhere.status ?? 307, { location: elsewhere.to })
    return
  }
  const { content } = blob
  const headers = headersOf(state, digest)
  const isValidated = quirks.noValidators !== true
  const ifRange = exchange.header('if-range')
  const isSame = quirks.closedRangesOnly === true || ifRange === undefined || ifRange === `"${digest}"`
  if (isValidated && exchange.header('if-none-match') === `"${digest}"`) {
    exchange.reply(304, { etag: `"${digest}"`, 'docker-content-digest': digest })
    return
  }
  const asked =
    quirks.ignoreRange === true || !isSame ? undefined : rangeOf(state, exchange.header('range'), content.size)
  if (asked === undefined) {
    await exchange.stream(200, { ...headers, 'content-length': content.size }, content.read())
  } else if (asked === 'unsatisfiable') {
    if (quirks.closeOnBadRange === true) exchange.hangUp()
    else {
      const type = 'text/plain; charset=utf-8'
      const told = { 'content-type': type, 'content-range': `bytes */${content.size}`, 'docker-content-digest': digest }
      exchange.reply(416, told, 'invalid range: failed to overlap\n')
    }
  } else {
    const { start, end } = quirks.wrongRange?.(asked) ?? asked
    const range = { 'content-range': `bytes ${start}-${end}/${content.size}`, 'content-length': end - start + 1 }
    await exchange.stream(206, { ...headers, ...range }, content.read({ start, end }))
  }
}

/** The one range that a header asks for; undefined when there is none that is understood, and then all is sent. */
function rangeOf(
  { quirks }: RegistryState,
  header: string | undefined,
  size: number,
): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (match === null || (match[1] === '' && match[2] === '')) return undefined
  const [, first = '', last = ''] = match
  if (quirks.closedRangesOnly === true && (first === '' || last === '')) return 'unsatisfiable'
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size - 1 }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start >= size || end < start ? 'unsatisfiable' : { start, end }
}

function headersOf({ quirks }: RegistryState, digest: string): Headers {
  const type = 'application/octet-stream'
  const isValidated = quirks.noValidators !== true
  return {
    'content-type': quirks.contentType === undefined ? type : quirks.contentType(type),
    'docker-content-digest': quirks.contentDigest === undefined ? digest : quirks.contentDigest(digest),
    ...(isValidated ? { etag: `"${digest}"`, 'accept-ranges': 'bytes', 'cache-control': 'max-age=31536000' } : {}),
  }
}
