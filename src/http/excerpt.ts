/** Bytes of an answer that are read when they are only going to be shown. */
export const EXCERPT_READ = 64 * 1024
/** Characters of it that are shown. */
const EXCERPT_SHOWN = 2048

/** Controls, line and paragraph separators, and what turns the direction of text. */
// eslint-disable-next-line no-control-regex -- these are what it looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/** What a server said, as one line that is fit to be shown: no markup, no controls, no more than 2 KiB. */
export function excerpt(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  const plain = /^\s*</.test(text) ? withoutMarkup(text) : text
  const line = plain.replace(/\s+/g, ' ').trim().replace(UNSAFE, escaped)
  return line.length > EXCERPT_SHOWN ? `${line.slice(0, EXCERPT_SHOWN)}…` : line
}

function withoutMarkup(html: string): string {
  return html.replace(/<(script|style)\b[^]*?(?:<\/\1>|$)/gi, ' ').replace(/<[^>]*>/g, ' ')
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
