import { describeTransport } from '../contracts/transport.js'
import { readFrom, sinkTo } from '../support/engine-client.js'
import { ENGINES, peerEngine } from './engines.js'

for (const name of ENGINES) {
  describeTransport(
    `the engine ${name}`,
    async (_, context) => {
      const { engine, clear, state } = await peerEngine(context, name)
      await clear()
      return {
        sink: sinkTo(engine, 'acme/app:1', 'registry.test:5000/acme/app:2'),
        read: () => readFrom(engine, 'acme/app:1', { whole: true }),
        state,
      }
    },
    // dockerd takes an image without layers, but cannot save it.
    { indexes: false, manifests: false, empty: name !== 'dockerd' },
  )
}
