import type { Report } from '../errors.js'
import { CnbError } from '../errors.js'
import type { Reporter, TransferWay } from '../events.js'
import { discard } from '../http/body.js'
import { isLoopbackHost } from '../http/address.js'
import type { HttpClient } from '../http/client.js'
import type { Outcome } from '../http/failure.js'
import type { Request, Response } from '../http/message.js'
import { hostOf, shownUrl } from '../http/origin.js'
import { ResumedBody } from '../http/resume.js'
import { waitBeforeRetry } from '../http/retry.js'
import type { Clock } from '../http/settings.js'
import { Tries } from '../http/tries.js'
import type { Limits } from '../limits.js'
import type { Descriptor } from '../oci/image.js'
import { printRepository, type Repository } from '../oci/reference.js'
import { readBody } from './answers.js'
import { apiBase, findApi } from './api-base.js'
import type { Access } from './access.js'
import type { Authorizer } from './authorizer.js'
import { RateLimit } from './rate-limit.js'
import { UPLOAD_SIZES, type UploadSizes } from './upload-sizes.js'

/** What a client works with. */
export interface RegistryClientOptions {
  readonly authorizer: Pick<Authorizer, 'send'>
  /** Knows where plain http is allowed, and where an answer may send us. */
  readonly http: Pick<HttpClient, 'send' | 'allowsPlainHttp' | 'checkTarget'>
  readonly clock: Clock
  readonly limits: Limits
  /** Takes warnings. */
  readonly report: Report
  readonly events: Reporter
  /** Where uploads are divided, when not as usual. */
  readonly sizes?: UploadSizes | undefined
}

/** Speaks the distribution protocol with any registry. One per run: what was learned of a registry is not asked for again. */
export class RegistryClient {
  readonly options: RegistryClientOptions
  readonly #registries = new Map<string, RegistryFacts>()

  constructor(options: RegistryClientOptions) {
    this.options = options
  }

  /** Requests to one repository. @throws CnbError E_USAGE when its name cannot be one */
  repository(repository: Repository, actions: Access['actions']): RepositoryClient {
    checkName(repository)
    const { registry } = repository
    const facts = this.#registries.get(registry) ?? new RegistryFacts(registry, this.options)
    this.#registries.set(registry, facts)
    return new RepositoryClient(this.options, facts, { repository, actions })
  }
}

/** What a run has learned of a registry. */
export class RegistryFacts {
  readonly rateLimit: RateLimit
  /** Whether a HEAD says what a GET would say; undefined until it was seen. */
  answersHead: { manifests: boolean | undefined; blobs: boolean | undefined } = {
    manifests: undefined,
    blobs: undefined,
  }
  /** Whether an upload can be one POST; undefined until it was tried. */
  takesSinglePost: boolean | undefined
  /** The address of the API, once somebody has asked for it. */
  api: Promise<URL> | undefined

  constructor(registry: string, { events }: RegistryClientOptions) {
    this.rateLimit = new RateLimit(registry, events)
  }
}

/** One request to a repository. */
export interface Call extends Pick<Request, 'method' | 'headers' | 'body' | 'idempotent'> {
  /** What follows `/v2/NAME/`, or a place that the registry named. */
  readonly to: string | URL
  /** Statuses that mean something to the caller although they are usually the end, or tried again. */
  readonly alsoAccept?: readonly number[] | undefined
}

/** An answer that was read whole. */
export interface ReadResponse {
  readonly response: Response
  readonly bytes: Uint8Array | undefined
}

/** Statuses that are judged where the request was made: what the registry thinks of it, and that it cannot do it. */
const JUDGED = [400, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 416, 422, 428, 501, 505]

/** What a registry that is there may say to somebody whom it does not know. */
const ANSWERS_TO_PING = [401, 403, 404, 405]

/** What failed without saying for how long to wait after it. */
const CUT: Outcome = { kind: 'cut' }

/** Requests to one repository, with the access that was asked for. */
export class RepositoryClient {
  readonly facts: RegistryFacts
  readonly #options: RegistryClientOptions
  readonly #access: Access
  /** By name. */
  readonly #sources = new Map<string, Repository>()

  constructor(options: RegistryClientOptions, facts: RegistryFacts, access: Access) {
    this.#options = options
    this.facts = facts
    this.#access = access
  }

  get repository(): Repository {
    return this.#access.repository
  }

  /** `registry/name`, for messages. */
  get name(): string {
    return printRepository(this.repository)
  }

  /** Says early that blobs of another repository may be asked for here, so that one token is for all of them. */
  mayMountFrom(source: Repository): void {
    if (source.registry === this.repository.registry) this.#sources.set(source.name, source)
  }

  get limits(): Limits {
    return this.#options.limits
  }

  get sizes(): UploadSizes {
    return this.#options.sizes ?? UPLOAD_SIZES
  }

  /** A manifest or blob of this repository, for messages. */
  nameOf(selector: string): string {
    return `${this.name}${selector.includes(':') ? '@' : ':'}${selector}`
  }

  /**
   * Judges a place that the registry named, before anything is sent there.
   *
   * @throws CnbError E_REDIRECT, E_NETWORK
   */
  async checkTarget(to: URL, from: URL): Promise<void> {
    await this.#options.http.checkTarget({ to, from, first: await this.#api(undefined) })
  }

