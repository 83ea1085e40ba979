import { keepScript } from '../../operations/keep-script.js'
import { single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { COMMANDS } from '../commands.js'
import { completionScript } from '../completion.js'

/** Runs `trowel completion`. */
export async function writeCompletion(args: Arguments, { host, output }: Context): Promise<void> {
  const { file, text } = completionScript(single(args, 'shell') ?? 'bash', COMMANDS)
  output.result(await keepScript(host, file, text))
}
