/**
 * Groups T and G of the bad-input catalogue. Each row makes a module archive, sound but for what the row is about. The rows
 * are read with the reader and `TreeCheck` alone in `catalogue.test.ts`, and by the whole command in `test/e2e`.
 */
import { FORMAT_ROWS } from './catalogue-format.js'
import { GZIP_ROWS } from './catalogue-gzip.js'
import { NAME_ROWS } from './catalogue-names.js'
import type { Row, RowElsewhere } from './catalogue-row.js'

export const ROWS: readonly (Row | RowElsewhere)[] = [...NAME_ROWS, ...FORMAT_ROWS, ...GZIP_ROWS].sort((a, b) =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0,
)
