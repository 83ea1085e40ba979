import { CnbError } from '../errors.js'
import type { Response } from '../http/message.js'
import type { Limits } from '../limits.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import { isObject } from '../oci/fields.js'
import type { Json } from '../oci/image.js'
import { parseJson } from '../oci/json.js'

/** Bytes of an error's body that are read. */
const MAX_ERROR_BYTES = 64 * 1024
/** Characters of an error's body that are shown. */
const MAX_SHOWN = 2 * 1024

/** The bytes of an answer; undefined when there are more than `limit`. */
export async function readBody(response: Response, limit: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body) {
    size += piece.length
    if (size > limit) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Lets go of an answer of which only the head counts; a short body is read, so that its connection can be used again. */
export async function letGo(response: Response): Promise<void> {
  await readBody(response, MAX_ERROR_BYTES)
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
  const bytes = (await readBody(response, MAX_ERROR_BYTES)) ?? new Uint8Array()
  const text = new TextDecoder().decode(bytes)
  const errors = errorsIn(bytes, limits)
  const said = errors.length > 0 ? errors.map(printError).join('; ') : text
  const codes = new Set(errors.map(({ code }) => code))
  return { status: response.status, codes, text: shorten(said), digests: digestsIn(text) }
}

/** The error that a registry refused something, or failed at it. @param doing such as `uploading sha256:… to x/y` */
export function refusalError(refusal: Refusal, doing: string, hint?: string): CnbError {
  const { status, text } = refusal
  const code = status >= 400 && status < 500 ? 'E_REGISTRY_REFUSED' : 'E_REGISTRY'
  const said = text === '' ? '' : `, ${text}`
  return new CnbError(code, `${doing}: the registry answered ${status}${said}`, { hint })
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

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line
}

function digestsIn(text: string): readonly Digest[] {
  const found = text.match(/\b(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\b/g) ?? []
  return [...new Set(found)].map(parseDigest)
}
