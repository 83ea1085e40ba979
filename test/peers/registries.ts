import { X509Certificate, createPrivateKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { makeAuthority, type Authority } from '../support/certificates.js'
import { temporaryDirectory } from '../support/directories.js'
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../support/registry/token-server.js'
import { endProcess, type Peer } from './peer.js'

/** The user of a registry with `htpasswd`. */
export const HTPASSWD_USER = { name: 'ann', password: 'correct horse battery' } as const

/** bcrypt of the password above, at the lowest cost there is: the registry computes it for every request. */
const HTPASSWD = `${HTPASSWD_USER.name}:$2b$04$mGOrUmu4M/AUnTqYsC9vMOAWdXAtyAHU5s5yYIroXFw7zbyvwc4CO\n`

/** What a registry calls itself when it asks for a token. */
export const TOKEN_SERVICE = 'registry.test'

/** Another program's registry, empty, on a free port of the loopback; it ends with the test. */
export interface PeerRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  readonly url: string
  /** Where it gets tokens from, when it was asked to. */
  readonly tokens: TokenServer | undefined
}

export interface PeerRegistryOptions {
  /** Asks for `HTPASSWD_USER`. */
  readonly htpasswd?: boolean
  /** Asks for tokens of a server of ours. */
  readonly token?: TokenServerOptions
  /** Speaks https with a certificate of this authority. */
  readonly tls?: Authority
  /** DELETE is answered, which is off by default in this program. */
  readonly delete?: boolean
}

/** Starts Debian's docker-registry, or the registry of the distribution project: both take the same settings. */
export async function startPeerRegistry(program: Peer, options: PeerRegistryOptions = {}): Promise<PeerRegistry> {
  const directory = temporaryDirectory()
  const signer = options.token === undefined ? undefined : makeAuthority(directory)
  const tokens = signer === undefined ? undefined : await startTokens(signer, options.token)
  const settings = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'blobs') }, delete: { enabled: options.delete === true } },
    http: {
      addr: '127.0.0.1:0',
      secret: 'not one that matters',
      ...(options.tls === undefined ? {} : { tls: tlsOf(options.tls) }),
    },
    ...(options.htpasswd === true ? { auth: htpasswdIn(directory) } : {}),
    ...(tokens === undefined ? {} : { auth: { token: tokenAuth(tokens, signer) } }),
  }
  const file = join(directory, 'config.yml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(settings))
  const port = await listening(program, ['serve', file])
  const host = `127.0.0.1:${port}`
  return { host, url: `${options.tls === undefined ? 'http' : 'https'}://${host}`, tokens }
}

function htpasswdIn(directory: string): object {
  const path = join(directory, 'htpasswd')
  writeFileSync(path, HTPASSWD)
  return { htpasswd: { realm: 'test realm', path } }
}

/** A server whose tokens say, by the certificate they bring, that `signer` vouches for them. */
async function startTokens({ cert, key }: Authority, options: TokenServerOptions = {}): Promise<TokenServer> {
  const certificate = new X509Certificate(cert).raw.toString('base64')
  const tokens = await startTokenServer({ ...options, signing: { key: createPrivateKey(key), certificate } })
  onTestFinished(() => tokens.close())
  return tokens
}

function tokenAuth({ realm, issuer }: TokenServer, signer: Authority | undefined): object {
  return { realm, service: TOKEN_SERVICE, issuer, rootcertbundle: signer?.certFile }
}

function tlsOf(authority: Authority): object {
  const { certFile, keyFile } = authority.issue('registry')
  return { certificate: certFile, key: keyFile }
}

/** The port that a started registry says it listens on. */
function listening(program: Peer, args: readonly string[]): Promise<string> {
  const server = program.start(args)
  onTestFinished(() => endProcess(server))
  return new Promise((resolve, reject) => {
    let said = ''
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`the registry ended: ${said}`)))
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(port)
    })
  })
}
