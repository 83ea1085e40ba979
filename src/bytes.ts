/**
 * Compares two strings by their UTF-8 bytes, as Go's `sort.Strings` does. Plain `<` compares UTF-16 units, which puts
 * U+E000..U+FFFF after the supplementary planes.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return fixSurrogate(x) - fixSurrogate(y)
  }
  return a.length - b.length
}

/** Moves surrogates above all other units, which is where their code points stand. */
function fixSurrogate(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text that `bytes` spell in UTF-8, or undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

const encoder = new TextEncoder()

/** `text` in UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

const BYTE_ORDER_MARK = '\ufeff'

/** What a text in UTF-8 begins with that is no part of what it says: a byte order mark, or nothing. */
export function markOf(bytes: Uint8Array): string {
  return decodeUtf8(bytes)?.startsWith(BYTE_ORDER_MARK) === true ? BYTE_ORDER_MARK : ''
}
