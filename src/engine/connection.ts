import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { EngineEndpoint } from './endpoint.js'
import { ProgramAgent } from './program-agent.js'

/** Requests to an engine at the same time, at most. */
export const CONNECTIONS = 4

/** How requests reach an engine: what `node:http` is told of it. */
export interface Connection {
  readonly agent: HttpAgent
  readonly protocol: 'http:' | 'https:'
  /** For the `Host` header, and where a socket is opened. */
  readonly host: string
  readonly port: number | undefined
  readonly socketPath: string | undefined
}

/** A pool of connections to `endpoint`; none is made before the first request. */
export function connectionTo(endpoint: EngineEndpoint, env: NodeJS.ProcessEnv): Connection {
  const keep = { keepAlive: true, maxSockets: CONNECTIONS }
  switch (endpoint.kind) {
    case 'unix':
      return {
        agent: new HttpAgent(keep),
        protocol: 'http:',
        host: 'docker',
        port: undefined,
        socketPath: endpoint.path,
      }
    case 'tcp': {
      const { host, port, tls } = endpoint
      const common = { host, port, socketPath: undefined }
      if (tls === undefined) return { ...common, agent: new HttpAgent(keep), protocol: 'http:' }
      const [ca, cert, key] = [tls.ca, tls.cert, tls.key].map((pem) => pem && Buffer.from(pem))
      const agent = new HttpsAgent({ ...keep, ca, cert, key, rejectUnauthorized: tls.verify })
      return { ...common, agent, protocol: 'https:' }
    }
    case 'ssh': {
      const agent = new ProgramAgent({ program: 'ssh', args: sshArguments(endpoint), env, maxSockets: CONNECTIONS })
      return { agent, protocol: 'http:', host: 'docker', port: undefined, socketPath: undefined }
    }
  }
}

/** As docker's client calls ssh: nothing of the address can be taken for an option. */
function sshArguments({ user, host, port }: EngineEndpoint & { readonly kind: 'ssh' }): readonly string[] {
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '-T',
    '--',
    host,
    'docker',
    'system',
    'dial-stdio',
  ]
}
