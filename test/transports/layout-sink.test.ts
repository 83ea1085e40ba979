import { join } from 'node:path'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { layoutSink } from '#src/transports/layout-sink.js'
import { readLayout } from '#src/transports/read-layout.js'
import { describeTransport } from '../contracts/transport.js'
import { treeOf } from '../support/tree.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

for (const tag of [undefined, 'latest']) {
  describeTransport(`a layout directory, tag ${tag}`, (parent) => {
    const directory = join(parent, 'new', 'layout')
    return {
      sink: layoutSink({ directory, tag, memory: new BlobMemory(), limits }),
      read: () => readLayout(layoutDirectory(directory), tag, { limits, report }),
      state: () => treeOf(parent),
    }
  })
}
