import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from './manifests.js'
import type { Registry } from './registry.js'

/** Puts the image or index of an OCI layout into a registry, as `REPOSITORY:TAG`, without asking it anything; returns its digest. */
export async function pushLayout(registry: Registry, directory: string, name: string): Promise<string> {
  const [repository = '', tag = 'latest'] = name.split(':')
  const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as {
    manifests: readonly { digest: string; mediaType: string }[]
  }
  const [root] = manifests
  if (root === undefined || manifests.length !== 1) throw new Error(`${directory} has ${manifests.length} images`)
  await pushOne(registry, { directory, repository, tag }, root)
  return root.digest
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
