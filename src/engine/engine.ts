import { CnbError } from '../errors.js'
import { errnoOf } from '../files.js'
import { limitHint, type Limits } from '../limits.js'
import { Fields } from '../oci/fields.js'
import type { Json } from '../oci/image.js'
import { parseJson } from '../oci/json.js'
import { printPlatform, type Platform } from '../oci/platform.js'
import { printReference, printRepository, type Reference, type Repository } from '../oci/reference.js'
import { collect } from '../oci/verified.js'
import { engineError, readMessages } from './answers.js'
import { requestVersion } from './api-version.js'
import { connectionTo, type Connection } from './connection.js'
import { engineEndpoint, printEndpoint, type EndpointSettings } from './endpoint.js'
import { decodeEngineImage, type EngineImage } from './engine-image.js'
import { exchange, type EngineRequest, type EngineResponse } from './exchange.js'
import { ping } from './ping.js'

/** What opening an engine needs to know. */
export interface EngineSettings extends EndpointSettings {
  /** Milliseconds in which an engine must say that it is there. */
  readonly pingTimeout?: number | undefined
}

/** What an engine says about itself. */
export interface EngineInfo {
  /** Of the images that it runs. */
  readonly platform: Platform
  /** True when it keeps images in containerd's store, which knows them by the digest of their manifest. */
  readonly keepsManifests: boolean
}

/** What a registry is told when an engine pulls from it, in the words of docker's API. */
export type RegistryAuth =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string }

