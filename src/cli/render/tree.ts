import { alignColumns } from './columns.js'

/** One line of a tree, and what is below it. */
export interface Branch {
  readonly text: string
  /** Stands in a column of its own; undefined for a line that has no such column. */
  readonly note?: string | undefined
  readonly below: readonly Branch[]
}

/** Blanks between a line and its note. */
const PADDING = 4

/** The tree in lines. Notes are aligned over neighbouring lines that have one, and padded even when they are empty. */
export function drawTree(branches: readonly Branch[]): string[] {
  const lines: (readonly string[])[] = []
  draw(branches, ' ', lines)
  return lines.flatMap((line, i) => {
    // The first of neighbours with a note stands for all of them.
    if (line.length === 1) return line
    if (lines[i - 1]?.length === line.length) return []
    const end = lines.findIndex((other, j) => j > i && other.length === 1)
    return alignColumns(lines.slice(i, end < 0 ? undefined : end), PADDING)
  })
}

function draw(branches: readonly Branch[], trunk: string, lines: (readonly string[])[]): void {
  branches.forEach(({ text, note, below }, i) => {
    const isLast = i === branches.length - 1
    const line = `${trunk}${isLast ? '└' : '├'} ${text}`
    lines.push(note === undefined ? [line] : [line, note])
    draw(below, `${trunk}${isLast ? ' ' : '│'}  `, lines)
  })
}
