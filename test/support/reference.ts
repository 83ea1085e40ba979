import { parseReference, type Reference } from '#src/oci/reference.js'

/** `text` as a reference; it is one. */
export function reference(text: string): Reference {
  const parsed = parseReference(text)
  if (parsed === undefined) throw new Error(`${text} is not a reference`)
  return parsed
}
