import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cache, cacheRoot } from '#src/cache/cache.js'
import { parseDigest, type Digest } from '#src/oci/digest.js'
import { temporaryDirectory } from '../support/directories.js'
import { sha256 } from '../support/layout.js'

/** A cache of a test, and where it is. */
export interface TestCache {
  readonly directory: string
  readonly scratch: string
  /** What a new run sees of it. */
  open(options?: { readonly user?: number | undefined; readonly now?: number }): Cache
  /** Where a blob is, or would be. */
  fileOf(digest: Digest): string
}

export function aCache(directory = join(temporaryDirectory(), 'cache')): TestCache {
  const scratch = temporaryDirectory()
  return {
    directory,
    scratch,
    open: ({ user = process.getuid?.(), now = Date.now() } = {}) =>
      new Cache({ directory, scratch: () => scratch, user, now: () => now }),
    fileOf: (digest) => join(cacheRoot(directory), 'blobs', ...digest.split(':')),
  }
}

/** The digest of a text. */
export function digestOfText(text: string): Digest {
  return parseDigest(sha256(Buffer.from(text)))
}

/** Keeps a blob as those do who make layers. */
export function keep(cache: Cache, text: string, isSynced = true): string {
  const temp = cache.reserve()
  writeFileSync(temp, text)
  return cache.keep(temp, { digest: digestOfText(text), kind: 'layer', isSynced })
}
