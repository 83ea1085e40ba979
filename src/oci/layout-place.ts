/** An image in an OCI layout directory. */
export interface LayoutPlace {
  readonly kind: 'layout'
  readonly directory: string
  /** The name of the image in the layout. */
  readonly tag: string | undefined
}

const PREFIX = 'oci:'
const TAGGED = /^(?<directory>.+):(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/s

/** A colon with what can be neither a tag nor the rest of a path behind it. */
const BAD_TAG = /:[^/]*$/s

/**
 * What `oci:DIR[:TAG]` says, the directory as written; undefined for any other text. The last colon is the one that counts, so
 * a directory with a colon in its last part needs a tag.
 */
export function parseLayoutPlace(text: string): LayoutPlace | undefined {
  const rest = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : ''
  if (rest === '' || rest.includes('\0')) return undefined
  const { directory = rest, tag } = TAGGED.exec(rest)?.groups ?? {}
  if (tag === undefined && BAD_TAG.test(rest)) return undefined
  return { kind: 'layout', directory, tag }
}
