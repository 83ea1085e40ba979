import { isSpace } from './space.js'

/** How deep `${a:-${b:-…}}` may nest before the text counts as unreadable. Keeps hostile text off the call stack. */
const MAX_NESTING = 100

/**
 * The words of `text` as a shell splits them, variables left as they are written; undefined when a quote or a brace is
 * not closed. `raw` keeps quotes and escapes, `unquoted` takes them away.
 */
export function shellWords(text: string, quotes: 'raw' | 'unquoted'): readonly string[] | undefined {
  const lexer = new Lexer(text, quotes === 'raw')
  return lexer.words()
}

/** Thrown and caught here: the text ends inside something. */
class Unreadable extends Error {}

class Lexer {
  readonly #text: string
  readonly #raw: boolean
  #at = 0
  #forgets = false

  constructor(text: string, raw: boolean) {
    this.#text = text
    this.#raw = raw
  }

  words(): readonly string[] | undefined {
    try {
      return this.#words()
    } catch (error) {
      if (error instanceof Unreadable) return undefined
      throw error
    }
  }

  #words(): readonly string[] {
    const words: string[] = []
    let word = ''
    const add = (piece: string) => {
      // BuildKit forgets what of the word was before `${a:-b}`.
      word = (this.#forgets ? '' : word) + piece
      this.#forgets = false
    }
    const end = () => {
      if (word !== '') words.push(word)
      word = ''
    }
    while (this.#at < this.#text.length) {
      const character = this.#next()
      if (character === "'" || character === '"') add(this.#quoted(character, 0))
      else if (character === '<') add(this.#heredocStart())
      else if (character === '\\') add((this.#raw ? '\\' : '') + this.#next())
      else if (character === '$') {
        // What a variable stands for is split at white space, quotes or not.
        for (const piece of this.#variable(0)) {
          if (isSpace(piece)) end()
          else add(piece)
        }
      } else if (isSpace(character)) end()
      else add(character)
    }
    end()
    return words
  }

  #peek(): string {
    return this.#text.charAt(this.#at)
  }

  #next(): string {
    const character = this.#text.charAt(this.#at)
    this.#at += 1
    return character
  }

  /** What is between quotes, the first of which was read. */
  #quoted(quote: string, depth: number): string {
    const start = this.#at
    let inside = ''
    for (;;) {
      if (this.#at >= this.#text.length) throw new Unreadable()
      if (quote === '"' && this.#peek() === '$') {
        this.#at += 1
        inside += this.#variable(depth)
        continue
      }
      const character = this.#next()
      if (character === quote) break
      if (character === '\\' && quote === '"' && '"$\\'.includes(this.#peek())) inside += this.#next()
      else inside += character
    }
    return this.#raw ? quote + this.#text.slice(start, this.#at) : inside
  }

  /** `<<` takes the white space after it into its word. The first `<` was read. */
  #heredocStart(): string {
    if (this.#peek() !== '<') return '<'
    const start = this.#at - 1
    this.#at += 1
    while (this.#at < this.#text.length && ' \t\r'.includes(this.#peek())) this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  /** `$name` or `${…}` as written; the `$` was read. */
  #variable(depth: number): string {
    const start = this.#at - 1
    if (this.#peek() === '{') {
      this.#at += 1
      this.#braces(depth)
    } else this.#name()
    return this.#text.slice(start, this.#at)
  }

  #name(): void {
    const rest = this.#text.slice(this.#at, this.#at + 1)
    if (/\d/.test(rest)) this.#skip(/\d/)
    else if (rest !== '' && '@*#?-$!'.includes(rest)) this.#at += 1
    else this.#skip(/[\p{L}\p{Nd}_]/u)
  }

  #skip(characters: RegExp): void {
    while (characters.test(this.#peek())) this.#at += 1
  }

  #braces(depth: number): void {
    if (this.#at >= this.#text.length || '{}:'.includes(this.#peek()) || depth > MAX_NESTING) throw new Unreadable()
    this.#name()
    let modifier = this.#next()
    if (modifier === '}') return
    if (modifier === '/') {
      if (this.#peek() === '/') this.#at += 1
      this.#until('/', depth)
      this.#until('}', depth)
      return
    }
    if (modifier === ':') {
      modifier = this.#next()
      if (modifier === '' || '#%'.includes(modifier)) throw new Unreadable()
    } else if (modifier === '' || !'+-?#%'.includes(modifier)) throw new Unreadable()
    this.#until('}', depth)
  }

  /** Goes past `stop`, which counts only outside quotes and other braces. */
  #until(stop: string, depth: number): void {
    this.#forgets = true
    while (this.#at < this.#text.length) {
      const character = this.#next()
      if (character === stop) return
      if (character === "'" || character === '"') this.#quoted(character, depth + 1)
      else if (character === '$') this.#variable(depth + 1)
      else if (character === '\\') this.#at += 1
    }
    throw new Unreadable()
  }
}
