import type { Answer, Question } from '../support/ask.js'
import { ask } from '../support/ask.js'
import { DOCKER, OCI, sha256 } from '../support/layout.js'

/** What one request of the transcript came to, in words that do not depend on where and when. */
export interface Told {
  readonly step: string
  readonly status: number | 'no answer'
  /** Those of `COMPARED` that there were. */
  readonly headers: Readonly<Record<string, string>>
  /** The codes in the body of an error. */
  readonly errors: readonly string[]
}

/** What a client may rely on; the others are nobody's promise. */
const COMPARED = [
  'accept-ranges',
  'content-length',
  'content-range',
  'content-type',
  'docker-content-digest',
  'docker-distribution-api-version',
  'etag',
  'link',
  'location',
  'oci-filters-applied',
  'oci-subject',
  'oci-tag',
  'range',
] as const

interface Step {
  readonly name: string
  /** A path, or the location that is known. */
  readonly at: string | ((location: string) => string)
  readonly question?: Question
}

const ONE = Buffer.from(
  'the bytes of one blob, one hundred of them or a few more, so that ranges have something to be ranges of.',
)
const TWO = Buffer.from('another blob')
const CONFIG = Buffer.from(
  JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
)
const REPOSITORY = '/v2/acme/app'
const UPLOADS = `${REPOSITORY}/blobs/uploads/`

