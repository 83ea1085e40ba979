import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { endProcess, type Peer } from './peer.js'

/**
 * Starts a docker engine with its images in a temporary directory; returns what DOCKER_HOST has to be to reach it. It ends
 * with the test. It has no network of its own: containers use the host's, or none.
 */
export async function startDockerd(dockerd: Peer): Promise<string> {
  const directory = temporaryDirectory()
  const host = `unix://${join(directory, 'docker.sock')}`
  const folders = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'pid', 'config-file': 'daemon.json' }
  // Without a file of ours it would read that of the machine.
  writeFileSync(join(directory, folders['config-file']), '{}')
  const server = dockerd.start([
    '--host',
    host,
    ...Object.entries(folders).flatMap(([flag, name]) => [`--${flag}`, join(directory, name)]),
    '--bridge=none',
    '--iptables=false',
    '--storage-driver=overlay2',
  ])
  const ended = once(server, 'exit')
  onTestFinished(async () => {
    await endProcess(server)
    // It leaves this mounted, and what is mounted cannot be removed.
    spawnSync('umount', [join(directory, folders['exec-root'], 'netns/default')])
  })
  let said = ''
  await Promise.race([
    ended.then(() => Promise.reject(new Error(`dockerd ended: ${said}`))),
    new Promise<void>((resolve) => {
      server.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('API listen on')) resolve()
      })
    }),
  ])
  return host
}
