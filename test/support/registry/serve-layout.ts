import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exchange } from './exchange.js'

interface Entry {
  readonly mediaType?: string
  readonly digest?: string
}

/**
 * Answers a request for `/v2/REPOSITORY/…` from an OCI layout, believing all that the layout says: whatever lies in it under a
 * digest is the blob of that digest, and its first image has every tag. False when it has no answer.
 */
export function serveLayout(directory: string, repository: string, exchange: Exchange): boolean {
  const [, kind, name = ''] =
    new RegExp(`^/v2/${repository}/(manifests|blobs)/([^/]+)$`).exec(exchange.url.pathname) ?? []
  if (kind === undefined) return false
  const root = rootOf(directory)
  const digest = name.includes(':') ? name : (root.digest ?? '')
  const file = join(directory, 'blobs', ...digest.split(':'))
  if (!existsSync(file)) return false
  const bytes = readFileSync(file)
  const type = kind === 'blobs' ? 'application/octet-stream' : digest === root.digest ? root.mediaType : typeIn(bytes)
  exchange.reply(200, { 'content-type': type, 'docker-content-digest': digest }, bytes)
  return true
}

function rootOf(directory: string): Entry {
  const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as { manifests: Entry[] }
  return manifests[0] ?? {}
}

function typeIn(manifest: Buffer): string | undefined {
  return (JSON.parse(manifest.toString()) as Entry).mediaType
}
