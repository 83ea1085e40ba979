import { excerpt } from './excerpt.js'

/** One warning in the header, of the code that registries use for people. */
const WARNING = /(?:^|,)\s*299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g
/** Characters of the whole header that are looked at. */
const MAX_HEADER = 4096

/**
 * What a server wants people to know.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
 */
export function warningsIn(header: string | undefined): string[] {
  const found = (header ?? '').slice(0, MAX_HEADER).matchAll(WARNING)
  return Array.from(found, ([, text = '']) => excerpt(Buffer.from(text.replace(/\\(.)/g, '$1')))).filter(
    (text) => text !== '',
  )
}
