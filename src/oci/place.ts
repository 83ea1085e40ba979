import { resolve } from 'node:path'
import { isOneSlip } from '../nearest.js'
import { parseLayoutPlace, type LayoutPlace } from './layout-place.js'
import { parseReference, printReference, type Reference } from './reference.js'

/** Where an image lies, or is to lie. Paths are as written until somebody resolves them. */
export type ImagePlace =
  | LayoutPlace
  /** A tar: an OCI layout as one file, or what `docker save` writes; which one shows when it is read. */
  | { readonly kind: 'archive'; readonly file: string; readonly format: 'oci' | 'docker' }
  | { readonly kind: 'registry'; readonly reference: Reference }
  /** The docker engine, which knows images by their references; undefined where the run has a name for the image already. */
  | { readonly kind: 'engine'; readonly reference: Reference | undefined }

/** How places are written, for messages. */
export const PLACE_FORMS =
  'write oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker, docker:REFERENCE or a registry reference'

/**
 * The place that `text` says, undefined when it says none. A reference without a slash, such as `ubuntu`, needs `docker://`
 * before it: too many typing errors look like one.
 */
export function parsePlace(text: string): ImagePlace | undefined {
  if (text.includes('\0')) return undefined
  if (text === 'docker') return { kind: 'engine', reference: undefined }
  if (text.startsWith('oci:')) return parseLayoutPlace(text)
  const archive = /^(oci|docker)-archive:(.+)$/s.exec(text)
  if (archive !== null) return { kind: 'archive', file: archive[2] ?? '', format: archive[1] as 'oci' | 'docker' }
  if (/^(?:oci|docker)-archive:$/.test(text)) return undefined
  if (text.startsWith('docker://')) return placeOf('registry', text.slice('docker://'.length))
  const local = /^docker(?:-daemon)?:(.+)$/s.exec(text)
  if (local !== null) return placeOf('engine', local[1] ?? '')
  return isBareReference(text) ? placeOf('registry', text) : undefined
}

/** True for what nobody calls an image in a registry by. */
export function isFileName(text: string): boolean {
  return /^[^:]+\.(?:cnb|tar|tar\.gz|tgz)$/s.test(text)
}

/** How files end that are named where an image could be. */
const FILE_ENDINGS = ['cnb', 'tar', 'tgz', 'toml']

/**
 * True for what is sooner the name of a file than an image without a registry, a tag or a digest: it ends as one does, or one slip
 * beside it, such as `builder.tml`.
 */
export function looksLikeFile(text: string): boolean {
  if (isFileName(text) || /^[^:]+\.toml$/s.test(text)) return true
  const ending = /^[^:@]+\.([a-z]{2,5})$/is.exec(text)?.[1]
  const isOfRegistry = /^[^./][^/]*[.][^/]*\//.test(text)
  return ending !== undefined && !isOfRegistry && FILE_ENDINGS.some((right) => isOneSlip(ending, right))
}

/** What has neither registry, tag nor digest in it, and no slash, is sooner a folder that was misspelt than an image of Docker Hub. */
export function looksLikePath(name: string): boolean {
  return name.endsWith('.toml') || name.endsWith('/') || /^\.{0,2}\//.test(name) || /^[^/:@]*$/.test(name)
}

/** A word that `uri` and the like do not know, of a place as `parsePlace` has it. */
export function placeWord(text: string): string | undefined {
  return /^(?:oci|oci-archive|docker-archive|docker-daemon|docker):(?=[^/])/.exec(text)?.[0]
}

/** Whether a text that the grammar takes for an image may be one: it is neither sooner a file nor a place for flags. */
export function mayBeImage(text: string): boolean {
  return placeWord(text) === undefined && !looksLikeFile(text)
}

/** A text without a scheme that is meant for a registry: with a slash, and none that a path would begin with. */
function isBareReference(text: string): boolean {
  return /^[^./][^/]*\//.test(text) && !isFileName(text)
}

/**
 * The reference that a text without a scheme is for certain, if no file has this name: one with the host of a registry, a tag or a
 * digest. undefined for any other.
 */
export function plainReference(text: string): Reference | undefined {
  return isBareReference(text) && /^[^/]*\.|[:@]/.test(text) ? parseReference(text) : undefined
}

/** How somebody would write a place who meant `text` by it. */
export function placeHint(text: string): string {
  if (text === '' || text.includes(':') || text.includes('\0')) return PLACE_FORMS
  if (isFileName(text)) return `write oci-archive:${text} for a file, docker://${text} for an image in a registry`
  const image = parseReference(text) === undefined ? '' : `, docker://${text} for an image in a registry`
  return `write oci:${text} for a directory, oci-archive:${text} for a file${image}`
}

/** The same place; a relative path in it is taken from the absolute `directory`. */
export function placeFrom<Place extends ImagePlace>(directory: string, place: Place): Place {
  if (place.kind === 'layout') return { ...place, directory: resolve(directory, place.directory) }
  return place.kind === 'archive' ? { ...place, file: resolve(directory, place.file) } : place
}

/** A place as `parsePlace` reads it. */
export function printPlace(place: ImagePlace): string {
  switch (place.kind) {
    case 'layout':
      return `oci:${place.directory}${place.tag === undefined ? '' : `:${place.tag}`}`
    case 'archive':
      return `${place.format}-archive:${place.file}`
    case 'registry':
      return printReference(place.reference)
    case 'engine':
      return place.reference === undefined ? 'docker' : `docker:${printReference(place.reference)}`
  }
}

function placeOf(kind: 'registry' | 'engine', text: string): ImagePlace | undefined {
  const reference = parseReference(text)
  return reference && { kind, reference }
}
