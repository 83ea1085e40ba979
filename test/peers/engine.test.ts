import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex } from '#src/oci/image.js'
import { engineSink } from '#src/transports/engine-sink.js'
import { readEngineImage } from '#src/transports/read-engine.js'
import { describeTransport } from '../contracts/transport.js'
import { reference } from '../support/reference.js'
import { ENGINES, peerEngine, type PeerEngine } from './engines.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

function scratchIn(directory: string): () => string {
  return () => {
    mkdirSync(join(directory, 'scratch'), { recursive: true })
    return join(directory, 'scratch')
  }
}

async function whole(engine: PeerEngine, name: string, directory: string): Promise<Image | ImageIndex> {
  const options = { engine: engine.engine, whole: true, limits, report, scratch: scratchIn(directory) }
  const image = await readEngineImage(reference(name), options)
  if (image === undefined) throw new Error(`the engine has no ${name}`)
  return image
}

for (const name of ENGINES) {
  describeTransport(
    `the engine ${name}`,
    async (directory, context) => {
      const engine = await peerEngine(context, name)
      await engine.clear()
      const names = ['acme/app:1', 'registry.test:5000/acme/app:2']
      return {
        sink: engineSink({ engine: engine.engine, names: names.map(reference), limits, scratch: scratchIn(directory) }),
        read: () => whole(engine, 'acme/app:1', directory),
        state: () => engine.state(),
      }
    },
    // dockerd takes an image without layers, but cannot save it.
    { indexes: false, manifests: false, empty: name !== 'dockerd' },
  )
}
