import { CnbError } from '../../errors.js'
import type { CreateBuilderOptions } from '../../operations/create-builder-options.js'
import { flag, list, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { imageOptions } from '../image-arguments.js'
import { showMadeImages } from '../made-images.js'
import { printPlan } from '../render/plan.js'
import { surroundingsOf } from '../surroundings.js'

/** Runs `trowel builder create` with its parsed arguments. */
export async function builderCreate(args: Arguments, context: Context): Promise<void> {
  const options = readOptions(args, context)
  // Loaded late: usage errors need none of it.
  const { createBuilder } = await import('../../operations/create-builder.js')
  const { surroundings, traffic } = surroundingsOf(context)
  const outcome = await createBuilder(options, surroundings)
  showMadeImages(outcome, { printPlan, traffic }, args, context)
}

function readOptions(args: Arguments, context: Context): CreateBuilderOptions {
  const config = single(args, 'config')
  if (config === undefined) {
    throw new CnbError('E_USAGE', 'no builder config path was given', { hint: 'say which builder.toml with --config' })
  }
  return {
    ...imageOptions(args, context),
    name: operand(args, 'NAME'),
    config,
    flatten: list(args, 'flatten'),
    createdBy: single(args, 'created-by') ?? `trowel@${context.version}`,
    experimental: flag(args, 'experimental'),
  }
}
