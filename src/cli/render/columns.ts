/**
 * Rows as lines of columns, each as wide as its widest cell and `padding` blanks, as pack lays them out: the last column of a row
 * is not padded. Widths are counted in characters.
 */
export function alignColumns(rows: readonly (readonly string[])[], padding: number): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell) + padding)))
  }
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell)))).join(''),
  )
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
