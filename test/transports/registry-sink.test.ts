import { afterAll, beforeAll } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { parseReference, type Reference } from '#src/oci/reference.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { registrySink } from '#src/transports/registry-sink.js'
import { readRegistry } from '#src/transports/registry-source.js'
import { describeTransport } from '../contracts/transport.js'
import { testClient } from '../registry/client.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

let registry: Registry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

let places = 0

function reference(text: string): Reference {
  const parsed = parseReference(text)
  if (parsed === undefined) throw new Error(`${text} is not a reference`)
  return parsed
}

/** What counts in a registry: blobs that nothing names go away by themselves. */
function namesIn(state: string): string {
  return state
    .split('\n')
    .filter((line) => !line.includes(' blob '))
    .join('\n')
}

for (const names of [[':1'], [':1', ':2', '/other:3', '-b:latest']]) {
  describeTransport(`a registry, names ${names.join(' ')}`, () => {
    const { client } = testClient()
    const repository = `${registry.host}/place${++places}/app`
    const references = names.map((name) => reference(`${repository}${name}`))
    return {
      sink: registrySink({ client, references, suffixed: undefined, memory: new BlobMemory(), limits, report }),
      read: () => readRegistry(references.at(-1)!, { client, limits, report }),
      state: () => namesIn(registry.state()),
    }
  })
}
