import type { PackageOptions } from '../../operations/package-options.js'
import { commaList, flag, operand, single } from '../arguments.js'
import type { Arguments, Context, Run } from '../command.js'
import { imageOptions } from '../image-arguments.js'
import { showMadeImages } from '../made-images.js'
import { printPackagePlan } from '../render/plan.js'
import { surroundingsOf } from '../surroundings.js'

/** Runs `trowel buildpack package` with its parsed arguments. */
export const packageBuildpack: Run = (args, context) => runPackage('buildpack', args, context)

/** Runs `trowel extension package` with its parsed arguments. */
export const packageExtension: Run = (args, context) => runPackage('extension', args, context)

async function runPackage(kind: PackageOptions['kind'], args: Arguments, context: Context): Promise<void> {
  const options = readOptions(kind, args, context)
  // Loaded late: usage errors need none of it.
  const { packageModule } = await import('../../operations/package-module.js')
  const { surroundings, traffic } = surroundingsOf(context)
  const outcome = await packageModule(options, surroundings)
  showMadeImages(outcome, { printPlan: printPackagePlan, traffic }, args, context)
}

function readOptions(kind: PackageOptions['kind'], args: Arguments, context: Context): PackageOptions {
  return {
    ...imageOptions(args, context),
    kind,
    name: operand(args, 'NAME'),
    format: single(args, 'format'),
    config: single(args, 'config'),
    path: single(args, 'path'),
    createdBy: single(args, 'created-by'),
    flatten: flag(args, 'flatten'),
    flattenExclude: commaList(args, 'flatten-exclude'),
  }
}
