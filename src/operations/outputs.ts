import { basename, dirname, join, resolve, sep } from 'node:path'
import { CnbError } from '../errors.js'
import { realPath } from '../files.js'
import type { LayoutPlace } from '../oci/layout-place.js'
import { isFileName, parsePlace, placeFrom, placeHint, printPlace, type ImagePlace } from '../oci/place.js'
import { parseReference, printReference, type Reference } from '../oci/reference.js'
import type { Host } from './host.js'

/** Where an image is to be written. Paths are absolute. */
export type OutputPlace =
  | LayoutPlace
  | ArchiveOutput
  | RegistryOutput
  | { readonly kind: 'engine'; readonly references: readonly Reference[] }

type ArchiveOutput = Extract<ImagePlace, { readonly kind: 'archive' }> & {
  readonly names: readonly Reference[]
  /** A further file for each image of an index, in their order. */
  readonly platformFiles?: readonly string[] | undefined
}

interface RegistryOutput {
  readonly kind: 'registry'
  /** Every name that the image gets; in any repository of any registry. */
  readonly references: readonly Reference[]
  /** A further name for the image of each target, in the order of an index of them. */
  readonly platformNames?: readonly Reference[] | undefined
}

/** One place, and what the user wrote for it. */
export interface Output {
  readonly texts: readonly string[]
  readonly place: OutputPlace
}

/** What says where an image goes. */
export interface OutputRequest {
  /** What the image is called. */
  readonly names: readonly Reference[]
  /** `--to`, each as written. */
  readonly to: readonly string[]
  /** Whether the registries of the names get it. */
  readonly publish: boolean
}

/**
 * The places of a run: all references of registries are one of them, for they share what they upload. The docker engine when
 * nothing else is asked for, as in pack.
 *
 * @throws CnbError E_USAGE
 */
export function outputsOf({ names: given, to, publish }: OutputRequest, cwd: string): readonly Output[] {
  const names = withoutTwins(given)
  const places = to.map((text) => ({ text, place: parseOutput(text) }))
  const files = places.flatMap(({ text, place }): Output[] =>
    place.kind === 'layout'
      ? [{ texts: [text], place: placeFrom(cwd, place) }]
      : place.kind === 'archive'
        ? [{ texts: [text], place: { ...placeFrom(cwd, place), names: isPackageFile(text) ? [] : names } }]
        : [],
  )
  checkNamedOnce(files)
  const published = publish ? names : []
  const remote = places.flatMap(({ place }) => (place.kind === 'registry' ? [place.reference] : []))
  const isDefault = to.length === 0 && !publish
  if (names.length === 0 && places.some(({ place }) => place.kind === 'engine' && place.reference === undefined)) {
    throw new CnbError('E_USAGE', 'a docker engine knows images by their names, and this one has none', {
      value: 'docker',
      hint: 'write docker:REFERENCE',
    })
  }
  const local = places.flatMap(({ place }) =>
    place.kind === 'engine' ? (place.reference === undefined ? names : [place.reference]) : [],
  )
  return [...files, ...engineOutput(isDefault ? names : local), ...registryOutput([...published, ...remote])]
}

/** References that mean the same are written once. */
function withoutTwins(references: readonly Reference[]): readonly Reference[] {
  return [...new Map(references.map((reference) => [printReference(reference), reference])).values()]
}

/** Makes sure that nothing here would be written over by the same run. @throws CnbError E_USAGE */
export function checkNamedOnce(outputs: readonly Output[]): void {
  const seen = new Map<string, string>()
  for (const { key, text } of outputs.flatMap(fileKeys)) {
    const before = seen.get(key)
    if (before !== undefined) {
      throw new CnbError('E_USAGE', `one place is named twice: ${before} and ${text}`, {
        value: text,
        hint: 'leave out one of them, or write to another file, directory or tag',
      })
    }
    seen.set(key, text)
  }
  for (const { place } of outputs) if (place.kind === 'layout') checkNothingInside(place.directory, outputs)
}

/** A layout holds what belongs to it and nothing else. */
function checkNothingInside(directory: string, outputs: readonly Output[]): void {
  const outer = realPath(directory)
  for (const { texts, place } of outputs) {
    const files = filesOf(place).map(fileAt)
    const all = place.kind === 'layout' ? [realPath(place.directory)] : files
    if (!files.includes(outer) && !all.some((inner) => inner.startsWith(outer + sep))) continue
    const [text = ''] = texts
    throw new CnbError('E_USAGE', `${text} lies in the directory of the layout ${directory}`, {
      value: text,
      hint: 'write to another file or directory',
    })
  }
}

/** What an output writes on this machine, in one spelling and in that of the user. */
function fileKeys({ texts: [text = ''], place }: Output): { key: string; text: string }[] {
  if (place.kind === 'layout') return [{ key: JSON.stringify([realPath(place.directory), place.tag]), text }]
  return filesOf(place).map((file, i) => ({
    key: fileAt(file),
    text: i === 0 ? text : file,
  }))
}

/** One path for all that lead to a name; what stands there may be a link, which is replaced itself. */
function fileAt(path: string): string {
  return join(realPath(dirname(path)), basename(path))
}

function filesOf(place: OutputPlace): readonly string[] {
  return place.kind === 'archive' ? [place.file, ...(place.platformFiles ?? [])] : []
}

function engineOutput(given: readonly Reference[]): Output[] {
  const references = withoutTwins(given)
  const texts = references.map((reference) => printPlace({ kind: 'engine', reference }))
  return references.length === 0 ? [] : [{ texts, place: { kind: 'engine', references } }]
}

