import { statSync } from 'node:fs'
import { CnbError, type Report } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { decodeUtf8 } from '../bytes.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { type FileRead, readSmallFile } from '../read-file.js'
import { basicCredential, type Credential } from './credential.js'

/** What a file, or a variable, in the form of docker's `config.json` says of credentials. */
export interface DockerConfig {
  /** The path, or the name of the variable. */
  readonly from: string
  /** By registry; as they are, because one that nobody asks for may be broken. */
  readonly auths: ReadonlyMap<string, Fields>
  /** By registry, what follows `docker-credential-` in the name of a program. */
  readonly credHelpers: ReadonlyMap<string, string>
  /** The same, for every registry. */
  readonly credsStore: string | undefined
  readonly httpHeaders: ReadonlyMap<string, string>
}

/** Bytes of a file of credentials that are read. */
const LARGEST = DEFAULT_LIMITS.jsonBytes
/** Others may read the file. */
const WORLD_READABLE = 0o004
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * What the file says; undefined when there is none. One that others may read is warned about when it holds a secret.
 *
 * @throws CnbError E_CREDENTIALS when it is there and cannot be understood
 */
export function readDockerConfig(path: string, report: Report): DockerConfig | undefined {
  const read = readFile(path)
  if (read.kind === 'absent') return undefined
  if (read.kind === 'not-a-file') throw unusable(path, `${path} is a ${read.what}, not a file of credentials`)
  if (read.kind === 'too-large') throw unusable(path, `${path} is larger than ${LARGEST} bytes`)
  const config = decodeDockerConfig(read.bytes, path)
  if (holdsSecret(config) && (statSync(path).mode & WORLD_READABLE) !== 0) {
    report({
      rule: 'credentials-world-readable',
      severity: 'warning',
      message: `${path} holds credentials, and everybody on this machine may read it`,
      place: { file: path },
      fix: `chmod 600 ${path}`,
    })
  }
  return config
}

/**
 * What the JSON text says. No part of it is in what is thrown.
 *
 * @param from what it is called in messages
 * @throws CnbError E_CREDENTIALS
 */
export function decodeDockerConfig(bytes: Uint8Array, from: string): DockerConfig {
  const fields = isBlank(bytes) ? Fields.of(new Map(), subject(from)) : parse(bytes, from)
  const auths = fields.optionalObject('auths')
  return {
    from,
    auths: new Map(auths?.keys().map((key) => [key, auths.optionalObject(key) ?? Fields.of(new Map(), subject(from))])),
    credHelpers: fields.optionalStringMap('credHelpers') ?? new Map(),
    credsStore: fields.optionalString('credsStore'),
    httpHeaders: checkedHeaders(fields.optionalStringMap('HttpHeaders') ?? new Map(), from),
  }
}

/**
 * The credential in an entry of `auths`; undefined when the entry holds none, as docker leaves it beside a helper.
 *
 * @throws CnbError E_CREDENTIALS
 */
export function decodeAuth(entry: Fields, from: string, key: string): Credential | undefined {
  const text = (name: string): string => secretText(entry, name, from, key)
  const registryToken = text('registrytoken')
  if (registryToken !== '') return { kind: 'registry-token', from, token: bearerToken(registryToken, from, key) }
  const identityToken = text('identitytoken')
  if (identityToken !== '') return { kind: 'identity-token', from, token: identityToken }
  const auth = text('auth')
  if (auth !== '') return decodeBasic(auth, from, key)
  const user = text('username')
  return user === '' ? undefined : basicCredential(user, text('password'), from)
}

/** The credential that `user:password` in base64 stands for. @throws CnbError E_CREDENTIALS */
function decodeBasic(text: string, from: string, key: string): Credential {
  const decoded = BASE64.test(text) ? decodeUtf8(Buffer.from(text, 'base64')) : undefined
  const colon = decoded?.indexOf(':') ?? -1
  if (decoded === undefined || colon < 0) {
    throw unusable(from, `${from}: the auth for ${key} is not user:password in base64 and UTF-8`)
  }
  // Docker pads what it encodes with NUL.
  return basicCredential(decoded.slice(0, colon), decoded.slice(colon + 1).replace(/\0+$/, ''), from)
}

/** The token, which is going to be a part of a header. @throws CnbError E_CREDENTIALS */
function bearerToken(token: string, from: string, key: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw unusable(from, `${from}: the token for ${key} has characters that no token has`)
}

const REMAKE = 'correct it, or let docker login write it anew'

function readFile(path: string): FileRead {
  try {
    return readSmallFile(path, { limit: LARGEST, followLink: true })
  } catch (cause) {
    throw new CnbError('E_CREDENTIALS', `${path} cannot be read`, {
      cause,
      place: { file: path },
      hint: 'see who may read it, or name another directory in DOCKER_CONFIG',
    })
  }
}

/** Docker takes an empty file for an empty object. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.length <= 2 && Buffer.from(bytes).toString().trim() === ''
}

function parse(bytes: Uint8Array, from: string): Fields {
  let place = { file: from }
  try {
    return Fields.of(parseJson(bytes, { file: from, limits: DEFAULT_LIMITS }), subject(from))
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    place = { ...place, ...error.place }
  }
  // The reason may quote the text, so it is not passed on.
  throw new CnbError('E_CREDENTIALS', `${from} is not a JSON object in which every key stands once`, {
    place,
    hint: REMAKE,
  })
}

function secretText(entry: Fields, name: string, from: string, key: string): string {
  const value = entry.raw.get(name) ?? ''
  if (typeof value === 'string') return value
  throw unusable(from, `${from}: the ${name} for ${key} is not a string`)
}

function holdsSecret({ auths, httpHeaders }: DockerConfig): boolean {
  const secrets = ['auth', 'password', 'identitytoken', 'registrytoken']
  const isSecret = (entry: Fields): boolean => secrets.some((name) => (entry.raw.get(name) ?? '') !== '')
  return [...auths.values()].some(isSecret) || [...httpHeaders.keys()].includes('authorization')
}

function checkedHeaders(headers: ReadonlyMap<string, string>, from: string): ReadonlyMap<string, string> {
  for (const [name, value] of headers) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw unusable(from, `${from}: HttpHeaders has one that is no header of HTTP`)
    }
  }
  return new Map([...headers].map(([name, value]) => [name.toLowerCase(), value]))
}

function subject(from: string): { file: string; code: 'E_CREDENTIALS' } {
  return { file: from, code: 'E_CREDENTIALS' }
}

function unusable(from: string, message: string): CnbError {
  return new CnbError('E_CREDENTIALS', message, { place: { file: from }, hint: REMAKE })
}
