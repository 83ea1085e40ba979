import { CnbError, type Report } from '../errors.js'
import { parsePlace, plainReference, type ImagePlace } from '../oci/place.js'
import { normaliseReference, type Reference } from '../oci/reference.js'
import { redactLocator } from '../redact.js'

/** Where something is read from instead. Paths are as written, relative to the current folder. */
type ReplacementPlace =
  | ImagePlace
  /** A directory or an archive; what it is shows when it is opened. Where nothing has this path, the image of that name, if it is one. */
  | { readonly kind: 'path'; readonly path: string; readonly reference: Reference | undefined }

/** One `--replace REF=PLACE`. */
export interface Replacement {
  readonly reference: string
  readonly place: ReplacementPlace
  /** PLACE as written. */
  readonly text: string
}

const FLAG = '--replace'
const FORM =
  'write REF=PLACE, where PLACE is oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker:REFERENCE, a registry reference, a directory or an archive'
/** What can be nothing but a place. */
const PLACE_SCHEME = /^(?:oci|oci-archive|docker-archive|docker|docker-daemon):/
/** What is here already is not downloaded. */
const URL_SCHEME = /^(?:https?|file):\/\//i

/** What a `--replace` flag says. @throws CnbError E_USAGE */
export function parseReplacement(flag: string): Replacement {
  const equals = flag.indexOf('=')
  const reference = flag.slice(0, Math.max(equals, 0))
  const text = flag.slice(equals + 1)
  if (flag.includes('\0')) {
    throw new CnbError('E_USAGE', `${FLAG} holds a NUL character`, { value: redactLocator(flag) })
  }
  const place = placeOf(text)
  if (reference === '' || place === undefined) {
    throw new CnbError('E_USAGE', `${FLAG} needs a reference and a place`, { value: redactLocator(flag), hint: FORM })
  }
  return { reference, place, text }
}

function placeOf(text: string): ReplacementPlace | undefined {
  if (PLACE_SCHEME.test(text)) return parsePlace(text)
  return text === '' || URL_SCHEME.test(text)
    ? undefined
    : { kind: 'path', path: text, reference: plainReference(text) }
}

/** All `--replace` flags of a run, and which of them were used. */
export class Replacements {
  readonly #list: readonly Replacement[]
  /** The same by their references as written, and by what these mean. */
  readonly #byText: ReadonlyMap<string, Replacement>
  readonly #byMeaning: ReadonlyMap<string, Replacement>
  /** For each used one, the text in a file that it stood for. */
  readonly #used = new Map<Replacement, string>()

  /** @throws CnbError E_USAGE when two flags replace the same thing */
  constructor(list: readonly Replacement[]) {
    const seen = new Map<string, Replacement>()
    for (const one of list) {
      const key = comparable(one.reference)
      const other = seen.get(key)
      if (other !== undefined && other.text !== one.text) {
        throw new CnbError('E_USAGE', `${FLAG} gives ${redactLocator(one.reference)} two places`, {
          value: `${other.text}, ${one.text}`,
          hint: 'keep one of them',
        })
      }
      seen.set(key, one)
    }
    this.#list = [...seen.values()]
    this.#byText = new Map(this.#list.map((one) => [one.reference, one]))
    this.#byMeaning = seen
  }

  /**
   * The replacement for what a file calls `text`: the one with the same text, else the one that means the same: the same
   * image reference however it is spelled, or the same URL whatever its user info and query are.
   *
   * @throws CnbError E_USAGE when one replacement without a query would stand for URLs that differ in it
   */
  find(text: string): Replacement | undefined {
    const found = this.#byText.get(text) ?? this.#byMeaning.get(comparable(text))
    if (found === undefined) return undefined
    const before = this.#used.get(found)
    if (before !== undefined && before !== text && /^https?:/i.test(text)) {
      throw new CnbError('E_USAGE', `${FLAG} ${redactLocator(found.reference)} would stand for two different URLs`, {
        hint: 'give each URL a replacement of its own, spelled as the file spells it',
      })
    }
    this.#used.set(found, text)
    return found
  }

  /** What was read from elsewhere, in the order of the flags; references without secrets. */
  used(): readonly { readonly reference: string; readonly place: string }[] {
    return this.#list
      .filter((one) => this.#used.has(one))
      .map((one) => ({ reference: redactLocator(one.reference), place: one.text }))
  }

  /** Warns once about the replacements that nothing asked for. */
  reportUnused(report: Report): void {
    const unused = this.#list.filter((one) => !this.#used.has(one)).map((one) => redactLocator(one.reference))
    const [first, ...others] = unused
    if (first === undefined) return
    const all = others.length === 0 ? first : `${first} or ${others.length} more that ${FLAG} has`
    report({
      rule: 'replacement-unused',
      severity: 'warning',
      message: `nothing in the files is called ${all}`,
      place: { file: FLAG },
      value: unused.join(', '),
      fix: 'spell the reference as the file does, or leave the flag out',
    })
  }
}

/** Equal for texts that name the same thing. */
function comparable(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { protocol, host, pathname } = new URL(text)
    return `${protocol}//${host}${pathname}`
  }
  const reference = text.replace(/^docker:\/{1,3}/, '')
  return normaliseReference(reference) ?? reference
}
