import { encodeUtf8 } from '../bytes.js'
import { CnbError } from '../errors.js'
import { readUpTo } from '../http/body.js'
import { EXCERPT_READ, excerpt } from '../http/excerpt.js'
import type { Response } from '../http/message.js'
import { limitHint, type Limits } from '../limits.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import { isObject } from '../oci/fields.js'
import type { Json } from '../oci/image.js'
import { parseJson } from '../oci/json.js'

/** The bytes of an answer; undefined when there are more than `limit`. */
export async function readBody({ body }: Response, limit: number): Promise<Uint8Array | undefined> {
  const bytes = await readUpTo(body, limit + 1)
  return bytes.length > limit ? undefined : bytes
}

/** Why a registry did not do what it was asked to. */
export interface Refusal {
  readonly status: number
  /** Such as `MANIFEST_BLOB_UNKNOWN`. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes */
  readonly codes: ReadonlySet<string>
  /** What it said, short enough to be shown. */
  readonly text: string
  /** Every digest in what it said. */
  readonly digests: readonly Digest[]
}

/** Reads an answer that says no. */
export async function readRefusal(response: Response, limits: Limits): Promise<Refusal> {
  const bytes = await readUpTo(response.body, EXCERPT_READ)
  const errors = errorsIn(bytes, limits)
  const codes = new Set(errors.map(({ code }) => code))
  const said = errors.length > 0 ? encodeUtf8(errors.map(printError).join('; ')) : bytes
  const digests = digestsIn(new TextDecoder().decode(bytes))
  return { status: response.status, codes, text: excerpt(said), digests }
}

/** The error that a registry refused something, or failed at it. @param doing such as `uploading sha256:… to x/y` */
export function refusalError(refusal: Refusal, doing: string, hint?: string): CnbError {
  const { status, text } = refusal
  const code = status >= 400 && status < 500 ? 'E_REGISTRY_REFUSED' : 'E_REGISTRY'
  const said = text === '' ? '' : `, ${text}`
  return new CnbError(code, `${doing}: the registry answered ${status}${said}`, { hint })
}

/** The error that a JSON document has more bytes than it may have. */
export function tooLarge(file: string, limit: number): CnbError {
  return new CnbError('E_OCI_LIMIT', `${file} has more than ${limit} bytes`, {
    place: { file },
    hint: limitHint('jsonBytes'),
  })
}

interface RegistryError {
  readonly code: string
  readonly message: string
}

/** What the body says in the registry's own form; nothing when it is in any other. */
function errorsIn(bytes: Uint8Array, limits: Limits): readonly RegistryError[] {
  let document: Json
  try {
    document = parseJson(bytes, { file: 'answer', limits })
  } catch {
    return []
  }
  const errors = isObject(document) ? document.get('errors') : undefined
  if (!Array.isArray(errors)) return []
  return (errors as readonly Json[]).filter(isObject).map((error) => ({
    code: textOf(error.get('code')),
    message: textOf(error.get('message')),
  }))
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function printError({ code, message }: RegistryError): string {
  return [code, message].filter((part) => part !== '').join(': ')
}

function digestsIn(text: string): readonly Digest[] {
  const found = text.match(/\b(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\b/g) ?? []
  return [...new Set(found)].map(parseDigest)
}
