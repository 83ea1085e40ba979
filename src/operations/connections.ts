import { Cache } from '../cache/cache.js'
import { ImageReader } from './image-reader.js'
import { ImageSinks } from './image-sinks.js'
import { Network } from './network.js'
import { scratchParent } from './outputs.js'
import { RemoteSources } from './remote-sources.js'
import type { RunContext } from './run-context.js'
import { Scratch } from './scratch.js'
import type { Surroundings } from './surroundings.js'

/** What says how a run reaches the world. */
type ConnectionOptions = Pick<RunContext, 'options' | 'settings' | 'outputs' | 'problems'>

/** What a run reads and writes with. Nothing of it is connected before it is used. */
export interface Connections {
  readonly network: Network
  readonly images: ImageReader
  readonly sinks: ImageSinks
  readonly remote: RemoteSources
  readonly cache: Cache
}

/** Does some work, and closes afterwards whatever was opened for it. @throws what the work throws */
export async function withConnections<Result>(
  { options, settings, outputs, problems }: ConnectionOptions,
  surroundings: Surroundings,
  work: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const { host } = surroundings
  const { user, now } = host
  const scratch = new Scratch(scratchParent(outputs, host))
  const cache = new Cache({ directory: options.cacheDirectory, scratch: scratch.path, user, now })
  const context: RunContext = { ...surroundings, settings, outputs, options, problems, cache, scratch: scratch.path }
  const network = new Network({ ...context, warn: problems.report, secrets: problems.secrets })
  const sinks = new ImageSinks(network, context)
  try {
    const images = new ImageReader(network, context)
    const remote = new RemoteSources(network, context)
    return await work({ network, images, sinks, remote, cache })
  } finally {
    sinks.remember()
    await network.close()
    scratch.remove()
  }
}
