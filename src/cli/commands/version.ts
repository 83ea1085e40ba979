import type { Arguments, Context } from '../command.js'

/** Runs `trowel version`. */
export async function printVersion(_: Arguments, { output, version }: Context): Promise<void> {
  output.result(version)
}
