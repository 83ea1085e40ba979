import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { digestOf } from '#src/oci/digest.js'
import type { Blob, Image, ImageIndex } from '#src/oci/image.js'
import { verified } from '#src/oci/verified.js'
import type { Access } from '#src/registry/access.js'
import type { RepositoryClient } from '#src/registry/registry-client.js'
import type { UploadSizes } from '#src/registry/upload-sizes.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { registrySink, type RegistrySinkOptions } from '#src/transports/registry-sink.js'
import { findInRegistry, type RegistrySourceOptions } from '#src/transports/registry-source.js'
import type { PublishedName } from '#src/transports/transport.js'
import { writeTo } from '#src/transports/write-to.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout, type ImageOptions, type TestLayout } from '../support/layout.js'
import { reference } from '../support/reference.js'
import { startProxy, type Proxy } from '../support/proxy/proxy.js'
import type { Rule } from '../support/proxy/rules.js'
import { startRegistry, type Registry, type RegistryOptions } from '../support/registry/registry.js'
import type { TestClient } from './client.js'

const limits = DEFAULT_LIMITS

/** Uploads as large ones are, with bytes that a test can count. */
export const SMALL: UploadSizes = { single: 64, whole: 4000, part: 1000, smallestPart: 100 }

/** A registry for one test. */
export async function registryWith(options: RegistryOptions = {}): Promise<Registry> {
  const registry = await startRegistry(options)
  onTestFinished(() => registry.close())
  return registry
}

/** A registry for one test with a proxy before it. */
export async function behindProxy(
  rules: readonly Rule[],
  options: RegistryOptions = {},
): Promise<{ registry: Registry; proxy: Proxy }> {
  const registry = await registryWith(options)
  const proxy = await startProxy({ target: registry.host, rules })
  onTestFinished(() => proxy.close())
  return { registry, proxy }
}

/** Requests to `acme/app`, or another repository, of a registry. */
export function repositoryOf(
  { client }: TestClient,
  host: string,
  { name = 'acme/app', actions = 'pull,push' }: { name?: string; actions?: Access['actions'] } = {},
): RepositoryClient {
  return client.repository({ registry: host, name }, actions)
}

/** Bytes as a blob that can be opened any number of times. */
export function blobOf(bytes: Uint8Array, piece = 4096): Blob & { opened: number } {
  const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
  }
  const blob = {
    descriptor,
    opened: 0,
    open: () => {
      blob.opened++
      return verified(pieces(), descriptor, 'a blob of the test')
    },
  }
  return blob
}

/** The image or index of a layout. */
export function readTestLayout({ directory }: TestLayout): Promise<Image | ImageIndex> {
  return readLayout(layoutDirectory(directory), undefined, { limits, report: () => undefined })
}

/** An image with nothing special about it. */
export async function anImage(options: ImageOptions = {}): Promise<Image> {
  const root = await readTestLayout(makeLayout(join(temporaryDirectory(), 'layout'), options))
  if (root.kind !== 'image') throw new Error('not an image')
  return root
}

/** Writes an image or index under names. */
export function publish(
  { client, warnings }: TestClient,
  root: Image | ImageIndex,
  names: readonly string[],
  options: Partial<RegistrySinkOptions> = {},
): Promise<readonly PublishedName[]> {
  const sink = registrySink({
    client,
    references: names.map(reference),
    memory: new BlobMemory(),
    limits,
    report: (warning) => void warnings.push(warning),
    ...options,
  })
  return writeTo([sink], root)
}

/** Reads an image that may not be there. */
export function find(
  { client, warnings }: TestClient,
  name: string,
  options: Partial<RegistrySourceOptions> = {},
): Promise<Image | ImageIndex | undefined> {
  const report = (warning: Diagnostic): void => void warnings.push(warning)
  return findInRegistry(reference(name), { client, limits, report, ...options })
}

/** Reads an image that is there. */
export async function pull(
  test: TestClient,
  name: string,
  options: Partial<RegistrySourceOptions> = {},
): Promise<Image | ImageIndex> {
  const found = await find(test, name, options)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
