import { existsSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ArchiveContent } from '../cnb/content.js'
import { CnbError } from '../errors.js'
import { attempt } from '../files.js'
import { looksLikeFile, placeWord, printPlace, type ImagePlace } from '../oci/place.js'
import { parseReference, type Reference } from '../oci/reference.js'
import type { Named, SourceContext } from './context.js'
import { classifyLocator, type RegistryLocator } from '../cnb/locator.js'
import { fileTypeOf } from '../read-file.js'
import { redactLocator } from '../redact.js'
import { hintOfNoPath } from './not-a-path.js'
import { mayExist, shownPath, statOf } from './paths.js'
import type { Replacement } from './replacements.js'

/** Something that was found, by what it is. Paths are absolute. */
export type Found =
  /** With links resolved. It holds no image. */
  | { readonly kind: 'directory'; readonly path: string }
  | FoundFile
  | { readonly kind: 'image'; readonly at: ImagePlace }

/** A regular file. */
export interface FoundFile {
  readonly kind: 'file'
  readonly path: string
  /** Of a file that was downloaded: what it is called in messages, and the digest by which it is known again. */
  readonly download?: ArchiveContent['download']
}

/** How a text is to be understood. */
export interface FindOptions {
  /** What a text without a scheme is: anything a locator may be, or a path in any case. */
  readonly bare: 'locator' | 'path'
}

/**
 * What `named` leads to, a replacement going first. Whether an image is there shows when it is read. A text that leads nowhere
 * is reported, and the result is undefined.
 *
 * @throws CnbError E_OFFLINE when it would have to be fetched and may not be, what a download objects to, E_IO
 */
export async function findSource(
  named: Named,
  options: FindOptions,
  context: SourceContext,
): Promise<Found | undefined> {
  const replacement = context.replacements.find(named.text)
  if (replacement !== undefined) return findReplaced(replacement, named, context)
  const exists = (path: string): boolean => mayExist(resolve(context.base, path))
  const locator = classifyLocator(named.text, options.bare === 'path' ? () => true : exists)
  switch (locator.kind) {
    case 'path':
      return findPath(resolve(context.base, locator.path), named, context)
    case 'url':
      return findDownload(locator.url, named, context)
    case 'image':
      return isSlip(named, context)
        ? undefined
        : { kind: 'image', at: { kind: 'registry', reference: locator.reference } }
    case 'registry-id':
      if (isSlip(named, context)) return undefined
      return { kind: 'image', at: { kind: 'registry', reference: await lookUp(locator, named, context) } }
    case 'builder-id':
      return complain(locatorRule(context), named, context, {
        message: `means a ${named.what} that is already on a builder, and a ${context.makes} that is being made has none`,
        fix: 'name a directory, an archive or an image',
      })
    case 'invalid':
      break
  }
  return complain(locatorRule(context), named, context, {
    message: `is no locator: ${locator.reason}`,
    fix: `write a path relative to ${context.relativeTo}, docker://REFERENCE, NAMESPACE/NAME@VERSION, or an http, https or file URL`,
  })
}

async function lookUp(entry: RegistryLocator, named: Named, context: SourceContext): Promise<Reference> {
  try {
    return await context.lookUp(entry, named)
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    throw error.with({ hint: hintOfNoPath(error, named.text, context.base) })
  }
}

/** What is an image to the grammar, and to whoever wrote it sooner a file: reported, and nobody in the network is asked. */
function isSlip(named: Named, context: SourceContext): boolean {
  const { text } = named
  const word = placeWord(text)
  if (word !== undefined) {
    complain(locatorRule(context), named, context, {
      message: `begins with ${word}, which flags such as --to know and files do not`,
      fix: `write the path alone, ${text.slice(word.length)}, or put docker:// before it for an image of this name`,
    })
  } else if (looksLikeFile(text)) {
    const image = `, or write docker://${text} for an image of this name`
    absent(resolve(context.base, text), named, context, undefined, image)
  } else return false
  return true
}

/** Both files have locators; what may stand in them is a rule of each. */
function locatorRule({ makes }: SourceContext): string {
  return makes === 'package' ? 'package-dep-scheme' : 'builder-locator-invalid'
}

