import type { Document, DocumentObject } from './document.js'
import { printableDocument } from './text.js'

const INDENT = '  '

/**
 * A document in TOML, laid out as pack does where it shows something: a blank line before every header, two blanks for each
 * level. Unlike there the values of a table come before the tables in it, without which they would be values of those. `null` is
 * left out, for TOML has none.
 *
 * Not `toml/encode`, whose bytes are hashed and have other blank lines.
 */
export function printTomlDocument(document: DocumentObject): string {
  const lines: string[] = []
  printBody(document, [], lines)
  return printableDocument(lines.join('\n'))
}

function printBody(table: DocumentObject, path: readonly string[], lines: string[]): void {
  for (const [key, value] of Object.entries(table)) {
    if (value === undefined || value === null || isTable(value) || isTables(value)) continue
    lines.push(`${INDENT.repeat(path.length)}${key} = ${printValue(value)}`)
  }
  for (const [key, value] of Object.entries(table)) {
    const below = [...path, key]
    const indent = INDENT.repeat(path.length)
    for (const item of isTables(value) ? value : []) {
      lines.push('', `${indent}[[${below.join('.')}]]`)
      printBody(item, below, lines)
    }
    if (isTable(value)) {
      lines.push('', `${indent}[${below.join('.')}]`)
      printBody(value, below, lines)
    }
  }
}

function printValue(value: Document): string {
  return Array.isArray(value) ? `[${value.map(printValue).join(', ')}]` : JSON.stringify(value)
}

function isTable(value: Document | undefined): value is DocumentObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTables(value: Document | undefined): value is readonly DocumentObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTable)
}
