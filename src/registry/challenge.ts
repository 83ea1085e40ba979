/** One way in which a server wants to be told who asks. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

/** RFC 9110 writes both as lists in which an element may be empty. */
const SEPARATORS = /[ \t]*(?:,[ \t]*)*/y
const SCHEME = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
/** A name and a value, in quotes or without. */
const PARAMETER =
  /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))(?=[ \t]*(?:,|$))/y
/** What some schemes have instead of parameters. */
const TOKEN68 = / +[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const BLANKS = / +/y
const END_OF_ELEMENT = /(?=[ \t]*(?:,|$))/y

/**
 * The challenges of a `WWW-Authenticate` header, in its order. One that has a parameter twice is left out, because two readers
 * may understand it differently, and so is everything from the first place on that does not follow the grammar.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7235#section-4.1
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const cursor = new Cursor(header)
  const challenges: Challenge[] = []
  for (cursor.take(SEPARATORS); !cursor.isAtEnd; cursor.take(SEPARATORS)) {
    const challenge = readChallenge(cursor)
    if (challenge === undefined) break
    if (challenge !== 'ambiguous') challenges.push(challenge)
  }
  return challenges
}

/** Whether a token is good, but not for this. @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
export function isScopeTooNarrow({ scheme, parameters }: Challenge): boolean {
  return scheme === 'bearer' && parameters.get('error') === 'insufficient_scope'
}

function readChallenge(cursor: Cursor): Challenge | 'ambiguous' | undefined {
  const scheme = cursor.take(SCHEME)?.[0].toLowerCase()
  if (scheme === undefined) return undefined
  if (cursor.take(END_OF_ELEMENT) || cursor.take(TOKEN68)) return { scheme, parameters: new Map() }
  if (!cursor.take(BLANKS)) return undefined
  const pairs: [string, string][] = []
  for (let found = cursor.take(PARAMETER); found; found = cursor.take(PARAMETER)) {
    const [, name = '', quoted, plain = ''] = found
    pairs.push([name.toLowerCase(), quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain])
    cursor.take(SEPARATORS)
  }
  const parameters = new Map(pairs)
  if (pairs.length === 0) return undefined
  return parameters.size < pairs.length ? 'ambiguous' : { scheme, parameters }
}

class Cursor {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** What `pattern` matches here, which is then behind us. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at += found[0].length
    return found
  }
}
