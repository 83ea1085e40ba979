import { row, type ElsewhereRow } from './elsewhere-row.js'

/** What of group L shows when an image is looked into. */
export const INSPECT_ROWS: readonly ElsewhereRow[] = [
  row('L-08', 'escape sequences in the labels of an image that is inspected: they are escaped in every format', 'ACC', [
    'test/e2e/inspect-labels.test.ts > labels > that hold what moves a cursor show it harmlessly, in every format',
  ]),
]
