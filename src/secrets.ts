import { encodeUtf8 } from './bytes.js'

/** What stands where a secret was. */
const BLANK = '***'
/** Characters. Whatever is shorter would be found in half of all words, and protects nothing. */
const SHORTEST = 4

/**
 * The secrets that a run has come to know. Whoever learns one adds it; whoever lets a text out scrubs it first. That is the
 * last line, not the first: no message is made of a secret, but a server may echo one.
 */
export class SecretSet {
  readonly #values = new Set<string>()
  /** Every spelling of every value, longest first, so that none is left in half. */
  #spellings: readonly string[] = []

  /** From now on `value` is not let out. Values of fewer than four characters are not kept. */
  add(value: string): void {
    if (value.length < SHORTEST || this.#values.has(value)) return
    this.#values.add(value)
    const all = new Set([...this.#spellings, ...spellingsOf(value)])
    this.#spellings = [...all].sort((a, b) => b.length - a.length)
  }

  /** `text` without any of the secrets: as they are, in a URL, in JSON, in hex, and in base64 wherever they begin in it. */
  scrub(text: string): string {
    let clean = text
    for (const spelling of this.#spellings) clean = clean.replaceAll(spelling, BLANK)
    return clean
  }
}

function spellingsOf(value: string): string[] {
  const bytes = encodeUtf8(value)
  const url = encodeURIComponent(Buffer.from(bytes).toString())
  const hex = Buffer.from(bytes).toString('hex')
  const base64 = [0, 1, 2].map((start) => base64Inside(bytes, start))
  return [
    value,
    url,
    url.replaceAll(/%../g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    JSON.stringify(value).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ].filter(({ length }) => length >= SHORTEST)
}

/** What is the same in the base64 of every text that has `bytes` at an offset that is `start` modulo 3. */
function base64Inside(bytes: Uint8Array, start: number): string {
  const text = Buffer.concat([Buffer.alloc(start), bytes]).toString('base64')
  return text.slice(Math.ceil((start * 8) / 6), Math.floor(((start + bytes.length) * 8) / 6))
}
