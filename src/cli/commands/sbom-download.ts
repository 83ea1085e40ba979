import { join } from 'node:path'
import { cacheDirectory, flag, limitsOf, networkOptions, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { showProgress } from '../render/progress.js'
import { printable } from '../render/text.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel sbom download`. */
export async function sbomDownload(args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const outputDirectory = single(args, 'output-dir') ?? '.'
  const request = {
    ...networkOptions(args),
    name: operand(args, 'IMAGE'),
    platform: single(args, 'platform'),
    remoteOnly: flag(args, 'remote'),
    outputDirectory,
    cacheDirectory: cacheDirectory(args, host),
    limits: limitsOf(args),
  }
  // Loaded late: usage errors need none of it.
  const { downloadSbom } = await import('../../operations/download-sbom.js')
  const { report } = showProgress(output, host.now)
  const result = await downloadSbom(request, { host, version, report, signal })
  output.done()
  showWarnings(result.warnings, output)
  if (flag(args, 'json')) {
    output.json({ ...result, warnings: result.warnings.map(diagnosticJson) })
    return
  }
  for (const { path } of result.files) output.result(printable(join(outputDirectory, path)))
}
