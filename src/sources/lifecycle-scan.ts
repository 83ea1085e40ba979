import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { REQUIRED_BINARIES } from '../cnb/lifecycle.js'
import { attempt } from '../files.js'
import type { TarEntry } from '../tar/entry.js'
import { descriptorBytes, plainName } from './archive-entries.js'
import type { SourceContext } from './context.js'
import { readDescriptorFile } from './descriptor.js'

/** Name of the file that says what a lifecycle is. */
export const LIFECYCLE_DESCRIPTOR = 'lifecycle.toml'

/** All that anybody asks about; once they were seen, the rest of an archive is not read. */
const TELLING_BINARIES: readonly string[] = [...REQUIRED_BINARIES, 'extender']

/** What a folder, an archive or a layer shows of a lifecycle. */
export interface SeenLifecycle {
  readonly descriptor: Uint8Array | undefined
  /** Second parts of the names that have two, without `.exe`. */
  readonly binaries: ReadonlySet<string>
}

/** What a folder shows; `file` is its descriptor for people. @throws CnbError E_DESCRIPTOR, E_IO */
export function scanLifecycleDirectory(path: string, file: string, { limits }: SourceContext): SeenLifecycle {
  const descriptor = readDescriptorFile(join(path, LIFECYCLE_DESCRIPTOR), file, limits)
  const names = foldersIn(path).flatMap((folder) => namesIn(join(path, folder)).map((name) => `${folder}/${name}`))
  return {
    descriptor,
    binaries: new Set(names.map(binaryOf).filter((name) => name !== undefined)),
  }
}

/** What an archive shows, read until all was seen that anybody asks about. @throws CnbError E_DESCRIPTOR */
export async function scanLifecycleEntries(
  entries: AsyncIterable<TarEntry>,
  file: string,
  { limits }: SourceContext,
): Promise<SeenLifecycle> {
  let descriptor: Uint8Array | undefined
  const binaries = new Set<string>()
  for await (const entry of entries) {
    const name = plainName(entry.header.name)
    const binary = binaryOf(name)
    if (binary !== undefined) binaries.add(binary)
    if (name === LIFECYCLE_DESCRIPTOR) descriptor = await descriptorBytes(entry, file, limits)
    if (descriptor !== undefined && TELLING_BINARIES.every((wanted) => binaries.has(wanted))) break
  }
  return { descriptor, binaries }
}

/** `creator` for `lifecycle/creator` and `lifecycle/creator.exe`. */
function binaryOf(name: string): string | undefined {
  return /^[^/]+\/([^/]+?)(?:\.exe)?$/.exec(name)?.[1]
}

function foldersIn(path: string): string[] {
  const entries = attempt('reading', path, () => readdirSync(path, { withFileTypes: true }))
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

function namesIn(path: string): string[] {
  return attempt('reading', path, () => readdirSync(path))
}
