/**
 * The layer of a module that is read from an archive. What happens to a header on its way there is spelled out here once
 * more, independently of `assemble`.
 */
import { createHash } from 'node:crypto'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readArchive } from '#src/tar/archive.js'
import type { Chunks } from '#src/tar/chunks.js'
import { CNB_EPOCH_SECONDS, type TarHeader, type TarWarning } from '#src/tar/entry.js'
import { TreeCheck } from '#src/tar/tree.js'
import { paddingOf } from '#src/tar/fields.js'
import { TRAILER, headerBlocks } from '#src/tar/writer.js'

const PROGRAMS = new Set(['bin/build', 'bin/detect', 'bin/generate'])

const DIRECTORY: TarHeader = {
  type: 'directory',
  name: '',
  linkname: '',
  mode: 0o755,
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  size: 0,
  mtime: CNB_EPOCH_SECONDS,
}

function inLayer(header: TarHeader, at: string): TarHeader {
  const executable = header.type === 'directory' || PROGRAMS.has(header.name) || (header.mode & 0o111) !== 0
  return {
    ...header,
    name: `${at}/${header.name}`,
    linkname: header.type === 'hardlink' ? `${at}/${header.linkname}` : header.linkname,
    mode: executable ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    mtime: CNB_EPOCH_SECONDS,
  }
}

export interface ModuleLayerOptions {
  readonly allowAbsoluteSymlinks?: boolean
  readonly warn?: (warning: TarWarning) => void
}

/** The diffID of the layer that an archive becomes, as version 1 of the module in the folder `folder`. */
export async function moduleLayerDigest(
  archive: Chunks,
  folder: string,
  options: ModuleLayerOptions = {},
): Promise<string> {
  const common = { ...options, file: 'module.tar', limits: DEFAULT_LIMITS }
  const tree = new TreeCheck(common)
  const root = `/cnb/buildpacks/${folder}`
  const hash = createHash('sha256')
  hash.update(headerBlocks({ ...DIRECTORY, name: root }))
  hash.update(headerBlocks({ ...DIRECTORY, name: `${root}/1` }))
  for await (const { header, content } of readArchive(archive, common)) {
    const checked = tree.check(header)
    if (checked === undefined) continue
    hash.update(headerBlocks(inLayer(checked, `${root}/1`)))
    for await (const part of content) hash.update(part)
    hash.update(new Uint8Array(paddingOf(header.size)))
  }
  tree.end()
  return `sha256:${hash.update(TRAILER).digest('hex')}`
}
