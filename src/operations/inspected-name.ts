import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { descriptorFile } from '../cnb/module.js'
import { CnbError } from '../errors.js'
import { looksLikeFile, parsePlace, placeFrom, PLACE_FORMS, type ImagePlace } from '../oci/place.js'
import { parseReference, type Reference } from '../oci/reference.js'
import { redactLocator } from '../redact.js'
import { classifyLocator, type Locator, type RegistryLocator } from '../cnb/locator.js'

/** What the name of something to inspect says. Paths are absolute. */
export type InspectedName =
  /** Looked for in its registry and in the docker engine. */
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'engine'; readonly reference: Reference }
  | { readonly kind: 'file'; readonly at: ImagePlace }
  | { readonly kind: 'url'; readonly url: string }
  /** In a buildpack registry. */
  | { readonly kind: 'entry'; readonly entry: RegistryLocator }

/** Forms that say which transport is meant; `docker://` is a reference like any other. */
const TRANSPORT = /^(?:oci|oci-archive|docker-archive|docker-daemon|docker):(?!\/\/)|^docker$/

/**
 * What `text` names: a place as `--to` has them, a file or a layout directory, a URL, a reference; an id of a buildpack registry
 * where `takesIds` says so.
 *
 * @throws CnbError E_USAGE when it names nothing
 */
export function inspectedName(
  text: string,
  { cwd, takesIds }: { readonly cwd: string; readonly takesIds: boolean },
): InspectedName {
  if (TRANSPORT.test(text)) return namedPlace(text, cwd)
  const at = imageNamed(text, cwd)
  if (at !== undefined) return { kind: 'file', at }
  const locator = classifyLocator(text, () => false)
  if (locator.kind !== 'path') checkNoModule(text, cwd)
  switch (locator.kind) {
    case 'path':
      return { kind: 'file', at: imageAt(resolve(cwd, locator.path), locator.path) }
    case 'url':
      return { kind: 'url', url: locator.url }
    case 'image':
      return { kind: 'reference', reference: locator.reference }
    case 'registry-id':
      return takesIds ? { kind: 'entry', entry: locator } : referenceIn(text, locator)
    case 'builder-id':
    case 'invalid':
      return referenceIn(text, locator)
  }
}

/**
 * The file or the layout directory that is there under a name without a scheme, undefined when there is none.
 *
 * @throws CnbError E_IMAGE_MISSING when it can only be the name of a file
 */
export function imageNamed(text: string, cwd: string): ImagePlace | undefined {
  if (TRANSPORT.test(text) || text.includes('\0')) return undefined
  if (holdsImage(resolve(cwd, text))) return imageAt(resolve(cwd, text), text)
  // A typing error in the name of a file asks no registry.
  if (!looksLikeFile(text)) return undefined
  throw new CnbError('E_IMAGE_MISSING', `there is no file ${text}`, {
    value: text,
    hint: `for an image of this name write docker://${text}`,
  })
}

function namedPlace(text: string, cwd: string): InspectedName {
  const place = parsePlace(text)
  if (place?.kind === 'layout' || place?.kind === 'archive') return { kind: 'file', at: placeFrom(cwd, place) }
  if (place?.reference === undefined) throw noName(text, 'it is not a place that an image can be read from')
  return { kind: place.kind === 'engine' ? 'engine' : 'reference', reference: place.reference }
}

function referenceIn(text: string, locator: Locator): InspectedName {
  const reference = parseReference(text)
  if (reference !== undefined) return { kind: 'reference', reference }
  throw noName(text, locator.kind === 'invalid' ? locator.reason : 'it is not an image reference')
}

/** Makes sure that nobody is asked for the image of a folder in which a module lies. @throws CnbError E_IMAGE_MISSING */
function checkNoModule(text: string, cwd: string): void {
  const files = (['buildpack', 'extension'] as const).map(descriptorFile)
  const file = files.find((file) => existsSync(resolve(cwd, text, file)))
  if (file === undefined) return
  throw new CnbError('E_IMAGE_MISSING', `there is no image at ${text}: it is a folder with a ${file}`, {
    value: text,
    hint: `trowel check ${text} looks at it; for an image of this name write docker://${text}, for an id of a registry urn:cnb:registry:${text}`,
  })
}

/** True for a file and for an OCI layout directory; any other directory holds no image. */
function holdsImage(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isDirectory() === true ? existsSync(join(path, 'oci-layout')) : stats !== undefined
}

function imageAt(path: string, shown: string): ImagePlace {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() === true) return { kind: 'archive', file: path, format: 'oci' }
  if (stats?.isDirectory() === true && holdsImage(path)) return { kind: 'layout', directory: path, tag: undefined }
  const problem = stats === undefined ? 'there is nothing' : 'no oci-layout file says that it is an image'
  throw new CnbError('E_IMAGE_MISSING', `there is no image at ${shown}: ${problem}`, {
    value: shown,
    hint: 'name a .cnb file, another archive of an image, or an OCI layout directory',
  })
}

function noName(text: string, reason: string): CnbError {
  const shown = redactLocator(text)
  return new CnbError('E_USAGE', `'${shown}' names no image: ${reason}`, { value: shown, hint: PLACE_FORMS })
}
