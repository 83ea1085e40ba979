import { encodeUtf8 } from '../bytes.js'
import { LAYER_HEADER, type TarHeader } from '../tar/entry.js'
import type { InlineEntry } from './planned-layer.js'

const NO_CONTENT = new Uint8Array(0)

/** A folder, mode 0755. `name` is absolute and has no trailing slash. */
export function directoryEntry(name: string, owner: { uid: number; gid: number } = { uid: 0, gid: 0 }): InlineEntry {
  return { header: { ...LAYER_HEADER, ...owner, type: 'directory', name, mode: 0o755 }, content: NO_CONTENT }
}

/** A file with `text` in it, mode 0644. */
export function fileEntry(name: string, text: string): InlineEntry {
  const content = encodeUtf8(text)
  const header: TarHeader = { ...LAYER_HEADER, type: 'file', name, mode: 0o644, size: content.length }
  return { header, content }
}

/** What hides `name` in `folder` of the layers below. Its time is 0, the one exception, as pack writes it. */
export function whiteoutEntry(folder: string, name: string): InlineEntry {
  const header: TarHeader = { ...LAYER_HEADER, type: 'file', name: `${folder}/.wh.${name}`, mode: 0o644, mtime: 0 }
  return { header, content: NO_CONTENT }
}
