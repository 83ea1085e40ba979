import { fileSchema } from '../../operations/file-schema.js'
import { operand } from '../arguments.js'
import type { Arguments, Context } from '../command.js'

/** Runs `trowel schema`. */
export async function printSchema(args: Arguments, { output }: Context): Promise<void> {
  output.result(JSON.stringify(fileSchema(operand(args, 'NAME')), undefined, 2))
}
