import { connect, type Socket } from 'node:net'
import type { ConnectionFault, Ending } from './rules.js'

/** Ends a connection in the way that is asked for. */
export function endWith(socket: Socket, how: Ending): void {
  // With `stall` it stays as it is; the proxy closes it in the end.
  if (how === 'rst') socket.resetAndDestroy()
  else if (how === 'fin') socket.end(() => socket.destroy())
}

/** Passes bytes between `client` and `target` as they are, but for `fault`. */
export function relayBytes(client: Socket, target: { host: string; port: number }, fault: ConnectionFault): Socket {
  const upstream = connect(target)
  upstream.on('error', () => client.destroy())
  client.on('error', () => upstream.destroy())
  client.on('close', () => upstream.destroy())
  upstream.on('close', () => client.destroy())
  const limit = (direction: 'up' | 'down'): number =>
    fault.kind === 'cut' && fault.direction === direction ? fault.after : Infinity
  pass(client, upstream, limit('up'))
  pass(upstream, client, limit('down'))
  if (fault.kind === 'half-close') client.end()
  return upstream

  function pass(from: Socket, to: Socket, bytes: number): void {
    let left = bytes
    from.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, left)
      left -= part.length
      const isLast = left === 0
      if (fault.kind === 'throttle') throttle(from, part.length, fault.bytesPerSecond)
      to.write(part, () => {
        if (isLast && fault.kind === 'cut') endWith(client, fault.how)
      })
      if (isLast) from.pause()
    })
    from.on('end', () => to.end())
  }
}

/** Reads nothing more until so many bytes may have passed. */
function throttle(socket: Socket, bytes: number, bytesPerSecond: number): void {
  socket.pause()
  setTimeout(() => socket.resume(), (bytes / bytesPerSecond) * 1000).unref()
}
