import { explain, explainedCatalogue } from '../../operations/explain-rule.js'
import { flag, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { catalogueText, explanationText } from '../render/explain-text.js'

/** Runs `trowel explain` with its parsed arguments. */
export async function explainRule(args: Arguments, { output }: Context): Promise<void> {
  const id = single(args, 'RULE')
  const found = id === undefined ? explainedCatalogue() : explain(id)
  if (flag(args, 'json')) output.json(found)
  else
    output.result('kind' in found ? explanationText(found, output.outPalette) : catalogueText(found, output.outPalette))
}
