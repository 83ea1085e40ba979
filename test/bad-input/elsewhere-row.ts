import type { ErrorCode } from '#src/errors.js'

/** A row of the catalogue that an ordinary test shows. */
export interface ElsewhereRow {
  readonly id: string
  readonly about: string
  /** What is right; `DIGEST` means one digest whatever the variation. */
  readonly outcome: string
  /**
   * The tests that show it, as the test runner prints them: `FILE > NAME`, and as many names as there are groups. A name is
   * what the file says, so the rows of a table are `%s`; one that ends in `…` is the beginning of a name.
   */
  readonly tests: readonly string[]
  readonly code?: ErrorCode | undefined
  /** The rule of a warning or a problem. */
  readonly rule?: string | undefined
  /** What is not as the catalogue wants it, or does not apply, and why. */
  readonly note?: string | undefined
}

/** Makes a row of a table. */
export function row(
  id: string,
  about: string,
  outcome: string,
  tests: readonly string[],
  rest: Pick<ElsewhereRow, 'code' | 'rule' | 'note'> = {},
): ElsewhereRow {
  return { id, about, outcome, tests, ...rest }
}