function descriptor(mediaType: string, bytes: Uint8Array): object {
  return { mediaType, digest: sha256(bytes), size: bytes.length }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

const IMAGE = json({
  schemaVersion: 2,
  mediaType: OCI.manifest,
  config: descriptor(OCI.config, CONFIG),
  layers: [descriptor(OCI.tar, ONE)],
})
const DOCKER_IMAGE = json({
  schemaVersion: 2,
  mediaType: DOCKER.manifest,
  config: descriptor(DOCKER.config, CONFIG),
  layers: [descriptor(DOCKER.gzip, ONE)],
})
const INDEX = json({
  schemaVersion: 2,
  mediaType: OCI.index,
  manifests: [{ ...descriptor(OCI.manifest, IMAGE), platform: { os: 'linux', architecture: 'amd64' } }],
})
const BROKEN = json({
  schemaVersion: 2,
  mediaType: OCI.manifest,
  config: descriptor(OCI.config, CONFIG),
  layers: [descriptor(OCI.tar, Buffer.from('nobody has this'))],
})
const BROKEN_INDEX = json({ schemaVersion: 2, mediaType: OCI.index, manifests: [descriptor(OCI.manifest, BROKEN)] })
const SUBJECT = json({
  schemaVersion: 2,
  mediaType: OCI.manifest,
  artifactType: 'application/vnd.test',
  config: descriptor(OCI.config, CONFIG),
  layers: [descriptor(OCI.tar, ONE)],
  subject: descriptor(OCI.manifest, IMAGE),
})

const open: Question = { method: 'POST' }
const octets = { 'content-type': 'application/octet-stream' }

function chunk(bytes: Buffer, start: number): Question {
  return {
    method: 'PATCH',
    headers: { ...octets, 'content-range': `${start}-${start + bytes.length - 1}` },
    body: bytes,
  }
}

function put(type: string, body: Uint8Array): Question {
  return { method: 'PUT', headers: { 'content-type': type }, body }
}

function closing(digest: string): (location: string) => string {
  return (location) => {
    const url = new URL(location, 'http://relative')
    url.searchParams.set('digest', digest)
    return url.host === 'relative' ? `${url.pathname}${url.search}` : url.href
  }
}

const here = (location: string): string => location
const missing = sha256(Buffer.from('nobody has this'))

/** A push, a pull, a mount, an upload in chunks, ranges and mistakes, in the order in which they are made. */
const TRANSCRIPT: readonly Step[] = [
  { name: 'ping', at: '/v2/' },
  { name: 'tags of a repository that nobody made', at: `${REPOSITORY}/tags/list` },
  { name: 'manifest of a repository that nobody made', at: `${REPOSITORY}/manifests/1` },
  { name: 'HEAD of a blob that is not there', at: `${REPOSITORY}/blobs/${missing}`, question: { method: 'HEAD' } },
  { name: 'GET of a blob that is not there', at: `${REPOSITORY}/blobs/${missing}` },
  { name: 'a digest that is none', at: `${REPOSITORY}/blobs/sha256:abc` },
  { name: 'a name that is none', at: '/v2/Acme/app/tags/list' },

  { name: 'an upload opens', at: UPLOADS, question: open },
  { name: 'and ends with PUT', at: closing(sha256(ONE)), question: put('application/octet-stream', ONE) },
  { name: 'HEAD of that blob', at: `${REPOSITORY}/blobs/${sha256(ONE)}`, question: { method: 'HEAD' } },
  { name: 'GET of that blob', at: `${REPOSITORY}/blobs/${sha256(ONE)}` },
  { name: 'a range', at: `${REPOSITORY}/blobs/${sha256(ONE)}`, question: { headers: { range: 'bytes=10-19' } } },
  {
    name: 'a range to the end',
    at: `${REPOSITORY}/blobs/${sha256(ONE)}`,
    question: { headers: { range: 'bytes=90-' } },
  },
  { name: 'the last bytes', at: `${REPOSITORY}/blobs/${sha256(ONE)}`, question: { headers: { range: 'bytes=-5' } } },
  {
    name: 'a range past the end',
    at: `${REPOSITORY}/blobs/${sha256(ONE)}`,
    question: { headers: { range: 'bytes=500-600' } },
  },
  {
    name: 'a range of another version',
    at: `${REPOSITORY}/blobs/${sha256(ONE)}`,
    question: { headers: { range: 'bytes=10-19', 'if-range': '"other"' } },
  },
  {
    name: 'a blob that is known already',
    at: `${REPOSITORY}/blobs/${sha256(ONE)}`,
    question: { headers: { 'if-none-match': `"${sha256(ONE)}"` } },
  },

  { name: 'an upload in chunks opens', at: UPLOADS, question: open },
  { name: 'the first chunk', at: here, question: chunk(CONFIG.subarray(0, 40), 0) },
  { name: 'how far is it', at: here },
  { name: 'the rest', at: here, question: chunk(CONFIG.subarray(40), 40) },
  { name: 'it ends with an empty PUT', at: closing(sha256(CONFIG)), question: { method: 'PUT', headers: octets } },

  { name: 'an upload opens for a chunk out of order', at: UPLOADS, question: open },
  { name: 'a chunk in order', at: here, question: chunk(TWO.subarray(0, 4), 0) },
  { name: 'a chunk out of order', at: here, question: chunk(TWO.subarray(8), 8) },

  { name: 'an upload opens to be ended', at: UPLOADS, question: open },
  { name: 'it is ended', at: here, question: { method: 'DELETE' } },
  { name: 'and is gone', at: here },

  { name: 'an upload opens for a wrong digest', at: UPLOADS, question: open },
  { name: 'a wrong digest', at: closing(missing), question: put('application/octet-stream', TWO) },
  { name: 'an upload after a wrong digest', at: here },
  { name: 'an upload opens for a digest that is none', at: UPLOADS, question: open },
  { name: 'a digest that is none ends it', at: closing('sha256:xyz'), question: put('application/octet-stream', TWO) },
  { name: 'an upload that nobody opened', at: `${UPLOADS}00000000-0000-4000-8000-000000000000` },
  {
    name: 'a blob in one request',
    at: `${UPLOADS}?digest=${sha256(TWO)}`,
    question: { method: 'POST', headers: octets, body: TWO },
  },

  { name: 'a mount', at: `/v2/acme/other/blobs/uploads/?mount=${sha256(ONE)}&from=acme/app`, question: open },
  { name: 'HEAD of what was mounted', at: `/v2/acme/other/blobs/${sha256(ONE)}`, question: { method: 'HEAD' } },
  {
    name: 'a mount of a blob that is not there',
    at: `/v2/acme/other/blobs/uploads/?mount=${missing}&from=acme/app`,
    question: open,
  },
  { name: 'a mount from nowhere', at: `/v2/acme/third/blobs/uploads/?mount=${sha256(ONE)}`, question: open },
  { name: 'tags of a repository with only blobs', at: '/v2/acme/other/tags/list' },

  {
    name: 'a manifest with a blob that is not there',
    at: `${REPOSITORY}/manifests/1`,
    question: put(OCI.manifest, BROKEN),
  },
  {
    name: 'an index with a child that is not there',
    at: `${REPOSITORY}/manifests/1`,
    question: put(OCI.index, BROKEN_INDEX),
  },
  {
    name: 'a manifest that is no JSON',
    at: `${REPOSITORY}/manifests/1`,
    question: put(OCI.manifest, Buffer.from('{')),
  },
  { name: 'a manifest with another type', at: `${REPOSITORY}/manifests/1`, question: put(OCI.index, IMAGE) },
  {
    name: 'a manifest under another digest',
    at: `${REPOSITORY}/manifests/${missing}`,
    question: put(OCI.manifest, IMAGE),
  },
  {
    name: 'a manifest of 5 MiB',
    at: `${REPOSITORY}/manifests/1`,
    question: put(
      OCI.index,
      json({ schemaVersion: 2, mediaType: OCI.index, manifests: [], annotations: { x: 'x'.repeat(5 << 20) } }),
    ),
  },
  {
    name: 'a manifest by its digest',
    at: `${REPOSITORY}/manifests/${sha256(IMAGE)}`,
    question: put(OCI.manifest, IMAGE),
  },
  { name: 'a manifest by a tag', at: `${REPOSITORY}/manifests/1`, question: put(OCI.manifest, IMAGE) },
  { name: 'a Docker manifest by a tag', at: `${REPOSITORY}/manifests/2`, question: put(DOCKER.manifest, DOCKER_IMAGE) },
  { name: 'an index by a tag', at: `${REPOSITORY}/manifests/3`, question: put(OCI.index, INDEX) },
  {
    name: 'a manifest with a subject',
    at: `${REPOSITORY}/manifests/${sha256(SUBJECT)}`,
    question: put(OCI.manifest, SUBJECT),
  },
  {
    name: 'a manifest with two tags at once',
    at: `${REPOSITORY}/manifests/${sha256(IMAGE)}?tag=4&tag=5`,
    question: put(OCI.manifest, IMAGE),
  },
  ...['1', '2', '3', sha256(IMAGE), 'nothing'].flatMap((selector): Step[] => {
    const headers = { accept: [OCI.manifest, OCI.index, DOCKER.manifest, DOCKER.index].join(', ') }
    const at = `${REPOSITORY}/manifests/${selector}`
    const name = selector.slice(0, 10)
    return [
      { name: `HEAD of the manifest ${name}`, at, question: { method: 'HEAD', headers } },
      { name: `GET of the manifest ${name}`, at, question: { headers } },
    ]
  }),
  { name: 'referrers', at: `${REPOSITORY}/referrers/${sha256(IMAGE)}` },
  { name: 'referrers of one type', at: `${REPOSITORY}/referrers/${sha256(IMAGE)}?artifactType=application/vnd.test` },
  { name: 'the tags', at: `${REPOSITORY}/tags/list` },
  { name: 'two of the tags', at: `${REPOSITORY}/tags/list?n=2` },
  { name: 'the tags after that', at: `${REPOSITORY}/tags/list?n=1&last=2` },
  { name: 'a tag is deleted', at: `${REPOSITORY}/manifests/2`, question: { method: 'DELETE' } },
  { name: 'a manifest is deleted', at: `${REPOSITORY}/manifests/${sha256(INDEX)}`, question: { method: 'DELETE' } },
  { name: 'its tag is gone with it', at: `${REPOSITORY}/manifests/3`, question: { method: 'HEAD' } },
  { name: 'a blob is deleted', at: `${REPOSITORY}/blobs/${sha256(ONE)}`, question: { method: 'DELETE' } },
  { name: 'and is gone', at: `${REPOSITORY}/blobs/${sha256(ONE)}`, question: { method: 'HEAD' } },
]

/** Asks the registry at `url` everything in turn. */
export async function tell(url: string): Promise<Told[]> {
  let location = ''
  const told: Told[] = []
  for (const { name, at, question } of TRANSCRIPT) {
    const path = typeof at === 'string' ? at : at(location)
    const answer = await ask(new URL(path, url), question).catch(() => undefined)
    if (answer?.headers.location?.includes('/uploads/') === true) location = answer.headers.location
    told.push(
      answer === undefined ? { step: name, status: 'no answer', headers: {}, errors: [] } : inWords(name, answer, url),
    )
  }
  return told
}

function inWords(step: string, answer: Answer, url: string): Told {
  const headers = COMPARED.flatMap((name): [string, string][] => {
    const value = answer.headers[name]
    return value === undefined ? [] : [[name, withoutAccidents(String(value), url)]]
  })
  // The length of a message is nobody's promise.
  const isError = answer.status >= 400
  return {
    step,
    status: answer.status,
    headers: Object.fromEntries(headers.filter(([name]) => !(isError && name === 'content-length'))),
    errors: isError ? codesIn(answer.body) : [],
  }
}

/** Without host, session, state, and the charset that JSON always has. */
function withoutAccidents(value: string, url: string): string {
  return value
    .replaceAll(url, 'URL')
    .replace('; charset=utf-8', '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'SESSION')
    .replaceAll(/_state=[^&]*/g, '_state=STATE')
}

function codesIn(body: Buffer): string[] {
  try {
    return (JSON.parse(body.toString()) as { errors: { code: string }[] }).errors.map(({ code }) => code)
  } catch {
    return []
  }
}