/** The file behind an address. @throws CnbError what a download objects to */
export async function findDownload(url: string, named: Named, context: SourceContext): Promise<FoundFile> {
  const { file, digest } = await context.download(url, named)
  return { kind: 'file', path: file, download: { name: redactLocator(url), digest } }
}

/** What lies where `--replace` says. */
export function findReplaced(replacement: Replacement, named: Named, context: SourceContext): Found | undefined {
  const { place } = replacement
  switch (place.kind) {
    case 'path': {
      const path = resolve(context.cwd, place.path)
      return place.reference === undefined || mayExist(path)
        ? findPath(path, named, context, replacement)
        : { kind: 'image', at: { kind: 'registry', reference: place.reference } }
    }
    case 'layout': {
      const directory = resolve(context.cwd, place.directory)
      if (statOf(directory)?.isDirectory() !== true) return absent(directory, named, context, replacement)
      return { kind: 'image', at: { ...place, directory } }
    }
    case 'archive': {
      const file = resolve(context.cwd, place.file)
      if (statOf(file)?.isFile() !== true) return absent(file, named, context, replacement)
      return { kind: 'image', at: { ...place, file } }
    }
    case 'registry':
    case 'engine':
      return { kind: 'image', at: place }
  }
}

/** The error for something that only the network has, and that is not fetched. @param why follows the name of it */
export function offline(named: Named, why: string): CnbError {
  const shown = redactLocator(named.text)
  return new CnbError('E_OFFLINE', `the ${named.what} ${shown} ${why}`, {
    place: named.place,
    value: shown,
    hint: `fetch it yourself and say where it is: --replace ${shown}=PLACE`,
  })
}

function findPath(path: string, named: Named, context: SourceContext, replacement?: Replacement): Found | undefined {
  const stats = statOf(path)
  if (stats === undefined) return absent(path, named, context, replacement)
  if (stats.isFile()) return { kind: 'file', path }
  if (!stats.isDirectory()) {
    return complain('source-kind', named, context, {
      message: `is a ${fileTypeOf(stats)}`,
      fix: 'name a directory or an archive',
    })
  }
  const directory = attempt('reading', path, () => realpathSync.native(path))
  return existsSync(join(directory, 'oci-layout'))
    ? { kind: 'image', at: { kind: 'layout', directory, tag: undefined } }
    : { kind: 'directory', path: directory }
}

function absent(
  path: string,
  named: Named,
  context: SourceContext,
  replacement?: Replacement,
  otherwise = ', or make first what is to be there',
): undefined {
  const fix =
    replacement === undefined
      ? `correct the path, which is relative to ${context.relativeTo}${otherwise}`
      : `correct the place after =${imageHint(replacement)}`
  const why = replacement === undefined ? '' : `, where --replace ${redactLocator(replacement.reference)} points`
  complain('toml-path-missing', named, context, {
    message: `leads to nothing: there is no ${shownPath(path, context)}${why}`,
    fix,
  })
}

/** A path may have been meant for the name of an image. */
function imageHint({ place }: Replacement): string {
  const isReference = place.kind === 'path' && parseReference(place.path) !== undefined
  return isReference ? `, or write docker://${place.path} for an image in a registry` : ''
}

function complain(
  rule: string,
  named: Named,
  context: SourceContext,
  { message, fix }: { readonly message: string; readonly fix: string },
): undefined {
  const value = redactLocator(named.text)
  context.report({
    rule,
    severity: 'error',
    message: `the ${named.what} ${value} ${message}`,
    place: named.place,
    value,
    fix,
  })
}

/** An image's place for people. */
export function shownPlace(place: ImagePlace, context: Pick<SourceContext, 'cwd'>): string {
  if (place.kind === 'layout') return shownPath(place.directory, context)
  return place.kind === 'archive' ? shownPath(place.file, context) : printPlace(place)
}

/** A file for people. */
export function shownFile({ path, download }: FoundFile, context: Pick<SourceContext, 'cwd'>): string {
  return download?.name ?? shownPath(path, context)
}
