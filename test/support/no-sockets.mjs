// Loaded before everything else: whoever opens a connection, asks for a name, or listens, ends the process. A pipe to a child is none.
import dgram from 'node:dgram'
import dns from 'node:dns'
import net from 'node:net'

function refuse(what) {
  process.stderr.write(`${new Error(`a socket was opened: ${what}`).stack}\n`)
  process.exit(99)
}

net.Socket.prototype.connect = (...args) => refuse(`connect ${JSON.stringify(args[0])}`)
net.Server.prototype.listen = () => refuse('listen')
dgram.createSocket = () => refuse('datagram')
dgram.Socket.prototype.send = () => refuse('datagram')
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  dns[name] = () => refuse(name)
  dns.promises[name] = () => refuse(name)
}
