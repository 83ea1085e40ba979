import { join } from 'node:path'
import { CnbError, type Report } from '../errors.js'
import type { Limits } from '../limits.js'
import { currentContext, readContext } from './context.js'
import { readTls, type EngineTls } from './tls.js'

/** Where an engine listens. */
export type EngineEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: EngineTls | undefined }
  /** An engine of another machine, spoken to through the `ssh` program. */
  | {
      readonly kind: 'ssh'
      readonly user: string | undefined
      readonly host: string
      readonly port: number | undefined
    }

/** What the environment says about the engine. */
export interface EndpointSettings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly limits: Limits
  /** Takes warnings about connections that others can listen to. */
  readonly report: Report
}

/** An address as a setting or a context names it. */
interface Address {
  readonly text: string
  /** The setting that it comes from, for messages. */
  readonly from: string
  readonly tls: EngineTls | undefined
}

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock'
/** The ports that IANA gave to docker: plain and with TLS. */
const PLAIN_PORT = 2375
const TLS_PORT = 2376

/**
 * Where the engine is: what `DOCKER_HOST` says, else the context of `DOCKER_CONTEXT` or of docker's config, else the socket at
 * its usual place.
 *
 * @throws CnbError E_ENGINE_CONFIG
 * @see https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export function engineEndpoint(settings: EndpointSettings): EngineEndpoint {
  const address = addressOf(settings)
  const endpoint = parseAddress(address)
  if (endpoint.kind === 'tcp') warnAbout(endpoint, address.from, settings.report)
  return endpoint
}

/** An endpoint as it is written in `DOCKER_HOST`; has no secrets. */
export function printEndpoint(endpoint: EngineEndpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `unix://${endpoint.path}`
    case 'tcp':
      return `tcp://${bracketed(endpoint.host)}:${endpoint.port}`
    case 'ssh': {
      const port = endpoint.port === undefined ? '' : `:${endpoint.port}`
      return `ssh://${endpoint.user === undefined ? '' : `${endpoint.user}@`}${bracketed(endpoint.host)}${port}`
    }
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function addressOf(settings: EndpointSettings): Address {
  const { env, limits } = settings
  const host = env['DOCKER_HOST'] ?? ''
  if (host !== '') return { text: host, from: 'DOCKER_HOST', tls: tlsOfEnvironment(settings) }
  const directory = configDirectory(env)
  const named = env['DOCKER_CONTEXT'] ?? ''
  const from = named === '' ? 'currentContext of docker' : 'DOCKER_CONTEXT'
  const name = named === '' ? directory && currentContext(directory, limits) : named
  if (name === undefined || name === 'default') return { text: DEFAULT_SOCKET, from: 'the default', tls: undefined }
  if (directory === undefined) {
    throw new CnbError(
      'E_ENGINE_CONFIG',
      `${from} names the context ${name}, but neither DOCKER_CONFIG nor HOME is set`,
      {
        place: { file: from },
        value: name,
      },
    )
  }
  const context = readContext(directory, name, limits)
  return { text: context.host, from: `the docker context ${name}`, tls: context.tls }
}

/** Where docker keeps its settings; undefined when nothing says where. */
function configDirectory(env: EndpointSettings['env']): string | undefined {
  const { DOCKER_CONFIG, HOME } = env
  if (DOCKER_CONFIG !== undefined && DOCKER_CONFIG !== '') return DOCKER_CONFIG
  return HOME === undefined || HOME === '' ? undefined : join(HOME, '.docker')
}

/** As docker's clients have it: either variable asks for TLS, and only `DOCKER_TLS_VERIFY` for a server that is known. */
function tlsOfEnvironment({ env, limits }: EndpointSettings): EngineTls | undefined {
  const verify = (env['DOCKER_TLS_VERIFY'] ?? '') !== ''
  const path = env['DOCKER_CERT_PATH'] ?? ''
  if (!verify && path === '') return undefined
  const directory = path === '' ? configDirectory(env) : path
  if (directory === undefined) return { ca: undefined, cert: undefined, key: undefined, verify }
  return readTls(directory, { verify, limits })
}

const HOST_FORMS = 'write unix:///path/to/docker.sock, tcp://host:port or ssh://user@host'

function parseAddress({ text, from, tls }: Address): EngineEndpoint {
  const refuse = (problem: string): CnbError =>
    // The address itself may hold a password.
    new CnbError('E_ENGINE_CONFIG', `${from} ${problem}`, { place: { file: from }, hint: HOST_FORMS })
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) throw refuse('is no address of an engine: it has no scheme')
  if (scheme === 'npipe') throw refuse('names a pipe of Windows, which trowel cannot speak to')
  if (scheme === 'unix') {
    const path = text.slice('unix://'.length)
    if (!path.startsWith('/') || path.includes('\0')) throw refuse('names a socket without its absolute path')
    return { kind: 'unix', path }
  }
  if (scheme !== 'tcp' && scheme !== 'ssh') throw refuse(`has the scheme ${scheme}, which no engine is known to speak`)
  const url = parseUrl(text)
  if (url === undefined || url.hostname === '') throw refuse('names no host')
  if (url.password !== '') throw refuse('has a password in it, which has no place there')
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') throw refuse('goes on after the host')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (scheme === 'tcp') {
    if (url.username !== '') throw refuse('has a user in it, which only ssh:// has')
    const port = url.port === '' ? (tls === undefined ? PLAIN_PORT : TLS_PORT) : Number(url.port)
    return { kind: 'tcp', host, port, tls }
  }
  const user = url.username === '' ? undefined : url.username
  // ssh takes what begins with a dash for an option wherever it stands.
  if (host.startsWith('-') || user?.startsWith('-') === true) throw refuse('begins a name with a dash')
  return { kind: 'ssh', user, host, port: url.port === '' ? undefined : Number(url.port) }
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function warnAbout(endpoint: EngineEndpoint & { readonly kind: 'tcp' }, from: string, report: Report): void {
  const { tls } = endpoint
  if (tls?.verify === true) return
  const how = tls === undefined ? 'without TLS' : 'with TLS, but without knowing whose engine answers'
  report({
    rule: tls === undefined ? 'engine-plain-tcp' : 'engine-unverified-tls',
    severity: 'warning',
    message: `${from} leads to ${printEndpoint(endpoint)} ${how}: whoever is on the way can read and change images`,
    place: { file: from },
    fix: 'set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use ssh://',
  })
}
