import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from './directories.js'
import { git, type IndexRepository } from './index-repository.js'

export interface GitServer {
  /** Of the repository. */
  readonly url: string
  /** The clone that is served. */
  readonly directory: string
  readonly requests: readonly IncomingMessage[]
}

/**
 * Serves a repository as plain files over http, as a server does that knows nothing of git: it cannot give out the latest state
 * alone. `before` may answer in its place; it ends with the test.
 */
export async function serveRepository(
  repository: IndexRepository,
  before: (request: IncomingMessage, response: ServerResponse, count: number) => boolean = () => false,
): Promise<GitServer> {
  const root = temporaryDirectory()
  const directory = join(root, 'index.git')
  git(root, 'clone', '--quiet', '--bare', repository.url, directory)
  git(directory, 'update-server-info')
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    if (before(request, response, requests.length)) return
    try {
      response.end(readFileSync(join(root, new URL(request.url ?? '', 'http://x').pathname)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.git`, directory, requests }
}
