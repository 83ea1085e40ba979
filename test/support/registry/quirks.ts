/**
 * What a registry may do otherwise than a strict one; every switch is off until it is named. The letters in brackets are rows of
 * the catalogue of bad input. They can be changed while the registry runs.
 */
export interface Quirks {
  // Uploads

  /** `POST ?digest=` with a body opens a session and drops the body, as the specification allows. */
  ignorePostDigest?: boolean
  /** Status of a chunk that was taken; 202. */
  chunkStatus?: 202 | 204
  /** A chunk is appended whatever its `Content-Range` says. */
  ignoreContentRange?: boolean
  /** How the acknowledged range is written: `0-99`, `bytes=0-99`, or not at all. */
  acknowledge?: 'range' | 'bytes' | 'nothing'
  /** Only this many bytes of a chunk are taken, and the acknowledged range says so. */
  takeOfChunk?: number
  /** Told as `OCI-Chunk-Min-Length`; a shorter chunk that another one follows is 416. */
  chunkMinLength?: number
  /** A chunk, or a whole upload, of more bytes is 413. */
  chunkMaxLength?: number
  /** A blob of more bytes is 413. */
  blobMaxLength?: number
  /** A session is forgotten after this many chunks. */
  sessionChunks?: number
  /** Every chunk gives a new `Location`, and the one before it is not known any more: 404. */
  forgetLocations?: boolean
  /** How `Location` of a session is written; a function is given the path with its query. */
  location?: 'absolute' | 'relative' | 'scheme-relative' | 'missing' | 'empty' | ((path: string) => string)
  /** Answer to a question for the state of a session; 204. */
  uploadStatus?: 204 | 404 | 400 | 405
  /** Answer to the end of a session by DELETE; 204. */
  cancelStatus?: 204 | 400 | 404 | 405
  /** A PUT with the wrong digest ends the session. */
  wrongDigestEnds?: boolean
  /** `Docker-Content-Digest` of a blob that was taken. */
  committedDigest?: (digest: string) => string
  /** `never`: every mount answers 202 with a session; a number: that status. */
  mount?: 'never' | number
  /** A blob of one repository is in all of them (R-36: 202 although the blob is there). */
  sharedBlobs?: boolean
  /** A mount may name no source: the registry looks everywhere. */
  anonymousMount?: boolean

  // Reading

  /** Status of every HEAD, or a HEAD without `Content-Length`. */
  head?: 404 | 405 | 501 | 'no-length'
  /** `Docker-Content-Digest` of answers to GET and HEAD; undefined in the result leaves it out. */
  contentDigest?: (digest: string) => string | undefined
  /** `Content-Type` of manifests and blobs; undefined in the result leaves it out. */
  contentType?: (type: string) => string | undefined
  /** A range is answered with the whole blob and 200. */
  ignoreRange?: boolean
  /** A range past the end closes the connection; otherwise 416. */
  closeOnBadRange?: boolean
  /** Only a range with both of its ends is understood, any other is 416; `If-Range` is not looked at. */
  closedRangesOnly?: boolean
  /** Another stretch than what was asked for. */
  wrongRange?: (range: { start: number; end: number }) => { start: number; end: number }
  /** No `ETag`, no `Accept-Ranges`. */
  noValidators?: boolean
  /** Where GET of a blob is sent; undefined in the result answers it here. */
  redirectBlob?: (path: string) => { status?: 301 | 302 | 303 | 307 | 308; to: string } | undefined

  // Manifests

  /** Nothing about a manifest is looked at: blobs, types, digest, size. */
  believeManifests?: boolean
  /** Bytes a manifest may have; 4 MiB. */
  manifestMaxLength?: number
  /** Status for a manifest that is larger; 413. */
  manifestTooLargeStatus?: 413 | 400
  /** A blob is unknown to this many manifest PUTs after it was taken. */
  blobsLate?: number
  /** A manifest is unknown to this many GETs and HEADs after it was taken. */
  manifestsLate?: number
  /** A tag that exists is not moved; the status says so. */
  immutableTags?: 400 | 403 | 409 | 412
  /** `?tag=` of a manifest PUT is not looked at. */
  ignoreTagParameter?: boolean
  /** Answer to every DELETE of a manifest, tag or blob. */
  deleteStatus?: 400 | 405
  /** Answer to everything that writes. */
  readOnly?: 403 | 405

  // Lists

  /** `subject` is not understood: no `OCI-Subject`, and the endpoint answers like this. */
  noReferrers?: 400 | 404 | 405 | 501 | 'html'
  /** Entries on one page; no pages when not given. */
  referrersPage?: number
  /** A page that is full has a `Link` to the next one, also when nothing follows. */
  linkAfterFullPage?: boolean
  /** `n` and `last` of a tags list are not looked at. */
  ignoreTagPaging?: boolean
  /** A manifest is deleted by its digest only; a tag is a wrong digest. */
  noTagDelete?: boolean

  // Everywhere

  /** Told as `ratelimit-limit` and `ratelimit-remaining`; every manifest GET uses one up, and at none left it is 429. */
  rateLimit?: { limit: number; remaining: number; windowSeconds: number; retryAfter?: string }
  /** Added to every answer, such as `warning`. */
  headers?: Readonly<Record<string, string>>
}

/** The registry of the distribution project, 3.1.2, as far as it can be told from outside. */
export const DISTRIBUTION_3: Quirks = {
  ignorePostDigest: true,
  manifestTooLargeStatus: 400,
  noReferrers: 404,
  ignoreTagParameter: true,
  linkAfterFullPage: true,
}

/** Debian's docker-registry 2.8.2. */
export const DOCKER_REGISTRY_2: Quirks = {
  ...DISTRIBUTION_3,
  ignoreContentRange: true,
  forgetLocations: true,
  closeOnBadRange: true,
  ignoreTagPaging: true,
  noTagDelete: true,
}

/** The registry of go-containerregistry's crane, 0.21.5. */
export const CRANE_REGISTRY: Quirks = {
  location: 'relative',
  chunkStatus: 204,
  uploadStatus: 400,
  cancelStatus: 400,
  mount: 'never',
  sharedBlobs: true,
  noValidators: true,
  closedRangesOnly: true,
  believeManifests: true,
  manifestMaxLength: Infinity,
  noReferrers: 404,
  ignoreTagParameter: true,
}
