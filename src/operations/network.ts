import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../engine/engine.js'
import type { Report } from '../errors.js'
import type { HttpClient } from '../http/client.js'
import type { Clock } from '../http/settings.js'
import type { Limits } from '../limits.js'
import type { Platform } from '../oci/platform.js'
import type { Credentials } from '../registry/credentials.js'
import type { RegistryClient } from '../registry/registry-client.js'
import { SecretSet } from '../secrets.js'
import type { Host } from './host.js'
import type { NetworkOptions } from './network-options.js'
import type { Surroundings } from './surroundings.js'

/** What the clients of a run are made with. */
export interface NetworkContext extends Surroundings {
  readonly options: NetworkOptions & { readonly limits: Limits }
  /** Takes warnings. */
  readonly warn: Report
  /** Is told every secret that the run comes to know. */
  readonly secrets: SecretSet
}

/** The clients of a run, each made, and its code loaded, when somebody first wants it. */
export class Network {
  readonly #context: NetworkContext
  #http: Promise<HttpClient> | undefined
  #credentials: Promise<Credentials> | undefined
  #registry: Promise<RegistryClient> | undefined
  #engine: Promise<Engine> | undefined

  constructor(context: NetworkContext) {
    this.#context = context
  }

  /** Requests over http. */
  http(): Promise<HttpClient> {
    this.#http ??= openHttp(this.#context)
    return this.#http
  }

  /** What is known of the user at registries. */
  credentials(): Promise<Credentials> {
    this.#credentials ??= openCredentials(this.#context)
    return this.#credentials
  }

  /** The distribution protocol. */
  registry(): Promise<RegistryClient> {
    this.#registry ??= openRegistry(this, this.#context)
    return this.#registry
  }

  /** The docker engine. @throws CnbError E_ENGINE, E_ENGINE_CONFIG */
  engine(): Promise<Engine> {
    this.#engine ??= openEngine(this.#context)
    return this.#engine
  }

  /** What the docker engine runs. @throws CnbError E_ENGINE */
  async enginePlatform(): Promise<Platform> {
    const engine = await this.engine()
    return (await engine.info(this.#context.signal)).platform
  }

  /** Ends all connections. Does not throw. */
  async close(): Promise<void> {
    const [http, engine] = await Promise.allSettled([this.#http, this.#engine])
    if (http.status === 'fulfilled') await http.value?.close()
    if (engine.status === 'fulfilled') engine.value?.close()
  }
}

async function openHttp({ host, options, version, warn, report, secrets }: NetworkContext): Promise<HttpClient> {
  const { HttpClient } = await import('../http/client.js')
  return new HttpClient({
    userAgent: `trowel/${version} (${host.runtime})`,
    clock: clockOf(host),
    offline: options.offline,
    insecureHosts: options.insecureRegistries,
    env: host.env,
    certificates: { ca: options.ca, directories: certificateDirectories(host) },
    secrets,
    trace: ({ method, url, status, failure, sent, received, milliseconds, attempt }) => {
      const again = attempt > 1 ? `, try ${attempt}` : ''
      report({
        kind: 'detail',
        text: `${method} ${url}: ${status ?? failure}, ${sent} sent, ${received} received, ${Math.round(milliseconds)} ms${again}`,
      })
    },
    warn: (text) => warn({ rule: 'http-warning', severity: 'warning', message: text, place: { file: 'network' } }),
  })
}

async function openCredentials({ host, warn, secrets, signal }: NetworkContext): Promise<Credentials> {
  const { Credentials } = await import('../registry/credentials.js')
  const { env, home, cwd } = host
  return new Credentials({ env, home, cwd, report: warn, secrets, signal })
}

async function openRegistry(network: Network, context: NetworkContext): Promise<RegistryClient> {
  const { host, options, warn, report, secrets, signal } = context
  const http = await network.http()
  const { Authorizer } = await import('../registry/authorizer.js')
  const { RegistryClient } = await import('../registry/registry-client.js')
  const credentials = await network.credentials()
  return new RegistryClient({
    authorizer: new Authorizer({ http, credentials, report: warn, secrets, now: host.now, signal }),
    http,
    clock: clockOf(host),
    limits: options.limits,
    report: warn,
    events: report,
  })
}

async function openEngine({ host, options, warn, signal }: NetworkContext): Promise<Engine> {
  const { Engine } = await import('../engine/engine.js')
  return Engine.open({ env: host.env, limits: options.limits, report: warn }, signal)
}

/** Where docker and podman look for the certificates of a registry. */
function certificateDirectories({ home }: Host): readonly string[] {
  const system = ['/etc/docker/certs.d', '/etc/containers/certs.d']
  if (home === undefined) return system
  return [...system, join(home, '.docker/certs.d'), join(home, '.config/containers/certs.d')]
}

function clockOf({ now, random }: Host): Clock {
  return { now, random, sleep: async (milliseconds, signal) => sleep(milliseconds, undefined, { signal }) }
}
