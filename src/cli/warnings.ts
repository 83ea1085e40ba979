import type { Diagnostic } from '../errors.js'
import { sourceLines } from '../operations/source-line.js'
import type { Output } from './output.js'
import { printDiagnostic } from './render/diagnostics.js'

/** Shows what did not keep a command from doing its work. */
export function showWarnings(warnings: readonly Diagnostic[], output: Output): void {
  const sourceLine = sourceLines()
  for (const warning of warnings) output.urgent(printDiagnostic(warning, output.palette, sourceLine))
}
