import { row, type ElsewhereRow } from './elsewhere-row.js'

/** What of groups L and O shows when an image is looked into. */
export const INSPECT_ROWS: readonly ElsewhereRow[] = [
  row('L-08', 'escape sequences in the labels of an image that is inspected: they are escaped in every format', 'ACC', [
    'test/e2e/inspect-labels.test.ts > labels > that hold what moves a cursor show it harmlessly, in every format',
  ]),
  row(
    'L-08',
    'escape sequences in a label or a name that is refused: they are escaped for people and for programs',
    'REJ',
    [
      'test/e2e/inspect-labels.test.ts > labels > and names that are refused are told of harmlessly, to people and to programs',
    ],
    { code: 'E_LABEL' },
  ),
  row(
    'O-34',
    'label whose order would be shown on gigabytes',
    'REJ',
    [
      'test/e2e/inspect-labels.test.ts > labels > of few modules that would be shown on gigabytes are refused, or shown in little',
    ],
    { code: 'E_LABEL' },
  ),
]
