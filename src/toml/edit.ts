/** Text to put in place of a part of a source; the part may be empty, and so may the text. Offsets in UTF-16 units. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** `source` with all edits made, in whatever order they come. What no edit covers stays as it is. @throws Error when two overlap */
export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = []
  let from = 0
  for (const { start, end, text } of sortedEdits(edits)) {
    if (start < from || end < start || end > source.length) throw new Error(`an edit at ${start} overlaps another`)
    pieces.push(source.slice(from, start), text)
    from = end
  }
  return pieces.join('') + source.slice(from)
}

/** Whether two edits cannot both be made: also when both put something at the same place, where their order would count. */
export function overlap(edits: readonly TextEdit[]): boolean {
  return sortedEdits(edits).some((edit, i, all) => {
    const before = all[i - 1]
    return before !== undefined && (edit.start < before.end || edit.start === before.start)
  })
}

function sortedEdits(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
}

/** Where the line begins that `offset` stands in. */
export function lineStart(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1
}

/** Where the next line begins, or the text ends. */
export function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset)
  return end === -1 ? source.length : end + 1
}

/** The blanks before what stands at `offset`, if nothing else does on its line. */
export function indentAt(source: string, offset: number): string {
  const before = source.slice(lineStart(source, offset), offset)
  return /^[ \t]*$/.test(before) ? before : ''
}

/** How the lines of `source` end. */
export function newlineOf(source: string): '\n' | '\r\n' {
  return source[source.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n'
}
