import { join } from 'node:path'
import { flag, runOptions, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { surroundingsOf } from '../surroundings.js'
import { printable } from '../render/text.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel sbom download`. */
export async function sbomDownload(args: Arguments, context: Context): Promise<void> {
  const { output } = context
  const outputDirectory = single(args, 'output-dir') ?? '.'
  const request = {
    ...runOptions(args, context.host),
    name: operand(args, 'IMAGE'),
    platform: single(args, 'platform'),
    remoteOnly: flag(args, 'remote'),
    outputDirectory,
  }
  // Loaded late: usage errors need none of it.
  const { downloadSbom } = await import('../../operations/download-sbom.js')
  const { surroundings } = surroundingsOf(context)
  const result = await downloadSbom(request, surroundings)
  output.done()
  showWarnings(result.warnings, output)
  if (flag(args, 'json')) {
    output.json({ ...result, warnings: result.warnings.map(diagnosticJson) })
    return
  }
  for (const { path } of result.files) output.result(printable(join(outputDirectory, path)))
}
