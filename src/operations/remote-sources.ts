import type { RegistryLocator } from '../cnb/locator.js'
import type { HttpClient } from '../http/client.js'
import type { Reference } from '../oci/reference.js'
import type { DownloadedFile, Named } from '../sources/context.js'
import type { Downloads } from '../sources/download.js'
import type { RegistryIndex } from '../sources/registry-index.js'
import type { Network } from './network.js'
import type { RunContext } from './run-context.js'

/** Where modules come from that are neither images nor on this machine; each is opened, and its code loaded, when it is first wanted. */
export class RemoteSources {
  readonly #context: RunContext
  readonly #network: Network
  #downloads: Promise<Downloads> | undefined
  #index: Promise<RegistryIndex> | undefined

  constructor(network: Network, context: RunContext) {
    this.#context = context
    this.#network = network
  }

  /** A file from an http or https address, fetched once in a run. @throws CnbError */
  async download(url: string, named: Named): Promise<DownloadedFile> {
    this.#downloads ??= this.#openDownloads()
    return (await this.#downloads).fetch(url, named)
  }

  /** The image that the buildpack registry has for an entry. @throws CnbError */
  async lookUp(entry: RegistryLocator, named: Named): Promise<Reference> {
    return (await this.registryIndex()).lookUp(entry, named)
  }

  /** The buildpack registry of the run. @throws CnbError E_USAGE when there is none of its name */
  registryIndex(): Promise<RegistryIndex> {
    this.#index ??= this.#openIndex()
    return this.#index
  }

  async #openDownloads(): Promise<Downloads> {
    const { Downloads } = await import('../sources/download.js')
    const { options, cache, problems, report, signal } = this.#context
    const { limits, offline, allowInsecureDownload: allowInsecure } = options
    const http = (): Promise<HttpClient> => this.#network.http()
    return new Downloads({ http, cache, limits, offline, allowInsecure, secrets: problems.secrets, report, signal })
  }

  async #openIndex(): Promise<RegistryIndex> {
    const { RegistryIndex } = await import('../sources/registry-index.js')
    const { host, options, settings, problems, cache, scratch, report, signal } = this.#context
    return new RegistryIndex({
      registry: settings.buildpackRegistry(),
      schemes: options.indexSchemes,
      offline: options.offline,
      ca: options.ca,
      limits: options.limits,
      env: host.env,
      cwd: host.cwd,
      cache,
      scratch,
      secrets: problems.secrets,
      tell: report,
      report: problems.report,
      signal,
    })
  }
}
