import { tmpdir } from 'node:os'
import type { Host } from '#src/operations/host.js'

/** A host on which nothing changes by itself. */
export function hostIn(cwd: string, env: Host['env'] = {}): Host {
  return {
    cwd,
    env,
    home: undefined,
    user: process.getuid?.(),
    runtime: 'node 20.0.0; linux/x64',
    temporaryDirectory: tmpdir(),
    architecture: 'amd64',
    cpus: 1,
    now: () => 0,
    random: () => 0.5,
  }
}
