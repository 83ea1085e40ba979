import type { Surroundings } from '../operations/surroundings.js'
import type { Context } from './command.js'
import { showProgress } from './render/progress.js'
import type { Traffic } from './render/traffic.js'

/** What an operation is given, with its progress shown on stderr; and what it has moved over the network by the end. */
export function surroundingsOf({ host, output, signal, version }: Context): {
  readonly surroundings: Surroundings
  readonly traffic: Traffic
} {
  const { report, traffic } = showProgress(output, host.now)
  return { surroundings: { host, version, report, signal }, traffic }
}