  /** Takes a warning about this repository. */
  warn(rule: string, message: string): void {
    this.#options.report({ rule, severity: 'warning', message, place: { file: this.name } })
  }

  /** Tells of what may interest somebody who looks for a reason. */
  tell(text: string): void {
    this.#options.events({ kind: 'detail', text })
  }

  /** Tells of bytes of a blob that are under way. */
  moving(way: TransferWay, { digest }: Descriptor, bytes: number): void {
    this.#options.events({ kind: 'transfer-progress', way, title: digest, bytes })
  }

  /** Tells that a blob is where it was to be. */
  settled(way: TransferWay, { digest, size }: Descriptor, how: 'moved' | 'present' | 'mounted'): void {
    this.#options.events({ kind: 'transfer-done', way, title: digest, place: this.name, size, how })
  }

  /** Waits before another try: as long as the registry said when `outcome` is an answer that says it. */
  pause(attempt: number, signal: AbortSignal | undefined, outcome: Outcome = CUT): Promise<void> {
    const { clock } = this.#options
    const now = clock.now()
    const failed = {
      attempt,
      unreachable: 0,
      idempotent: true,
      now,
      failingSince: now,
      random: clock.random(),
    }
    const wait = waitBeforeRetry({ ...failed, outcome }) ?? waitBeforeRetry({ ...failed, outcome: CUT })
    return clock.sleep(wait ?? 0, signal)
  }

  /**
   * The answer to one request. What the registry thinks of it is for the caller to judge; what has to do with credentials or
   * with the network was tried again before, and is thrown.
   *
   * @throws CnbError of groups "Network" and "Credentials"
   */
  async send(call: Call, signal: AbortSignal | undefined): Promise<Response> {
    const { method, headers, body, idempotent, to, alsoAccept = [] } = call
    const registry = await this.#api(signal)
    const url = to instanceof URL ? to : new URL(`${this.repository.name}/${to}`, registry)
    const request: Request = { method, url, headers, body, idempotent, accept: [...JUDGED, ...alsoAccept] }
    const response = await this.#options.authorizer.send(
      request,
      { ...this.#access, alsoPull: [...this.#sources.values()], registry },
      signal,
    )
    this.facts.rateLimit.take(response.headers)
    return response
  }

  /**
   * As `send` for what is read whole: an answer that is cut is asked for again. The body of one that is not 200 is left to the
   * caller.
   *
   * @param limit in bytes @returns with `bytes` undefined when there are more
   */
  async read(call: Call, limit: number, signal: AbortSignal | undefined): Promise<ReadResponse> {
    const tries = new Tries(this.#options.clock)
    for (;;) {
      const response = await this.send(call, signal)
      if (response.status !== 200) return { response, bytes: undefined }
      try {
        return { response, bytes: await readBody(response, limit) }
      } catch (error) {
        await tries.failed(error, true, signal)
      }
    }
  }

  /**
   * As `send` for what is always the same, but the body goes on where it was when it is cut.
   *
   * @param size of all of it, in bytes
   */
  async download(call: Call, size: number, signal: AbortSignal | undefined): Promise<Response> {
    const first = await this.send(call, signal)
    if (first.status !== 200) return first
    const again = (headers: Call['headers']): Promise<Response> => this.send({ ...call, headers }, signal)
    const tries = new Tries(this.#options.clock)
    const doing = `GET ${shownUrl(first.url)}`
    return { ...first, body: new ResumedBody(first, { doing, size, again, tries, signal }) }
  }

  /**
   * Makes sure that the registry answers and lets us in, as far as it says so beforehand.
   *
   * @throws CnbError of groups "Network" and "Credentials"
   */
  async checkAccess(signal: AbortSignal | undefined): Promise<void> {
    const url = await this.#api(signal)
    await discard(await this.#options.authorizer.send({ method: 'GET', url, accept: [404, 405] }, this.#access, signal))
  }

  #api(signal: AbortSignal | undefined): Promise<URL> {
    this.facts.api ??= this.#findApi(signal).catch((error: unknown) => {
      this.facts.api = undefined
      throw error
    })
    return this.facts.api
  }

  async #findApi(signal: AbortSignal | undefined): Promise<URL> {
    const { registry } = this.repository
    const https = apiBase(registry, 'https')
    if (!this.#options.http.allowsPlainHttp(https)) return https
    const http = apiBase(registry, 'http')
    // What listens on this machine is hardly ever given a certificate.
    const bases = isLoopbackHost(hostOf(https)) ? [http, https] : [https, http]
    return findApi(bases, {
      ping: (base) => this.#ping(base, signal),
      pause: (round) => this.pause(round, signal),
    })
  }

  /** Asks once: a server that is spoken to in the wrong scheme may hang up, or say 400, and will do so again. */
  async #ping(url: URL, signal: AbortSignal | undefined): Promise<void> {
    const request: Request = { method: 'GET', url, accept: ANSWERS_TO_PING, idempotent: false }
    await discard(await this.#options.http.send(request, signal))
  }
}

/** A part of a name in the distribution spec. References are read as weakly as pack reads them, but `..` must not reach a path. */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
function checkName(repository: Repository): void {
  if (repository.name.split('/').every((part) => COMPONENT.test(part))) return
  throw new CnbError('E_USAGE', `${printRepository(repository)} is no name that a registry could have`, {
    value: repository.name,
    hint: 'use lower-case letters and digits, with single dots, dashes or underscores between them',
  })
}
