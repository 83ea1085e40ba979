/** Characters that make a column wider. A label can hold a cell of a million, and a thousand rows beside it. */
const MAX_WIDTH = 500

/**
 * Rows as lines of columns, each as wide as its widest cell and `padding` blanks, as pack lays them out: the last column of a row
 * is not padded. Widths are counted in characters; a cell beyond all measure pushes what is behind it aside, in its row alone.
 */
export function alignColumns(rows: readonly (readonly string[])[], padding: number): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, Math.min(widthOf(cell), MAX_WIDTH))))
  }
  const padded = (cell: string, i: number): string =>
    cell + ' '.repeat(Math.max((widths[i] ?? 0) - widthOf(cell), 0) + padding)
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : padded(cell, i))).join(''))
}

/** `text` without the blanks at its end. */
export function trimmed(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ') end--
  return text.slice(0, end)
}

function widthOf(text: string): number {
  return Array.from(text).length
}
