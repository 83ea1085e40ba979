import type { Place } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { readSmallFile } from '../read-file.js'
import { redactLine } from '../redact.js'

/** UTF-16 units of a line that is looked at: longer ones are not shown, and finding secrets in them takes its time. */
const LONGEST = 2_000

/**
 * Finds the line that a caret is put under, without secrets. Each file is read once, however much is wrong with it; one that
 * cannot be read again just has no carets.
 */
export function sourceLines(): (place: Place) => string | undefined {
  const read = new Map<string, readonly string[]>()
  return ({ file, line: number = 1 }) => {
    const lines = read.get(file) ?? linesOf(file)
    read.set(file, lines)
    const line = lines[number - 1]
    return line === undefined || line.length > LONGEST ? undefined : redactLine(line)
  }
}

/** Nothing of a file that is larger than those with lines are: a program may be what something is wrong with. */
function linesOf(file: string): readonly string[] {
  try {
    const read = readSmallFile(file, { limit: DEFAULT_LIMITS.tomlBytes, followLink: true })
    return read.kind === 'bytes' ? Buffer.from(read.bytes).toString('utf8').split(/\r?\n/) : []
  } catch {
    return []
  }
}