/** What a pull needs beside the reference. */
export interface PullOptions {
  readonly platform?: Platform | undefined
  /** What is known of the registry; undefined for an anonymous pull. */
  readonly auth?: ((repository: Repository) => Promise<RegistryAuth | undefined>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** As long as a registry has for a connection: ssh makes one first, and an engine that unpacks an image may be slow to answer. */
const PING_MILLISECONDS = 30_000

/** A docker engine, or what speaks like one. It was there when it was opened. */
export class Engine {
  /** For messages, such as `docker at unix:///var/run/docker.sock`. */
  readonly name: string
  readonly #connection: Connection
  readonly #limits: Limits
  readonly #prefix: string

  private constructor(name: string, connection: Connection, { limits, prefix }: { limits: Limits; prefix: string }) {
    this.name = name
    this.#connection = connection
    this.#limits = limits
    this.#prefix = prefix
  }

  /**
   * The engine that the environment names, after it has answered.
   *
   * @throws CnbError E_ENGINE_CONFIG for what the environment says, E_ENGINE when nobody answers, or no engine does
   */
  static async open(settings: EngineSettings, signal?: AbortSignal): Promise<Engine> {
    const endpoint = engineEndpoint(settings)
    const name = `docker at ${printEndpoint(endpoint)}`
    const connection = connectionTo(endpoint, settings.env)
    try {
      const milliseconds = settings.pingTimeout ?? PING_MILLISECONDS
      const offered = await ping(connection, { endpoint, name, milliseconds, signal })
      const version = requestVersion(offered, settings.env['DOCKER_API_VERSION'])
      const prefix = version === undefined ? '' : `/v${version}`
      return new Engine(name, connection, { limits: settings.limits, prefix })
    } catch (error) {
      connection.agent.destroy()
      throw error
    }
  }

  /** Ends all connections. */
  close(): void {
    this.#connection.agent.destroy()
  }

  /** @throws CnbError E_ENGINE */
  async info(signal?: AbortSignal): Promise<EngineInfo> {
    const doing = 'telling about itself'
    const version = await this.#json({ method: 'GET', path: '/version', signal }, doing)
    const info = await this.#json({ method: 'GET', path: '/info', signal }, doing)
    const platform = { os: version?.optionalString('Os') ?? '', architecture: version?.optionalString('Arch') ?? '' }
    return { platform, keepsManifests: hasContainerdStore(info?.raw.get('DriverStatus') ?? null) }
  }

  /** The ids of all images, the newest first. @throws CnbError E_ENGINE */
  async imageIds(signal?: AbortSignal): Promise<readonly string[]> {
    const list = await this.#list({ method: 'GET', path: '/images/json', signal }, 'listing images')
    const images = list.map((fields) => ({ id: fields.string('Id'), created: fields.optionalInteger('Created') ?? 0 }))
    return [...new Set(images.toSorted((a, b) => b.created - a.created).map(({ id }) => id))]
  }

  /**
   * What the engine knows of an image; undefined when it has none by that name.
   *
   * @param name a reference, or an id
   * @throws CnbError E_ENGINE
   */
  async inspect(name: Reference | string, signal?: AbortSignal): Promise<EngineImage | undefined> {
    const path = `/images/${nameIn(name)}/json`
    const fields = await this.#json({ method: 'GET', path, signal }, `looking at ${textOf(name)}`, [404])
    return fields && decodeEngineImage(fields)
  }

  /** The tar of `docker save`. @throws CnbError E_ENGINE */
  async *save(name: Reference | string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const doing = `saving ${textOf(name)}`
    const { body } = await this.#request({ method: 'GET', path: `/images/${nameIn(name)}/get`, signal }, doing)
    try {
      yield* body
    } catch (cause) {
      throw this.#broken(doing, cause, signal)
    }
  }

  /**
   * Gives the engine a tar of images, and reads its answer to the end.
   *
   * @returns what it said: `docker load` names every image that it has now
   * @throws CnbError E_ENGINE, also when the failure stands in an answer that began well; what reading the tar throws
   */
  async load(tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
    const headers = { 'Content-Type': 'application/x-tar' }
    return this.#work({ method: 'POST', path: '/images/load?quiet=1', headers, body: tar, signal }, 'loading an image')
  }

  /** Gives an image a name, in place of whatever has it. @throws CnbError E_ENGINE */
  async tag(id: string, reference: Reference, signal?: AbortSignal): Promise<void> {
    const { repository, selector } = reference
    if (selector.kind !== 'tag') throw new Error('an engine gives no image a digest')
    const query = queryOf({ repo: printRepository(repository), tag: selector.tag })
    const path = `/images/${nameIn(id)}/tag?${query}`
    await this.#done({ method: 'POST', path, signal }, `naming ${id} ${printReference(reference)}`)
  }

  /**
   * Takes a name away, and the image with it when it has no other; an id takes the image away. Layers that other images have
   * stay. Nothing happens when there is no such image.
   *
   * @throws CnbError E_ENGINE, also when a container has the image
   */
  async remove(name: Reference | string, signal?: AbortSignal): Promise<void> {
    const path = `/images/${nameIn(name)}`
    await this.#done({ method: 'DELETE', path, signal }, `removing ${textOf(name)}`, [404])
  }

  /**
   * Makes the engine fetch an image from its registry.
   *
   * @returns false when the registry has no such image, or does not say
   * @throws CnbError E_ENGINE
   */
  async pull(reference: Reference, { platform, auth, signal }: PullOptions = {}): Promise<boolean> {
    const { repository, selector } = reference
    const query = queryOf({
      fromImage: printRepository(repository),
      tag: selector.kind === 'tag' ? selector.tag : selector.digest,
      platform: platform && printPlatform(platform),
    })
    const known = await auth?.(repository)
    const headers = known && { 'X-Registry-Auth': base64Url(JSON.stringify(known)) }
    const request = { method: 'POST', path: `/images/create?${query}`, headers, signal } as const
    const doing = `pulling ${printReference(reference)}`
    return (await this.#work(request, doing, [404])) !== undefined
  }

  /** Reads all messages of an answer. */
  async #work(request: EngineRequest, doing: string): Promise<readonly string[]>
  async #work(request: EngineRequest, doing: string, absent: readonly number[]): Promise<readonly string[] | undefined>
  async #work(
    request: EngineRequest,
    doing: string,
    absent: readonly number[] = [],
  ): Promise<readonly string[] | undefined> {
    const response = await this.#request(request, doing, absent)
    const said: string[] = []
    let failure: string | undefined
    try {
      for await (const { text, error } of readMessages(response.body, this.name, this.#limits)) {
        failure ??= error
        if (text !== undefined) said.push(text)
      }
    } catch (cause) {
      if (failure === undefined) throw this.#broken(doing, cause, request.signal)
    }
    if (failure !== undefined) throw engineError(this.name, doing, failure)
    return absent.includes(response.status) ? undefined : said
  }

  async #json(request: EngineRequest, doing: string, absent: readonly number[] = []): Promise<Fields | undefined> {
    const value = await this.#value(request, doing, absent)
    return value === undefined ? undefined : Fields.of(value, { file: this.name, code: 'E_ENGINE' })
  }

  async #list(request: EngineRequest, doing: string): Promise<readonly Fields[]> {
    const value = await this.#value(request, doing, [])
    return Fields.of(new Map([['list', value ?? null]]), { file: this.name, code: 'E_ENGINE' }).objects('list')
  }

  async #value(request: EngineRequest, doing: string, absent: readonly number[]): Promise<Json | undefined> {
    const response = await this.#request(request, doing, absent)
    try {
      const bytes = await collect(atMost(response.body, this.#limits.jsonBytes, this.name))
      if (absent.includes(response.status)) return undefined
      return parseJson(bytes, { file: this.name, limits: this.#limits })
    } catch (cause) {
      throw this.#broken(doing, cause, request.signal)
    }
  }

  async #done(request: EngineRequest, doing: string, absent: readonly number[] = []): Promise<void> {
    const response = await this.#request(request, doing, absent)
    for await (const _ of response.body);
  }

  /** An answer of status 2xx, or one of `absent`. */
  async #request(request: EngineRequest, doing: string, absent: readonly number[] = []): Promise<EngineResponse> {
    let response: EngineResponse
    try {
      response = await exchange(this.#connection, { ...request, path: this.#prefix + request.path })
    } catch (cause) {
      throw this.#broken(doing, cause, request.signal)
    }
    const { status, body } = response
    if ((status >= 200 && status < 300) || absent.includes(status)) return response
    throw engineError(this.name, doing, await this.#reasonIn(body, status))
  }

  async #reasonIn(body: AsyncIterable<Uint8Array>, status: number): Promise<string> {
    const bytes = await collect(atMost(body, this.#limits.jsonBytes, this.name))
    try {
      const fields = Fields.of(parseJson(bytes, { file: this.name, limits: this.#limits }), {
        file: this.name,
        code: 'E_ENGINE',
      })
      return fields.optionalString('message') ?? `status ${status}`
    } catch {
      return `status ${status}`
    }
  }

  #broken(doing: string, cause: unknown, signal: AbortSignal | undefined): unknown {
    if (cause instanceof CnbError || (signal?.aborted === true && cause === signal.reason)) return cause
    return new CnbError('E_ENGINE', `${this.name} broke off at ${doing}: ${errnoOf(cause)}`, { cause })
  }
}

/** The path segment that names an image; slashes stand as they are, because engines take them so. */
function nameIn(name: Reference | string): string {
  return textOf(name).split('/').map(encodeURIComponent).join('/')
}

function textOf(name: Reference | string): string {
  return typeof name === 'string' ? name : printReference(name)
}

/** For URLs, but with its padding, which docker insists on. @see https://www.rfc-editor.org/rfc/rfc4648#section-5 */
function base64Url(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(given).toString()
}

async function* atMost(body: AsyncIterable<Uint8Array>, limit: number, name: string): AsyncGenerator<Uint8Array> {
  let read = 0
  for await (const piece of body) {
    read += piece.length
    if (read > limit) {
      throw new CnbError('E_OCI_LIMIT', `an answer of ${name} has more than ${limit} bytes`, {
        hint: limitHint('jsonBytes'),
      })
    }
    yield piece
  }
}

/** `[["driver-type", "io.containerd.snapshotter.v1"]]` among what the driver says of itself. */
function hasContainerdStore(status: Json): boolean {
  return Array.isArray(status) && status.some((pair) => Array.isArray(pair) && pair[1] === CONTAINERD_STORE)
}

const CONTAINERD_STORE = 'io.containerd.snapshotter.v1'
