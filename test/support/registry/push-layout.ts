import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from './manifests.js'
import type { Registry } from './registry.js'

const INDEX = 'application/vnd.oci.image.index.v1+json'

/**
 * Puts what an OCI layout holds into a registry, as `REPOSITORY:TAG`, without asking it anything; returns its digest. A layout with
 * several images is itself the index of them.
 */
export async function pushLayout(registry: Registry, directory: string, name: string): Promise<string> {
  const [repository = '', tag = 'latest'] = name.split(':')
  const bytes = readFileSync(join(directory, 'index.json'))
  const { manifests } = JSON.parse(bytes.toString()) as {
    manifests: readonly { digest: string; mediaType: string }[]
  }
  const [root, ...others] = manifests
  if (root === undefined) throw new Error(`${directory} is empty`)
  if (others.length === 0) {
    await pushOne(registry, { directory, repository, tag }, root)
    return root.digest
  }
  for (const child of manifests) await pushOne(registry, { directory, repository }, child)
  return registry.putManifest(repository, bytes, INDEX, tag)
}

interface Target {
  readonly directory: string
  readonly repository: string
  readonly tag?: string
}

async function pushOne(
  registry: Registry,
  { directory, repository, tag }: Target,
  { digest, mediaType }: { readonly digest: string; readonly mediaType: string },
): Promise<void> {
  const bytes = blobOf(directory, digest)
  const manifest = parse(bytes)
  for (const child of manifest?.manifests ?? []) await pushOne(registry, { directory, repository }, child)
  for (const blob of [manifest?.config, ...(manifest?.layers ?? [])]) {
    if (blob !== undefined) await registry.putBlob(repository, blobOf(directory, blob.digest))
  }
  registry.putManifest(repository, bytes, mediaType, tag)
}

function blobOf(directory: string, digest: string): Buffer {
  return readFileSync(join(directory, 'blobs', ...digest.split(':')))
}
