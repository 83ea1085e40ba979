import { printableDocument } from './text.js'
import { printTomlDocument } from './toml.js'
import { printYaml } from './yaml.js'

/** What a structured output says, keys in their order. What is undefined is left out. */
export type Document = null | boolean | number | string | readonly Document[] | DocumentObject

/** An object of a document. */
export interface DocumentObject {
  readonly [key: string]: Document | undefined
}

/** Formats for machines, as pack has them. */
export const FORMATS = ['json', 'yaml', 'toml'] as const

/** One of them. */
export type Format = (typeof FORMATS)[number]

/**
 * A document in a format, without the newline at its end. Whatever could disturb a terminal is escaped as the format has it, so
 * that who reads it with a parser gets what is there.
 */
export function printDocument(document: DocumentObject, format: Format): string {
  switch (format) {
    case 'json':
      return printGoJson(document)
    case 'yaml':
      return printYaml(document)
    case 'toml':
      return printTomlDocument(document)
  }
}

/** As Go's `encoding/json` lays JSON out, with its escapes for what could disturb a page. */
function printGoJson(document: DocumentObject): string {
  const text = JSON.stringify(document, undefined, 2)
  return printableDocument(text).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)
}

/** Lists as the formats have them where Go has none: `null` in JSON, empty in YAML; TOML leaves tables out. */
export class Lists {
  readonly #format: Format

  constructor(format: Format) {
    this.#format = format
  }

  /** Texts; undefined for a list that was never made. */
  texts(list: readonly string[] | undefined): readonly string[] | null {
    return list ?? (this.#format === 'json' ? null : [])
  }

  /** Objects, of which Go makes no list when there are none. */
  objects(list: readonly DocumentObject[]): readonly DocumentObject[] | null | undefined {
    if (list.length > 0) return list
    return { json: null, yaml: [], toml: undefined }[this.#format]
  }
}

/** `list` unless it is empty. */
export function unlessNone<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}
