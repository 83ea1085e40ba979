import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { errnoOf, ioError } from '../files.js'
import type { Limits } from '../limits.js'
import { descriptorJson } from '../oci/descriptor.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import { isObject } from '../oci/fields.js'
import type { Descriptor, Json, JsonObject } from '../oci/image.js'
import { decodeIndex } from '../oci/index-manifest.js'
import { parseJson, printJson } from '../oci/json.js'
import { OCI_INDEX } from '../oci/media-type.js'
import { REF_NAME } from './read-layout.js'

/** An `index.json` that proved to be sound. */
export interface CurrentIndex {
  readonly bytes: Uint8Array
  /** The whole document, with whatever others put there. */
  readonly document: JsonObject
}

/**
 * The `index.json` of a layout directory; undefined when it has none.
 *
 * @throws CnbError E_IO, E_JSON, E_MANIFEST …
 */
export function readIndexFile(directory: string, limits: Limits): CurrentIndex | undefined {
  const file = join(directory, 'index.json')
  const bytes = readIfThere(file)
  if (bytes === undefined) return undefined
  decodeIndex(bytes, { file, limits, mediaType: OCI_INDEX })
  return { bytes, document: parseJson(bytes, { file, limits }) as JsonObject }
}

function readIfThere(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw ioError('reading', file, cause)
  }
}

const EMPTY: JsonObject = new Map<string, Json>([
  ['schemaVersion', 2],
  ['mediaType', OCI_INDEX],
  ['manifests', []],
])

/** The bytes of an `index.json` that names nothing. */
export const EMPTY_INDEX: Uint8Array = encodeUtf8(printJson(EMPTY))

/** What a layout has under `tag`; undefined when it has nothing. */
export function digestUnder(current: CurrentIndex | undefined, tag: string | undefined): Digest | undefined {
  const entries = (current?.document.get('manifests') ?? []) as readonly JsonObject[]
  const digest = entries.find((entry) => nameOf(entry) === tag)?.get('digest')
  return typeof digest === 'string' ? parseDigest(digest) : undefined
}

/**
 * The bytes of `index.json` with an entry for `root` under `tag`: in the place of the one that has this name now, else after
 * all others, which stay as they are. Without a tag it takes the place of every entry without a name.
 */
export function updatedIndex(current: CurrentIndex | undefined, root: Descriptor, tag: string | undefined): Uint8Array {
  const document = current?.document ?? EMPTY
  const entries = document.get('manifests') as readonly JsonObject[]
  const isReplaced = (entry: JsonObject): boolean => nameOf(entry) === tag
  const first = entries.findIndex(isReplaced)
  const kept = entries.filter((entry) => !isReplaced(entry))
  const annotations = tag === undefined ? root.annotations : new Map([...(root.annotations ?? []), [REF_NAME, tag]])
  const manifests = kept.toSpliced(first < 0 ? kept.length : first, 0, descriptorJson({ ...root, annotations }))
  return encodeUtf8(printJson(new Map([...document, ['manifests', manifests]])))
}

function nameOf(entry: JsonObject): string | undefined {
  const annotations = entry.get('annotations') ?? null
  const name = isObject(annotations) ? annotations.get(REF_NAME) : undefined
  return typeof name === 'string' ? name : undefined
}
