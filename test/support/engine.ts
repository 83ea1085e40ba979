import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { extract } from 'tar-stream'
import { temporaryDirectory } from './directories.js'
import { archive, entry } from './tar-bytes.js'

/** An image of the engine. */
export interface StoredImage {
  readonly config: Buffer
  readonly diffIds: readonly string[]
  readonly names: Set<string>
}

/** A request as it came, whole. */
export interface EngineCall {
  readonly method: string
  /** Without the version of the API and the query. */
  readonly path: string
  readonly version: string | undefined
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

export interface EngineQuirks {
  /** Of the answer to a ping; none when null. */
  readonly apiVersion?: string | null
  /** Whether it wants all layers in every load, as podman does. */
  readonly wantsAllLayers?: boolean
  /** Keeps images as containerd does, under the digest of a manifest of its own. */
  readonly keepsManifests?: boolean
  /** Where it listens: a unix socket, or a port of the loopback, with TLS or without. */
  readonly listen?: 'unix' | 'tcp' | ServerOptions
  /** Answers a call before anything else does; true when it did. Called before the body is read. */
  readonly intercept?: (
    call: EngineCall,
    request: IncomingMessage,
    response: ServerResponse,
  ) => boolean | Promise<boolean>
}

/** An engine in this process, empty at first. It ends with the test. */
export interface TestEngine {
  /** As `DOCKER_HOST` has it. */
  readonly host: string
  readonly socket: string
  readonly calls: EngineCall[]
  /** By id. */
  readonly images: Map<string, StoredImage>
  /** Paths of the files in the last tar that was loaded. */
  readonly loaded: string[]
  /** Puts an image, as if it had been pulled. */
  put(config: Buffer, tars: readonly Buffer[], name?: string): string
  state(): string
}

/** Starts an engine that speaks as much of docker's API as we do. */
export async function startEngine(quirks: EngineQuirks = {}): Promise<TestEngine> {
  const store = new Store(quirks)
  const calls: EngineCall[] = []
  const sockets = new Set<Socket>()
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const call = callOf(request)
    calls.push(call)
    answer(store, quirks, call, request, response).catch(() => response.destroy())
  }
  const { listen = 'unix' } = quirks
  const server: Server = typeof listen === 'object' ? createTlsServer(listen, listener) : createServer(listener)
  server.on('connection', (socket: Socket) => sockets.add(socket.once('close', () => sockets.delete(socket))))
  const socket = join(temporaryDirectory(), 'engine.sock')
  await new Promise<void>((resolve) => {
    if (listen === 'unix') server.listen(socket, resolve)
    else server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(async () => {
    for (const one of sockets) one.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const host = listen === 'unix' ? `unix://${socket}` : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    socket,
    calls,
    images: store.images,
    loaded: store.loaded,
    put: (config, tars, name) => store.put(config, tars, name),
    state: () =>
      [...store.images]
        .map(([id, { names }]) => [id, ...[...names].toSorted()].join(' '))
        .toSorted()
        .join('\n'),
  }
}

function callOf({ method = '', url = '', headers }: IncomingMessage): EngineCall {
  const { pathname, searchParams } = new URL(url, 'http://engine')
  const [, version, path] = /^\/v([\d.]+)(\/.*)$/.exec(pathname) ?? [undefined, undefined, pathname]
  return { method, path: decodeURIComponent(path ?? ''), version, query: searchParams, headers }
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

async function answer(
  store: Store,
  quirks: EngineQuirks,
  call: EngineCall,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if ((await quirks.intercept?.(call, request, response)) === true) return
  const json = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const { method, path, query } = call
  const name = /^\/images\/(.+?)(?:\/(json|get|tag))?$/.exec(path)
  if (path === '/_ping') {
    const { apiVersion = '1.41' } = quirks
    response.writeHead(200, apiVersion === null ? {} : { 'Api-Version': apiVersion }).end('OK')
  } else if (path === '/version') json(200, { Os: 'linux', Arch: 'amd64' })
  else if (path === '/info') {
    const driver = [['driver-type', 'io.containerd.snapshotter.v1']]
    json(200, { DriverStatus: quirks.keepsManifests === true ? driver : null })
  } else if (path === '/images/json') {
    json(
      200,
      [...store.images].map(([Id, image], at) => ({ Id, RepoTags: [...image.names], Created: at })),
    )
  } else if (path === '/images/load') {
    const said = await store.load(request)
    json(200, typeof said === 'string' ? { stream: `Loaded image ID: ${said}\n` } : said)
  } else {
    const id = store.find(name?.[1] ?? '')
    const image = id === undefined ? undefined : store.images.get(id)
    if (id === undefined || image === undefined) json(404, { message: `No such image: ${name?.[1]}` })
    else if (method === 'DELETE') {
      store.remove(name?.[1] ?? '', id, image)
      json(200, [])
    } else if (name?.[2] === 'tag') {
      store.tag(id, `${query.get('repo')}:${query.get('tag')}`)
      response.writeHead(201).end()
    } else if (name?.[2] === 'get') response.writeHead(200).end(store.save(image))
    else json(200, inspected(id, image))
  }
}

function inspected(id: string, { config, diffIds, names }: StoredImage): object {
  const parsed = JSON.parse(config.toString()) as Record<string, unknown>
  return {
    Id: id,
    RepoTags: [...names],
    Os: parsed['os'],
    Architecture: parsed['architecture'],
    Created: parsed['created'],
    Config: parsed['config'],
    RootFS: { Type: 'layers', Layers: diffIds },
  }
}

class Store {
  readonly images = new Map<string, StoredImage>()
  readonly loaded: string[] = []
  readonly #quirks: EngineQuirks
  readonly #tars = new Map<string, Buffer>()

  constructor(quirks: EngineQuirks) {
    this.#quirks = quirks
  }

  put(config: Buffer, tars: readonly Buffer[], name?: string): string {
    for (const tar of tars) this.#tars.set(sha256(tar), tar)
    const id =
      this.#quirks.keepsManifests === true ? sha256(Buffer.from(`manifest of ${sha256(config)}`)) : sha256(config)
    const names = this.images.get(id)?.names ?? new Set()
    this.images.set(id, { config, diffIds: tars.map(sha256), names })
    if (name !== undefined) this.tag(id, name)
    return id
  }

  find(name: string): string | undefined {
    if (this.images.has(name)) return name
    return [...this.images].find(([, { names }]) => names.has(name))?.[0]
  }

  tag(id: string, name: string): void {
    for (const { names } of this.images.values()) names.delete(name)
    this.images.get(id)?.names.add(name)
  }

  remove(name: string, id: string, image: StoredImage): void {
    image.names.delete(name)
    if (name === id || image.names.size === 0) this.images.delete(id)
  }

  /** The form of version 20: a layer in a directory of its own, links where one is there already. */
  save({ config, diffIds }: StoredImage): Buffer {
    const paths = new Map<string, string>()
    const layers = diffIds.flatMap((diffId, at) => {
      const path = `${at}/layer.tar`
      const earlier = paths.get(diffId)
      paths.set(diffId, earlier ?? path)
      if (earlier !== undefined) return [entry({ name: path, type: '2', link: `../${earlier}` }, '')]
      return [entry({ name: path }, this.#tars.get(diffId) ?? '')]
    })
    const name = `${sha256(config).slice('sha256:'.length)}.json`
    const manifest = [{ Config: name, RepoTags: null, Layers: diffIds.map((_, at) => `${at}/layer.tar`) }]
    return archive(...layers, entry({ name }, config), entry({ name: 'manifest.json' }, JSON.stringify(manifest)))
  }

  /** The id of what was loaded, or what docker says instead. */
  async load(body: AsyncIterable<Uint8Array>): Promise<string | object> {
    const files = await filesIn(body)
    this.loaded.splice(0, Infinity, ...files.keys())
    const [image] = JSON.parse(files.get('manifest.json')?.toString() ?? '[]') as { Config: string; Layers: string[] }[]
    const config = files.get(image?.Config ?? '')
    if (image === undefined || config === undefined) return failure('invalid archive: there is no config')
    const { rootfs } = JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } }
    const tars: Buffer[] = []
    for (const [at, diffId] of rootfs.diff_ids.entries()) {
      const sent = files.get(image.Layers[at] ?? '')
      const known = this.#quirks.wantsAllLayers === true ? undefined : this.#below(rootfs.diff_ids.slice(0, at + 1))
      const tar = sent ?? known
      if (tar === undefined) return failure(`open ${image.Layers[at]}: no such file or directory`)
      if (sha256(tar) !== diffId) return failure(`invalid diffID for layer ${at}: expected ${diffId}`)
      tars.push(tar)
    }
    return this.put(config, tars)
  }

  /** The last of these layers, when an image has all of them at its bottom. */
  #below(diffIds: readonly string[]): Buffer | undefined {
    const has = [...this.images.values()].some((image) => diffIds.every((diffId, at) => image.diffIds[at] === diffId))
    return has ? this.#tars.get(diffIds.at(-1) ?? '') : undefined
  }
}

function failure(message: string): object {
  return { errorDetail: { message }, error: message }
}

/** The files of a tar by name. @throws Error when it is cut off */
async function filesIn(body: AsyncIterable<Uint8Array>): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const tar = await joined(body)
  for await (const file of Readable.from([tar]).pipe(extract())) {
    files.set(file.header.name, await joined(file as AsyncIterable<Uint8Array>))
  }
  return files
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece)
  return Buffer.concat(parts)
}
