import type { MatrixResult } from '../../operations/matrix-result.js'
import { printableDocument } from './text.js'

/** A matrix for machines: every cell has its verdict and its rule, and the number of the note that says why. */
export function jsonMatrix({ subject, columns, rows, judgements, counts }: MatrixResult): string {
  const document = {
    subject,
    counts: Object.fromEntries(counts.map(({ verdict, count }) => [verdict, count])),
    columns,
    rows: rows.map(({ kind, name, isComposite, from, cells }) => ({
      kind,
      name,
      composite: isComposite,
      from,
      cells: cells.map(({ verdict, rule, number }) => ({ verdict, rule, note: number })),
    })),
    notes: judgements.map(({ number, verdict, rule, reason, opinions, fix }) => ({
      number,
      verdict,
      rule,
      reason,
      opinions,
      fix: fix ?? null,
    })),
  }
  return printableDocument(JSON.stringify(document, undefined, 2))
}
