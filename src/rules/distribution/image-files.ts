import type { DiffId } from '../../oci/digest.js'
import type { TarHeader } from '../../tar/entry.js'
import { withoutEmptyParts } from '../../tar/names.js'

/** A name in a layer, as far as rules look at it. */
export interface LayerFile extends Pick<TarHeader, 'type' | 'mode' | 'uid' | 'gid' | 'size' | 'linkname'> {
  /** The first `wantedBytes` of it; undefined when it is not looked into. */
  readonly content: Uint8Array | undefined
}

/** What there is to know of one layer. */
export interface LayerFiles {
  readonly diffId: DiffId
  /** By absolute path, those that `isKept`; what hides others is among them. */
  readonly entries: ReadonlyMap<string, LayerFile>
  /** The folders of modules in it, and of everything else the first part of its path. */
  readonly roots: ReadonlySet<string>
}

/** The files of an image, as a container sees them, and layer by layer. */
export interface ImageFiles {
  /** Bottom first. */
  readonly layers: readonly LayerFiles[]
  readonly entries: ReadonlyMap<string, LayerFile>
}

/** Names that some rule looks for. */
const KEPT = [
  '/[^/]+',
  '/cnb/[^/]+',
  '/cnb/lifecycle/[^/]+',
  '/cnb/build-config/env',
  '/cnb/(?:buildpacks|extensions)/[^/]+(?:/[^/]+(?:/(?:buildpack|extension)[.]toml)?)?',
  '/platform/env',
  '/home/[^/]+',
  '/etc/(?:passwd|os-release)',
  '/usr/lib(?:/os-release)?',
].map((pattern) => new RegExp(`^${pattern}$`))

/** Files that are read as a whole. */
const READ =
  /^\/(?:cnb\/(?:(?:order|stack|run|system|lifecycle)\.toml|(?:buildpacks|extensions)\/[^/]+\/[^/]+\/(?:buildpack|extension)\.toml)|etc\/passwd|etc\/os-release|usr\/lib\/os-release)$/
const PROGRAM = /^\/cnb\/lifecycle\/[^/.]+$/
const MODULE = /^\/cnb\/(?:buildpacks|extensions)\/[^/]+\/[^/]+/

/** Bytes of a program that say for which machine it is. */
const HEADER_BYTES = 64
/** Links that are followed one after the other. Linux gives up after as many. */
const LINKS = 40

/** What marks a name that hides another one of the layers below, or all in its folder. @see OCI image spec, "Whiteouts" */
const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'

/** True for a name that some rule looks for, or that hides one. */
export function isKept(path: string): boolean {
  const name = hiddenBy(path)?.path ?? path
  return KEPT.some((pattern) => pattern.test(name))
}

/** How many bytes of a file rules look at. */
export function wantedBytes(path: string, size: number): number {
  if (READ.test(path)) return size
  return PROGRAM.test(path) ? Math.min(size, HEADER_BYTES) : 0
}

/** To which root of its layer a path belongs. */
export function rootOf(path: string): string {
  return MODULE.exec(path)?.[0] ?? `/${path.split('/')[1] ?? ''}`
}

/** The name of an entry as an absolute path; undefined for one that climbs. */
export function pathOf(name: string): string | undefined {
  const clean = withoutEmptyParts(name)
  return clean.split('/').includes('..') ? undefined : `/${clean}`
}

/** What a container sees of these layers, bottom first. */
export function filesOfLayers(layers: readonly LayerFiles[]): ImageFiles {
  const entries = new Map<string, LayerFile>()
  for (const layer of layers) {
    hide(entries, layer)
    for (const [path, file] of layer.entries) if (hiddenBy(path) === undefined) entries.set(path, file)
  }
  return { layers, entries }
}

/** Takes out what a layer hides of those below it. */
function hide(entries: Map<string, LayerFile>, layer: LayerFiles): void {
  const hidden = new Map(
    [...layer.entries.keys()].flatMap((path) => hiddenBy(path) ?? []).map((one) => [one.path, one]),
  )
  if (hidden.size === 0) return
  for (const path of entries.keys()) {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const by = hidden.get(path.slice(0, end))
      if (by !== undefined && !(by.isOpaque && end === path.length)) entries.delete(path)
    }
  }
}

function hiddenBy(path: string): { readonly path: string; readonly isOpaque: boolean } | undefined {
  const cut = path.lastIndexOf('/') + 1
  const name = path.slice(cut)
  if (name === OPAQUE) return { path: path.slice(0, cut - 1) || '/', isOpaque: true }
  return name.startsWith(WHITEOUT)
    ? { path: path.slice(0, cut) + name.slice(WHITEOUT.length), isOpaque: false }
    : undefined
}

/** What is at a path once all links on the way, and at its end, are followed. */
export function fileAt({ entries }: ImageFiles, path: string): LayerFile | undefined {
  const pending = path.split('/').filter((part) => part !== '')
  let at = ''
  for (let links = 0, part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '.') continue
    if (part === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
      continue
    }
    const next = `${at}/${part}`
    const file = entries.get(next)
    if (file?.type !== 'symlink' && file?.type !== 'hardlink') {
      at = next
      continue
    }
    if (++links > LINKS) return undefined
    // The target of a hard link is a name of the archive, and so one from the root.
    if (file.type === 'hardlink' || file.linkname.startsWith('/')) at = ''
    pending.unshift(...file.linkname.split('/').filter((name) => name !== ''))
  }
  return entries.get(at)
}
