import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CnbError } from '../errors.js'
import { redactLocator } from '../redact.js'

/** Where a buildpack registry keeps its index. */
export type IndexAddress =
  /** Its files, on this machine. */
  { readonly kind: 'directory'; readonly path: string } | GitAddress

/** A git repository. */
export interface GitAddress {
  readonly kind: 'git'
  /** Without user name and password, unless ssh wants the name. */
  readonly url: string
  readonly protocol: string
  /** What the URL held, for https and http. */
  readonly credential: { readonly user: string; readonly password: string } | undefined
}

/** Needs no flag: with it the server proves who it is. */
const SAFE_PROTOCOL = 'https'
/** Need `--allow-index-scheme`. Whatever else git knows is never used: it runs a program, or cannot be relied on. */
const OTHER_PROTOCOLS = ['http', 'ssh', 'file']

/** `user@host:path`, as ssh is often written. */
const SCP = /^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:[^:/\s][^\s]*$/
const SAFE_HOST = /^[A-Za-z0-9[]/
const SAFE_USER = /^(?:[A-Za-z0-9_][\w.-]*)?$/
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\s\u0000-\u001f\u007f]/

/**
 * Reads the URL of a buildpack registry.
 *
 * @param name what the registry is called
 * @param allowed protocols beside https
 * @throws CnbError E_USAGE for what is no address, or wants a protocol that is not allowed
 */
export function parseIndexAddress(text: string, name: string, allowed: readonly string[]): IndexAddress {
  if (isAbsolute(text) && !text.includes('\0')) return { kind: 'directory', path: text }
  const url = UNPRINTABLE.test(text) ? undefined : urlOf(text)
  if (url === undefined) {
    throw unusable(text, name, 'is no URL', 'write https://…, or the absolute path of a directory')
  }
  const protocol = url.protocol.slice(0, -1)
  if (protocol !== SAFE_PROTOCOL && !allowed.includes(protocol)) throw notAllowed(text, name, protocol)
  if (url.hash !== '')
    throw unusable(text, name, 'names a ref, and an index is read as it is now', 'leave out # and all behind it')
  const isFile = protocol === 'file'
  if (isFile ? url.host !== '' : !SAFE_HOST.test(url.host) || !SAFE_USER.test(protocol === 'ssh' ? url.username : '')) {
    throw unusable(text, name, 'has no host that can be asked', 'write https://HOST/PATH')
  }
  const address = gitAddress(text, url, protocol)
  if (address !== undefined) return address
  throw unusable(text, name, 'has percent-escapes that are not valid UTF-8', 'write % in a password as %25')
}

/** The address of a repository on this machine. */
export function repositoryAt(path: string): GitAddress {
  return { kind: 'git', url: pathToFileURL(path).href, protocol: 'file', credential: undefined }
}

function gitAddress(text: string, url: URL, protocol: string): GitAddress | undefined {
  const { username, password } = url
  if (protocol === 'ssh' || (username === '' && password === '')) {
    return { kind: 'git', url: SCP.test(text) ? text : url.href, protocol, credential: undefined }
  }
  const credential = decodedCredential(username, password)
  if (credential === undefined) return undefined
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return { kind: 'git', url: bare.href, protocol, credential }
}

function decodedCredential(user: string, password: string): GitAddress['credential'] {
  try {
    return { user: decodeURIComponent(user), password: decodeURIComponent(password) }
  } catch {
    return undefined
  }
}

function urlOf(text: string): URL | undefined {
  if (SCP.test(text)) return urlOf(`ssh://${text.replace(':', '/')}`)
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
}

function notAllowed(text: string, name: string, protocol: string): CnbError {
  const hint = OTHER_PROTOCOLS.includes(protocol)
    ? `if that is meant, say so: --allow-index-scheme ${protocol}`
    : `there are https and, when they are allowed, ${OTHER_PROTOCOLS.join(', ')}`
  return unusable(text, name, `is reached by ${protocol}, which is not allowed`, hint)
}

function unusable(text: string, name: string, problem: string, hint: string): CnbError {
  return new CnbError('E_USAGE', `the URL of the buildpack registry ${name} ${problem}`, {
    value: redactLocator(text),
    hint,
  })
}

/** Makes sure that an index could be read at a URL if everything were allowed. @throws CnbError E_USAGE */
export function checkIndexUrl(url: string, name: string): void {
  parseIndexAddress(url, name, OTHER_PROTOCOLS)
}

/** Protocols that may be allowed, each checked. @throws CnbError E_USAGE */
export function checkIndexSchemes(schemes: readonly string[]): void {
  const unknown = schemes.find((scheme) => !OTHER_PROTOCOLS.includes(scheme))
  if (unknown === undefined) return
  throw new CnbError('E_USAGE', `--allow-index-scheme: '${unknown}' cannot be allowed`, {
    value: unknown,
    hint: `there are ${OTHER_PROTOCOLS.join(', ')}`,
  })
}
