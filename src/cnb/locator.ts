import { parseReference, type Reference } from '../oci/reference.js'
import { SEMVER } from './semver.js'

/**
 * What a locator says, after its scheme was taken off. A path is as written: relative ones start at the folder of the file
 * that names them; nothing in it is expanded.
 */
export type Locator =
  | { readonly kind: 'path'; readonly path: string }
  /** http or https, exactly as written: it may hold secrets, print it with `redactLocator`. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'image'; readonly reference: Reference }
  | RegistryLocator
  /** A module that is already on a builder; there is none when a builder is made. */
  | { readonly kind: 'builder-id'; readonly id: string }
  /** `reason` completes "… is no locator: ". */
  | { readonly kind: 'invalid'; readonly reason: string }

/** `namespace/name[@version]` of a buildpack registry; neither part was looked at, and the version may be empty. */
export interface RegistryLocator {
  readonly kind: 'registry-id'
  readonly id: string
  readonly version: string
}

const REGISTRY_URN = 'urn:cnb:registry:'
const DOCKER_SCHEME = /^docker:\/{1,3}/
const WEB_SCHEME = /^https?:\/\//i
const FILE_SCHEME = /^file:\//i
/** The locator that the deprecated key `image` stands for, whose value some write with the scheme. */
export function imageLocatorText(image: string): string {
  return `docker://${image.replace(DOCKER_SCHEME, '')}`
}

/** What pack takes for a URI: something before `:/`. */
const URI = /^.+:\//s

const REGISTRY_ID = new RegExp(`^[a-z0-9.-]+/[a-z0-9.-]+(?:@${SEMVER})?$`)

/**
 * The kind of thing that `text` names; `exists` tells whether a path as written is there. The rules and their order are
 * pack's, with two differences: a scheme is taken off before anything is parsed, so that a registry may have a port, and a
 * text that can only be a path (`./a`, `../a`, `/a`) is one even when nothing is there.
 *
 * @throws never
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/pkg/buildpack/locator_type.go
 */
export function classifyLocator(text: string, exists: (path: string) => boolean): Locator {
  if (text.includes('\0')) return invalid('it holds a NUL character')
  if (text === 'from=builder') return { kind: 'builder-id', id: '' }
  const onBuilder = /^(?:urn:cnb:builder:|from=builder:)(.*)$/s.exec(text)
  if (onBuilder !== null) return { kind: 'builder-id', id: onBuilder[1] ?? '' }
  if (text.startsWith(REGISTRY_URN)) return registryLocator(text.slice(REGISTRY_URN.length))
  if (URI.test(text)) return uriLocator(text)
  if (exists(text)) return { kind: 'path', path: text }
  if (isPlainlyPath(text)) return { kind: 'path', path: text }
  if (REGISTRY_ID.test(text)) return registryLocator(text)
  return imageLocator(text, whyNone(text))
}

/** What is meant by a text that is nothing, as far as it shows. */
function whyNone(text: string): string {
  if (text !== text.trim()) return 'there is white space around it'
  if (/^~|\$[a-zA-Z_{]|\{\{/.test(text)) return 'neither ~ nor variables nor placeholders stand for anything here'
  if (/^[a-z0-9.-]+\/[a-z0-9.-]+@/.test(text)) return 'a version in a registry is three numbers, such as 1.2.3'
  if (/^[a-zA-Z]:\\|^\.{0,2}\\/.test(text)) return 'folders are divided by / in it, and not by \\'
  return 'it is neither an existing path, nor a URL, an image reference or NAMESPACE/NAME@VERSION of a registry'
}

function imageLocator(text: string, otherwise: string): Locator {
  const reference = parseReference(text)
  return reference === undefined ? invalid(otherwise) : { kind: 'image', reference }
}

function invalid(reason: string): Locator {
  return { kind: 'invalid', reason }
}

function uriLocator(text: string): Locator {
  if (text.startsWith('docker:/')) {
    return imageLocator(text.replace(DOCKER_SCHEME, ''), 'what follows docker:// is not an image reference')
  }
  if (FILE_SCHEME.test(text)) return fileLocator(text)
  if (WEB_SCHEME.test(text)) {
    return URL.canParse(text) ? { kind: 'url', url: text } : invalid('the URL cannot be parsed')
  }
  const scheme = text.slice(0, text.indexOf(':/'))
  return invalid(`the scheme ${JSON.stringify(scheme)} is not known; there are docker, file, http and https`)
}

/** `file:///a%20b` or `file:/a%20b`. `?` and `#` are characters of the path, as they are for pack. */
function fileLocator(text: string): Locator {
  const rest = text.slice('file:'.length)
  if (rest.startsWith('//') && !rest.startsWith('///')) {
    return invalid('a file: URL cannot name a host; an absolute path starts with file:///')
  }
  const path = percentDecoded(rest.replace(/^\/{2,}/, '/'))
  if (path === undefined) return invalid('its percent-escapes are not valid UTF-8')
  return path.includes('\0') ? invalid('it holds a NUL character') : { kind: 'path', path }
}

/** `text` with `%XX` decoded, or undefined when an escape is malformed or the result is not UTF-8. */
function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Whoever names a version does not mean the latest: what is not `ID` or `ID@VERSION` is nothing. */
function registryLocator(text: string): Locator {
  const [id = '', version, ...rest] = text.split('@')
  if (rest.length > 0) return invalid('it has more than one @, and NAMESPACE/NAME@VERSION has one')
  return version === ''
    ? invalid('no version stands behind its @')
    : { kind: 'registry-id', id, version: version ?? '' }
}

/** True for a text that nobody writes for anything but a path, so that a typo in it is told as what it is. */
function isPlainlyPath(text: string): boolean {
  return text === '.' || text === '..' || /^(?:\/|\.\/|\.\.\/)|\/$/.test(text)
}
