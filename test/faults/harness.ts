import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CnbError } from '#src/errors.js'
import { HttpClient } from '#src/http/client.js'
import type { Clock } from '#src/http/settings.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Artifact, Image, ImageIndex } from '#src/oci/image.js'
import { parseReference } from '#src/oci/reference.js'
import { collect } from '#src/oci/verified.js'
import { Authorizer } from '#src/registry/authorizer.js'
import { Credentials } from '#src/registry/credentials.js'
import { RegistryClient } from '#src/registry/registry-client.js'
import { SecretSet } from '#src/secrets.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { registrySink } from '#src/transports/registry-sink.js'
import { findInRegistry } from '#src/transports/registry-source.js'
import { writeTo } from '#src/transports/write-to.js'
import { OCI, sha256, tarOf, TestLayout } from '../support/layout.js'
import { startProxy, type Proxy, type ProxyOptions, type TranscriptEntry } from '../support/proxy/proxy.js'
import { parse } from '../support/registry/manifests.js'
import type { Registry } from '../support/registry/registry.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

/** Milliseconds of silence after which the client gives up a try. Long for a loopback, short for a test with hundreds of them. */
const SILENCE = 100
const TIMEOUTS = { connect: 1000, firstByte: SILENCE, idleBody: SILENCE, floor: { bytes: 1, per: 10_000 } }

/** Bytes of a layer that is too large to go with the request that opens its upload. */
const LARGE = 70_000

/** A registry, and a proxy in front of it. */
export interface Stage {
  readonly registry: Registry
  readonly proxy: Proxy
}

/** Puts a proxy with one rule, or with what `options` say, in front of a registry, until the test ends. */
export async function openStage(
  registry: Registry,
  options: Omit<ProxyOptions, 'target'>,
  onTestFinished: (close: () => Promise<void>) => void,
): Promise<Stage> {
  const proxy = await startProxy({ target: registry.host, ...options })
  onTestFinished(() => proxy.close())
  return { registry, proxy }
}

/** The requests of a run without faults. */
export async function record(
  registry: Registry,
  run: (stage: Stage) => Promise<Outcome>,
): Promise<{ readonly outcome: Outcome; readonly transcript: readonly TranscriptEntry[] }> {
  const proxy = await startProxy({ target: registry.host })
  const outcome = await run({ registry, proxy })
  await proxy.close()
  return { outcome, transcript: proxy.transcript }
}

/** A layout with an index of two images that share a layer; `large` layers of each are large, the others small. */
export function makeIndex(directory: string, name: string, { small = 1, large = 1 } = {}): TestLayout {
  const layout = new TestLayout(join(directory, name))
  const shared = tarOf('shared', noise(`${name} shared`))
  const own = (label: string): Buffer[] => [
    ...Array.from({ length: small }, (_, i) => tarOf(`small-${i}`, `${name} ${label} ${i}`)),
    ...Array.from({ length: large - 1 }, (_, i) => tarOf(`large-${i}`, noise(`${name} ${label} large ${i}`))),
  ]
  const children = ['amd64', 'arm64'].map((architecture) => ({
    ...layout.image({ architecture, tars: [shared, ...own(architecture)] }),
    platform: { os: 'linux', architecture },
  }))
  layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: children })])
  return layout
}

/** Text that does not compress, the same for the same words: what is asked for by digest is the same in every run. */
function noise(words: string): string {
  return createHash('shake256', { outputLength: LARGE }).update(words).digest().toString('latin1')
}

/** What became of a run. */
export type Outcome = { readonly code: 'success' } | { readonly code: string; readonly message: string }

/** Time that passes only when somebody sleeps. Whoever sleeps has failed before, so a proxy that refused opens again. */
class SweepClock implements Clock {
  readonly #proxy: Proxy
  readonly #random: () => number
  #now = 1_000_000

  constructor(proxy: Proxy, random: () => number) {
    this.#proxy = proxy
    this.#random = random
  }

  now(): number {
    return this.#now
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.#now += milliseconds
    await this.#proxy.reopen()
    signal?.throwIfAborted()
  }

  random(): number {
    return this.#random()
  }
}

/** Pushes the image of a layout as `REPOSITORY:latest` through the proxy. */
export function push(stage: Stage, layout: TestLayout, repository: string, random?: () => number): Promise<Outcome> {
  return withClient(stage.proxy, random, async (client) => {
    const references = [referenceOf(stage.proxy, repository)]
    const memory = new BlobMemory()
    const sink = registrySink({ client, references, memory, limits, report })
    await writeTo([sink], await readLayout(layoutDirectory(layout.directory), undefined, { limits, report }))
  })
}

/** Reads everything of `REPOSITORY:latest` through the proxy. */
export function pull(stage: Stage, repository: string, random?: () => number): Promise<Outcome> {
  return withClient(stage.proxy, random, async (client) => {
    const root = await findInRegistry(referenceOf(stage.proxy, repository), { client, limits, report })
    if (root === undefined) throw new Error(`${repository} has no tag`)
    await readAll(root)
  })
}

async function readAll(root: Image | ImageIndex | Artifact): Promise<void> {
  if (root.kind === 'index') for (const child of root.children) await readAll(await child.read())
  else for (const blob of root.kind === 'image' ? root.layers : root.blobs) await collect(blob.open())
}

function referenceOf({ host }: Proxy, repository: string): NonNullable<ReturnType<typeof parseReference>> {
  const reference = parseReference(`${host}/${repository}:latest`)
  if (reference === undefined) throw new Error(`${repository} is no name`)
  return reference
}

async function withClient(
  proxy: Proxy,
  random: () => number = () => 0.5,
  work: (client: RegistryClient) => Promise<void>,
): Promise<Outcome> {
  const clock = new SweepClock(proxy, random)
  const secrets = new SecretSet()
  const http = new HttpClient({ userAgent: 'test', clock, timeouts: TIMEOUTS })
  const credentials = new Credentials({ env: {}, home: undefined, cwd: '/', report, secrets })
  const authorizer = new Authorizer({ http, credentials, report, secrets, now: () => clock.now() })
  try {
    await work(new RegistryClient({ authorizer, http, clock, limits, report, events: () => undefined }))
    return { code: 'success' }
  } catch (error) {
    if (error instanceof CnbError) return { code: error.code, message: error.message }
    return { code: 'not an error of ours', message: error instanceof Error ? String(error.stack) : String(error) }
  } finally {
    await http.close()
  }
}

/** The digest that a tag stands for; throws unless everything below it is there and has the digest that it should have. */
export async function wholeImage(registry: Registry, repository: string): Promise<string> {
  const root = registry.manifest(repository, 'latest')
  if (root === undefined) throw new Error(`${repository} has no tag`)
  await checkManifest(registry, repository, root.digest)
  return root.digest
}

async function checkManifest(registry: Registry, repository: string, digest: string): Promise<void> {
  const stored = registry.manifest(repository, digest)
  if (stored === undefined || sha256(stored.bytes) !== digest) throw new Error(`${repository} has no sound ${digest}`)
  const manifest = parse(stored.bytes)
  for (const child of manifest?.manifests ?? []) await checkManifest(registry, repository, child.digest)
  for (const blob of [manifest?.config, ...(manifest?.layers ?? [])]) {
    const bytes = blob && (await registry.blob(repository, blob.digest))
    if (blob !== undefined && (bytes === undefined || sha256(bytes) !== blob.digest))
      throw new Error(`${repository} has no sound ${blob.digest}`)
  }
}