function registryOutput(given: readonly Reference[]): Output[] {
  const references = withoutTwins(given)
  const texts = references.map(printReference)
  return references.length === 0 ? [] : [{ texts, place: { kind: 'registry', references } }]
}

function parseOutput(text: string): ImagePlace {
  const place: ImagePlace | undefined = isPackageFile(text)
    ? { kind: 'archive', file: text, format: 'oci' }
    : parsePlace(text)
  if (place !== undefined) return place
  throw new CnbError('E_USAGE', 'not a place that an image can be written to', { value: text, hint: placeHint(text) })
}

/** A place for a package as one file, without names in it: what `--format file` makes. */
function isPackageFile(text: string): boolean {
  return isFileName(text) && text.endsWith('.cnb') && !text.includes('\0')
}

/** Makes sure that a place that is called like a package gets one. @throws CnbError E_USAGE */
export function checkPackageFiles(outputs: readonly Output[], isPackage: boolean): void {
  const text = isPackage ? undefined : textsOf(outputs).find(isPackageFile)
  if (text === undefined) return
  throw new CnbError('E_USAGE', `${text} is a name for a package, and this image is none`, {
    value: text,
    hint: `write oci-archive:${text.replace(/cnb$/, 'tar')} for a file of any image`,
  })
}

/** What NAME or `--tag` says. @param example a good one, for people @throws CnbError E_USAGE */
export function parseName(text: string, example: string): Reference {
  const reference = parseReference(text)
  if (reference !== undefined) return reference
  throw new CnbError('E_USAGE', `'${text}' is no image reference`, {
    value: text,
    hint: `name it as a registry would, in lower case and in two characters or more: ${example}`,
  })
}

/** What a run reads on this machine: paths as written. */
export interface ReadHere {
  readonly layouts: readonly LayoutPlace[]
  readonly files: readonly string[]
}

/** Makes sure that nothing that is read would be lost by writing. @throws CnbError E_USAGE */
export function checkNotRead(outputs: readonly Output[], read: ReadHere, cwd: string): void {
  const files = new Set(read.files.flatMap((file) => [fileAt(resolve(cwd, file)), realPath(resolve(cwd, file))]))
  const isRead = (file: string): boolean => files.has(fileAt(file)) || isInLayout(file, read.layouts, cwd)
  for (const { place, texts } of outputs) {
    const [text = ''] = texts
    if (place.kind === 'layout' && read.layouts.some((layout) => isSameLayout(layout, place, cwd))) {
      throw new CnbError('E_USAGE', `the image at ${text} is read, so another cannot take its place`, {
        value: text,
        hint: 'give the new image another tag, or another directory',
      })
    }
    const file = filesOf(place).find(isRead)
    if (file === undefined) continue
    throw new CnbError('E_USAGE', `the file ${file} is read, so nothing can take its place`, {
      value: text,
      hint: 'name a file that is to be made',
    })
  }
}

function isInLayout(file: string, read: readonly LayoutPlace[], cwd: string): boolean {
  return read.some(({ directory }) => fileAt(file).startsWith(realPath(resolve(cwd, directory)) + sep))
}

function isSameLayout(read: LayoutPlace, written: LayoutPlace, cwd: string): boolean {
  return read.tag === written.tag && realPath(resolve(cwd, read.directory)) === realPath(written.directory)
}

/** Makes sure that every place can take the image of so many platforms. @throws CnbError E_USAGE */
export function checkPlatforms(outputs: readonly Output[], platforms: number): void {
  if (platforms < 2) return
  for (const { place, texts } of outputs) {
    const isDockerArchive = place.kind === 'archive' && place.format === 'docker'
    if (place.kind !== 'engine' && !isDockerArchive) continue
    const [text = ''] = texts
    throw new CnbError('E_USAGE', `${text} can take one image, and this is one for each of ${platforms} platforms`, {
      value: text,
      hint: `choose one with --target${isDockerArchive ? ', or write oci-archive:FILE' : ''}`,
    })
  }
}

/** The places as a user would write them. */
export function textsOf(outputs: readonly Output[]): string[] {
  return outputs.flatMap(({ texts }) => texts)
}

/** The names that the image has in the places that keep names. */
export function namesIn(outputs: readonly Output[]): readonly Reference[] {
  return outputs.flatMap(({ place }) =>
    place.kind === 'layout' ? [] : place.kind === 'archive' ? place.names : place.references,
  )
}

/** The first name that a registry gets; undefined when none gets any. */
export function publishedName(outputs: readonly Output[]): Reference | undefined {
  return outputs.flatMap(({ place }) => (place.kind === 'registry' ? place.references : []))[0]
}

/** The files and directories on this machine that are written to. */
export function writtenPaths(outputs: readonly Output[]): readonly string[] {
  return outputs.flatMap(({ place }) => (place.kind === 'layout' ? [place.directory] : filesOf(place)))
}

/** True when nothing but the docker engine is written to: then layers need no compression, and images are read from there. */
export function onlyEngine(outputs: readonly Output[]): boolean {
  return outputs.length > 0 && outputs.every(({ place }) => place.kind === 'engine')
}

/** True when something is written, and all of it stays on this machine: then an engine may have what is read, too. */
export function onlyHere(outputs: readonly Output[]): boolean {
  return outputs.length > 0 && outputs.every(({ place }) => place.kind !== 'registry')
}

/** A directory on the file system of an output, so that the output can link to what is made there. */
export function scratchParent(outputs: readonly Output[], { temporaryDirectory }: Host): string {
  const [path] = writtenPaths(outputs)
  return path === undefined ? temporaryDirectory : dirname(path)
}
