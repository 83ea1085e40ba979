import { expect, onTestFinished, test } from 'vitest'
import { CRANE_REGISTRY, DISTRIBUTION_3, DOCKER_REGISTRY_2, type Quirks } from '../support/registry/quirks.js'
import { startRegistry } from '../support/registry/registry.js'
import { peer, startRegistry as startCraneRegistry, type PeerName } from './peer.js'
import { startPeerRegistry } from './registries.js'
import { tell } from './registry-transcript.js'

test.for<[PeerName, Quirks]>([
  ['distribution', DISTRIBUTION_3],
  ['docker-registry', DOCKER_REGISTRY_2],
])(
  'our registry with the quirks of %s says the same as the real one, request by request',
  async ([program, quirks], context) => {
    const theirs = await startPeerRegistry(peer(context, program), { delete: true })
    const ours = await startRegistry({ quirks })
    onTestFinished(() => ours.close())
    expect(await tell(ours.url)).toEqual(await tell(theirs.url))
  },
)

/** Its tags are copies of manifests, and outlive them. */
const KEEPS_TAG = 'its tag is gone with it'

test('our registry with the quirks of crane answers every request with the same status as the real one', async (context) => {
  const theirs = await startCraneRegistry(peer(context, 'crane'))
  onTestFinished(() => theirs.stop())
  const ours = await startRegistry({ quirks: CRANE_REGISTRY })
  onTestFinished(() => ours.close())
  const statuses = async (url: string): Promise<string[]> =>
    (await tell(url)).filter(({ step }) => step !== KEEPS_TAG).map(({ step, status }) => `${step}: ${status}`)
  expect(await statuses(ours.url)).toEqual(await statuses(`http://${theirs.host}`))
})
