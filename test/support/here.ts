import { main } from '#src/cli/main.js'
import type { Run, RunOptions } from './cli.js'
import { hostIn } from './host.js'

/**
 * Runs `trowel ARGS` in this process, which takes a hundredth of the time that a process of its own takes: for tests of what is
 * printed, of which there are many.
 */
export async function trowelHere(args: readonly string[], { cwd, env = {} }: RunOptions): Promise<Run> {
  let [stdout, stderr] = ['', '']
  const status = await main(args, {
    streams: {
      writeOut: (text) => void (stdout += text),
      writeErr: (text) => void (stderr += text),
      terminal: false,
      outTerminal: false,
      columns: 80,
    },
    host: hostIn(cwd, env),
    signal: new AbortController().signal,
  })
  return { status, signal: null, stdout, stderr }
}
