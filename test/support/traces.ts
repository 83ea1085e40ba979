import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from './registry/manifests.js'
import type { Registry } from './registry/registry.js'

/** All that is kept below directories, names included; what is compressed is there as it is, and unpacked. */
export function keptIn(...directories: readonly string[]): Buffer {
  const entries = directories.flatMap((directory) => readdirSync(directory, { recursive: true, withFileTypes: true }))
  return Buffer.concat(
    entries.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [Buffer.from(`${path}\n`), ...(entry.isFile() ? unpacked(readFileSync(path)) : [])]
    }),
  )
}

/** All that can be read from a registry. */
export async function keptBy(registry: Registry): Promise<Buffer> {
  const parts: Uint8Array[] = [Buffer.from(`${registry.state()}\n`)]
  for (const line of registry.state().split('\n')) {
    const [repository = '', kind, name = ''] = line.split(' ')
    if (kind === 'manifest') parts.push(registry.manifest(repository, name)?.bytes ?? Buffer.of())
    if (kind === 'blob') parts.push(...unpacked((await registry.blob(repository, name)) ?? Buffer.of()))
  }
  return Buffer.concat(parts)
}

/** What a tag stands for, if it is there with everything below it. @throws when something of it is missing */
export function wholeTag(registry: Registry, repository: string, tag: string): string | undefined {
  const digest = registry.tags(repository).get(tag)
  if (digest !== undefined) checkWhole(registry, repository, digest)
  return digest
}

function checkWhole(registry: Registry, repository: string, digest: string): void {
  const stored = registry.manifest(repository, digest)
  if (stored === undefined) throw new Error(`${repository} has no manifest ${digest}`)
  const { config, layers = [], manifests = [] } = parse(stored.bytes) ?? {}
  for (const child of manifests) checkWhole(registry, repository, child.digest)
  for (const blob of [config, ...layers]) {
    if (blob !== undefined && !registry.hasBlob(repository, blob.digest)) {
      throw new Error(`${repository} has no blob ${blob.digest} of ${digest}`)
    }
  }
}

function unpacked(bytes: Buffer): Buffer[] {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return isGzip ? [bytes, gunzipSync(bytes)] : [bytes]
}
