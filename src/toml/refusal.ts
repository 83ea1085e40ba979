import type { ScanProblem } from './scan.js'

/** Ends the reading of one document; `parseToml` turns it into a diagnostic. */
export class TomlRefusal extends Error {
  readonly problem: ScanProblem

  constructor(problem: ScanProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** The text is no TOML, at `offset`. */
export function syntaxRefusal(message: string, offset: number, fix: string): TomlRefusal {
  return new TomlRefusal({ rule: 'toml-syntax', message, fix, offset })
}
