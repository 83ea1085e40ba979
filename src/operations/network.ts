import type { Engine } from '../engine/engine.js'
import { CnbError, type Report } from '../errors.js'
import type { Reporter } from '../events.js'
import type { HttpClient } from '../http/client.js'
import type { Clock } from '../http/settings.js'
import type { Limits } from '../limits.js'
import type { RegistryClient } from '../registry/registry-client.js'
import type { SecretSet } from '../secrets.js'
import type { Host } from './host.js'
import type { NetworkOptions } from './network-options.js'

/** What the clients of a run are made with. */
export interface NetworkContext {
  readonly host: Host
  readonly options: NetworkOptions
  readonly limits: Limits
  readonly version: string
  /** Takes warnings. */
  readonly report: Report
  readonly events: Reporter
  readonly secrets: SecretSet
  readonly signal?: AbortSignal | undefined
}

/** The clients of a run, each made, and its code loaded, when somebody first wants it. */
export class Network {
  readonly #context: NetworkContext
  #http: Promise<HttpClient> | undefined
  #registry: Promise<RegistryClient> | undefined
  #engine: Promise<Engine> | undefined

  constructor(context: NetworkContext) {
    this.#context = context
  }

  http(): Promise<HttpClient> {
    this.#http ??= openHttp(this.#context)
    return this.#http
  }

  registry(): Promise<RegistryClient> {
    this.#registry ??= this.http().then((http) => openRegistry(http, this.#context))
    return this.#registry
  }

  /** @throws CnbError E_ENGINE, E_ENGINE_CONFIG, E_OFFLINE */
  engine(): Promise<Engine> {
    this.#engine ??= openEngine(this.#context)
    return this.#engine
  }

  /** Ends all connections. Does not throw. */
  async close(): Promise<void> {
    const [http, engine] = await Promise.allSettled([this.#http, this.#engine])
    if (http.status === 'fulfilled') await http.value?.close()
    if (engine.status === 'fulfilled') engine.value?.close()
  }
}
