/** What came out of a packager, read without anything of ours. */
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import type { Registry } from '../support/registry/registry.js'

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

export interface Index {
  readonly manifests: readonly Descriptor[]
}

interface Manifest {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

/** One image of a package; the config as text. */
export interface MadeImage {
  readonly config: string
  readonly manifest: Manifest
  /** As they are stored. */
  readonly layers: readonly Buffer[]
}

/** The images of a package, and the index of them when there is one. */
export interface MadePackage {
  readonly images: readonly MadeImage[]
  readonly index: Index | undefined
}

/** The files of a tar by their names, without a slash in front. */
export async function filesIn(tar: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for await (const entry of createReadStream(tar).pipe(extract())) {
    const bytes = await buffer(entry)
    if (entry.header.type === 'file') files.set(entry.header.name.replace(/^\//, ''), bytes)
  }
  return files
}

/** The package that a repository of the registry has under the tag `1`. */
export function packageInRegistry(registry: Registry, repository: string): Promise<MadePackage> {
  return readFrom('1', async (digest) => {
    const bytes = registry.manifest(repository, digest)?.bytes ?? (await registry.blob(repository, digest))
    if (bytes === undefined) throw new Error(`${repository} has no ${digest}`)
    return bytes
  })
}

/** The package in `NAME.cnb`, or in the files beside it that pack makes for each platform. */
export async function packageInFiles(directory: string, name: string): Promise<MadePackage> {
  const pattern = new RegExp(`^${name}(-linux.*)?\\.cnb$`)
  const names = readdirSync(directory).filter((file) => pattern.test(file))
  const images: MadeImage[] = []
  for (const name of names.toSorted()) {
    const files = await filesIn(join(directory, name))
    const { manifests } = JSON.parse(String(files.get('index.json'))) as Index
    const read = (digest: string): Promise<Buffer> =>
      Promise.resolve(files.get(`blobs/${digest.replace(':', '/')}`) ?? Buffer.alloc(0))
    for (const { digest } of manifests) images.push(...(await readFrom(digest, read)).images)
  }
  return { images, index: undefined }
}

async function readFrom(digest: string, read: (digest: string) => Promise<Buffer>): Promise<MadePackage> {
  const root = JSON.parse(String(await read(digest))) as Manifest | Index
  if (!('manifests' in root)) {
    const config = String(await read(root.config.digest))
    const layers = await Promise.all(root.layers.map(({ digest }) => read(digest)))
    return { images: [{ manifest: root, config, layers }], index: undefined }
  }
  const children: MadePackage[] = []
  for (const child of root.manifests) children.push(await readFrom(child.digest, read))
  return { images: children.flatMap(({ images }) => images), index: root }
}

/** All that is not left to chance in an image: pack shuffles layers, and what they are compressed to depends on who does it. */
export function imageFacts({ images, index }: MadePackage): unknown {
  return {
    configs: images.map(({ config }) => inOrder(config)),
    manifests: images.map(({ manifest }) => ({
      ...manifest,
      config: manifest.config.mediaType,
      layers: manifest.layers.map(({ mediaType }) => mediaType),
    })),
    index: index && { ...index, manifests: index.manifests.map((one) => ({ ...one, digest: '', size: 0 })) },
  }
}

/** The same of a file, in which pack writes other media types and another time, and leaves out variant and distro. */
export function fileFacts({ images }: MadePackage): unknown {
  const asInImage = ({ config }: MadeImage): string =>
    inOrder(config)
      .replaceAll('0001-01-01T00:00:00Z', '1980-01-01T00:00:01Z')
      .replace(/(,"os\.version":"[^"]*")?(,"variant":"[^"]*")?\}$/, '}')
  return images.map(asInImage).toSorted()
}

/** The text of a config with its layers sorted. */
function inOrder(config: string): string {
  return config.replace(
    /"diff_ids":\[([^\]]*)\]/,
    (_, ids: string) => `"diff_ids":[${ids.split(',').toSorted().join()}]`,
  )
}
