import { readFileSync } from 'node:fs'
import type { Place } from '../errors.js'
import { redactLine } from '../sources/redact.js'

/** The line that a caret is put under, without secrets. A file that cannot be read again just has no caret. */
export function sourceLine(place: Place): string | undefined {
  try {
    const line = readFileSync(place.file, 'utf8').split(/\r?\n/)[(place.line ?? 1) - 1]
    return line === undefined ? undefined : redactLine(line)
  } catch {
    return undefined
  }
}
