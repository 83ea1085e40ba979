import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Serves packages in files, named as `npm pack` names them, as an npm registry on the loopback; it ends with the test. */
export async function startNpmRegistry(directory: string): Promise<string> {
  const packages = readdirSync(directory).flatMap((file) => packageIn(directory, file))
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const tarball = packages.find(({ name, file }) => path === `/${name}/-/${file}`)
    const versions = packages.filter(({ name }) => path === `/${name}`)
    if (tarball !== undefined) response.end(tarball.bytes)
    else if (versions.length > 0) response.end(JSON.stringify(packumentOf(versions, url)))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return url
}

interface Package {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly bytes: Buffer
}

function packageIn(directory: string, file: string): Package[] {
  const [, name, version] = /^(.+?)-(\d+\.\d+\.\d+.*)\.tgz$/.exec(file) ?? []
  return name === undefined || version === undefined
    ? []
    : [{ name, version, file, bytes: readFileSync(join(directory, file)) }]
}

/** @see https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
function packumentOf(versions: readonly Package[], url: string): object {
  const manifests = versions.map(({ name, version, file, bytes }) => {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    return [version, { name, version, dist: { tarball: `${url}/${name}/-/${file}`, integrity } }] as const
  })
  return {
    name: versions[0]?.name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(manifests),
  }
}
