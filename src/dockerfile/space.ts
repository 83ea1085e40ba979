/** What the reader of BuildKit takes for white space around words: Unicode's, without the byte order mark. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/

/** What separates the keyword and the words of most instructions. */
export const GAP = /[\t\v\f\r ]+/

/** Whether `character` is white space; `''`, which is after the end of a text, is not. */
export function isSpace(character: string): boolean {
  return SPACE.test(character)
}

/** Whether `character` is white space of ASCII, which is all that flags know. */
export function isAsciiSpace(character: string): boolean {
  return character < '\u0080' && isSpace(character)
}

/** `text` without white space at its start. */
export function trimStart(text: string): string {
  let from = 0
  while (isSpace(text.charAt(from))) from += 1
  return text.slice(from)
}

/** `text` without white space on both sides. */
export function trim(text: string): string {
  let to = text.length
  while (isSpace(text.charAt(to - 1))) to -= 1
  return trimStart(text.slice(0, to))
}
