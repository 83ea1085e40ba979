import type { Response } from '../http/message.js'
import { parseDigest, type Digest } from '../oci/digest.js'

/** What an address answered, as far as it is remembered. Nothing in it is secret. */
export interface DownloadRecord {
  readonly digest: Digest
  readonly etag: string | undefined
  readonly lastModified: string | undefined
}

/** Characters of an ETag or a date that are remembered: more is not worth a header. */
const MAX_VALIDATOR = 1024
/** What a header may have in it. */
const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/

/** What to remember of an answer whose body has this digest. */
export function recordOf({ headers }: Response, digest: Digest): DownloadRecord {
  return { digest, etag: validator(headers.get('etag')), lastModified: validator(headers.get('last-modified')) }
}

/** `record` as text. */
export function printDownloadRecord({ digest, etag, lastModified }: DownloadRecord): string {
  return JSON.stringify({ digest, etag, lastModified })
}

/** The record in `text`; undefined when there is none, or it is not whole. */
export function decodeDownloadRecord(text: string | undefined): DownloadRecord | undefined {
  try {
    const { digest, etag, lastModified } = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>
    return { digest: parseDigest(String(digest)), etag: validator(etag), lastModified: validator(lastModified) }
  } catch {
    return undefined
  }
}

/** The headers that ask for a body only when it is another one. */
export function conditionOf(record: DownloadRecord | undefined): Readonly<Record<string, string>> {
  return {
    ...(record?.etag === undefined ? {} : { 'if-none-match': record.etag }),
    ...(record?.lastModified === undefined ? {} : { 'if-modified-since': record.lastModified }),
  }
}

function validator(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= MAX_VALIDATOR && PRINTABLE.test(value) ? value : undefined
}
