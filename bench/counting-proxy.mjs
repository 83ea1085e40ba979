// Counts what goes through it: an HTTP proxy on the loopback in front of a registry, in this process.
import http from 'node:http'

/** What a request is about, by its path: an upload of a blob, a blob, a manifest, or something else. */
function kindOf(path) {
  if (/\/blobs\/uploads\//.test(path)) return 'upload'
  return /\/(blob|manifest)s\//.exec(path)?.[1] ?? 'other'
}

/**
 * Starts a proxy in front of `target` (HOST:PORT). `take()` returns what it counted since it was last asked: requests, bytes
 * of their bodies and of the answers', in all and by kind.
 */
export async function startCountingProxy(target) {
  const [targetHost, targetPort] = target.split(':')
  const agent = new http.Agent({ keepAlive: true })
  let counted = nothing()
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request
    const row = (counted[kindOf(url)] ??= { requests: 0, sent: 0, received: 0 })
    row.requests++
    // Host stays as it was sent: the registry makes the addresses of uploads of it, and those have to lead here too.
    const onward = http.request({ host: targetHost, port: targetPort, method, path: url, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders)
      answer.on('data', (chunk) => (row.received += chunk.length))
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.on('data', (chunk) => (row.sent += chunk.length))
    request.pipe(onward)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${server.address().port}`,
    take() {
      const { upload, ...others } = counted
      counted = nothing()
      const rows = [upload, ...Object.values(others)]
      const sum = (figure) => rows.reduce((total, row) => total + row[figure], 0)
      return {
        requests: sum('requests'),
        sent: sum('sent'),
        received: sum('received'),
        /** Bytes of layers and configs, which are all that is uploaded; manifests are not. */
        blobsSent: upload.sent,
      }
    },
    stop() {
      server.closeAllConnections()
      server.close()
      agent.destroy()
    },
  }
}

function nothing() {
  return { upload: { requests: 0, sent: 0, received: 0 } }
}
