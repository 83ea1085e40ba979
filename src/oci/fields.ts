import { CnbError, type ErrorCode } from '../errors.js'
import { type Digest, parseDigest } from './digest.js'
import type { Json, JsonObject } from './image.js'

/** What is being decoded, for messages. */
export interface Subject {
  /** The file or blob. */
  readonly file: string
  /** The code of a field that is missing or of the wrong type. */
  readonly code: ErrorCode
}

/**
 * One object of a JSON document whose fields are taken by name and type. A field that is missing or of another type is an
 * error that names it by its JSON pointer. `null` counts as missing, because Go writes it for a slice or map it never made.
 */
export class Fields {
  /** The object itself. */
  readonly raw: JsonObject
  readonly #pointer: string
  readonly subject: Subject

  private constructor(object: JsonObject, pointer: string, subject: Subject) {
    this.raw = object
    this.#pointer = pointer
    this.subject = subject
  }

  /** @throws CnbError unless `document` is an object */
  static of(document: Json, subject: Subject): Fields {
    if (!isObject(document)) throw wrong(subject, 'the document', 'an object', document)
    return new Fields(document, '', subject)
  }

  has(key: string): boolean {
    return this.raw.has(key)
  }

  string(key: string): string {
    return this.optionalString(key) ?? this.#missing(key)
  }

  optionalString(key: string): string | undefined {
    return this.#optional(key, 'a string', isString)
  }

  optionalBoolean(key: string): boolean | undefined {
    return this.#optional(key, 'true or false', isBoolean)
  }

  integer(key: string): number {
    return this.optionalInteger(key) ?? this.#missing(key)
  }

  optionalInteger(key: string): number | undefined {
    return this.#optional(key, 'a whole number', isInteger)
  }

  digest(key: string): Digest {
    return this.#digest(key, this.string(key))
  }

  optionalDigests(key: string): readonly Digest[] | undefined {
    return this.optionalStrings(key)?.map((text, index) => this.#digest(`${key}/${index}`, text))
  }

  #digest(path: string, text: string): Digest {
    try {
      return parseDigest(text)
    } catch (cause) {
      throw new CnbError(
        'E_DIGEST_SYNTAX',
        `${this.subject.file}: ${this.#pointer}/${path} must be sha256: or sha512: and lower-case hex`,
        { cause, value: text, place: { file: this.subject.file } },
      )
    }
  }

  optionalStrings(key: string): readonly string[] | undefined {
    return this.#optional(key, 'an array of strings', isStringArray)
  }

  /** A Map of strings, in the order of the text. */
  optionalStringMap(key: string): ReadonlyMap<string, string> | undefined {
    return this.#optional(key, 'an object of strings', isStringMap)
  }

  optionalObject(key: string): Fields | undefined {
    const value = this.#optional(key, 'an object', isObject)
    return value === undefined ? undefined : new Fields(value, this.#at(key), this.subject)
  }

  object(key: string): Fields {
    return this.optionalObject(key) ?? this.#missing(key)
  }

  objects(key: string): readonly Fields[] {
    return this.optionalObjects(key) ?? this.#missing(key)
  }

  optionalObjects(key: string): readonly Fields[] | undefined {
    const items = this.#optional(key, 'an array', isArray)
    return items?.map((item, index) => {
      const pointer = `${this.#at(key)}/${index}`
      if (!isObject(item)) throw wrong(this.subject, pointer, 'an object', item)
      return new Fields(item, pointer, this.subject)
    })
  }

  keys(): readonly string[] {
    return [...this.raw.keys()]
  }

  /** The error that this field, though of the right type, has a wrong value. */
  error(key: string, problem: string, code: ErrorCode = this.subject.code): CnbError {
    const value = this.raw.get(key)
    return new CnbError(code, `${this.subject.file}: ${this.#at(key)} ${problem}`, {
      place: { file: this.subject.file },
      value: typeof value === 'string' || typeof value === 'number' ? String(value) : undefined,
    })
  }

  #optional<T extends Json>(key: string, wanted: string, is: (value: Json) => value is T): T | undefined {
    const value = this.raw.get(key)
    if (value === undefined || value === null) return undefined
    if (!is(value)) throw wrong(this.subject, this.#at(key), wanted, value)
    return value
  }

  #missing(key: string): never {
    throw this.error(key, 'is missing')
  }

  #at(key: string): string {
    return this.#pointer + jsonPointer([key])
  }
}

/** The JSON pointer that leads over these keys. @see https://www.rfc-editor.org/rfc/rfc6901 */
export function jsonPointer(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function wrong(subject: Subject, what: string, wanted: string, found: Json): CnbError {
  return new CnbError(subject.code, `${subject.file}: ${what} must be ${wanted}, not ${nameOf(found)}`, {
    place: { file: subject.file },
  })
}

function nameOf(value: Json): string {
  if (value === null) return 'null'
  if (isObject(value)) return 'an object'
  if (isArray(value)) return 'an array'
  return typeof value === 'string' ? 'a string' : String(value)
}

function isString(value: Json): value is string {
  return typeof value === 'string'
}

function isBoolean(value: Json): value is boolean {
  return typeof value === 'boolean'
}

function isInteger(value: Json): value is number {
  return Number.isSafeInteger(value)
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** True for an object: the parser makes Maps of them, and nothing else. */
export function isObject(value: Json): value is JsonObject {
  return value instanceof Map
}

function isStringArray(value: Json): value is readonly string[] {
  return isArray(value) && value.every(isString)
}

function isStringMap(value: Json): value is ReadonlyMap<string, string> {
  return isObject(value) && [...value.values()].every(isString)
}
