import { encodeUtf8 } from './bytes.js'

/** What stands where a secret was. */
const BLANK = '***'
/** Characters. Whatever is shorter would be found in half of all words, and protects nothing. */
const SHORTEST = 4
/** How often a text may have been percent-encoded: a server that echoes what was encoded already encodes it again. */
const ENCODINGS = 5
/** Ends a text that was cut short, perhaps in the middle of a secret. */
const ELLIPSIS = '…'

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

  /**
   * `text` without any of the secrets: as they are, in a URL, in JSON, in hex, and in base64 wherever they begin in it. One that was
   * percent-encoded several times shows when the text is decoded, and then it is the decoded text that is let out.
   */
  scrub(text: string): string {
    const clean = this.#blanked(text)
    let decoded = clean
    for (let i = 0; i < ENCODINGS && this.#spellings.length > 0 && PERCENT.test(decoded); i++) {
      decoded = percentDecoded(decoded)
      if (this.#blanked(decoded) !== decoded) return this.scrub(this.#blanked(decoded))
    }
    return clean
  }

  #blanked(text: string): string {
    let clean = text
    for (const spelling of this.#spellings) clean = clean.replaceAll(spelling, BLANK)
    return this.#spellings.length > 0 && clean.includes(ELLIPSIS) ? this.#withoutBeginnings(clean) : clean
  }

  /** `text` without the beginnings of secrets that are followed by an ellipsis. */
  #withoutBeginnings(text: string): string {
    const [last = '', ...cut] = text.split(ELLIPSIS).toReversed()
    return [...cut.toReversed().map((part) => this.#withoutBeginning(part)), last].join(ELLIPSIS)
  }

  #withoutBeginning(text: string): string {
    const lengths = this.#spellings.map((spelling) => overlap(text, spelling))
    const longest = Math.max(0, ...lengths)
    return longest < SHORTEST ? text : `${text.slice(0, -longest)}${BLANK}`
  }
}

const PERCENT = /%[0-9a-f]{2}/i

/** `text` with its percent-escapes decoded once; what they stand for may be no UTF-8. */
function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString())
}

/** How many characters at the end of `text` begin `spelling`. */
function overlap(text: string, spelling: string): number {
  let length = Math.min(text.length, spelling.length)
  while (length > 0 && !text.endsWith(spelling.slice(0, length))) length--
  return length
}

function spellingsOf(value: string): string[] {
  const bytes = encodeUtf8(value)
  const wellFormed = Buffer.from(bytes).toString()
  const url = encodeURIComponent(wellFormed)
  const inPath = encodeURI(wellFormed)
  const every = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const lowerCase = (text: string): string => text.replaceAll(/%../g, (code) => code.toLowerCase())
  const hex = Buffer.from(bytes).toString('hex')
  const base64 = [0, 1, 2].map((start) => base64Inside(bytes, start))
  return [
    value,
    url,
    lowerCase(url),
    url.replaceAll('%20', '+'),
    inPath,
    lowerCase(inPath),
    every,
    every.toUpperCase(),
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
