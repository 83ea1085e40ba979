import { CnbError } from '../errors.js'
import { isLoopbackHost } from '../http/address.js'
import { hostOf, normalUrl, secretsInQuery } from '../http/origin.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import { redactLocator } from '../redact.js'
import type { SecretSet } from '../secrets.js'
import type { Named } from './context.js'

/** An address of a file, taken apart. */
export interface DownloadAddress {
  /** What is asked for: without user info and fragment. */
  readonly url: URL
  /** What is told to the origin of `url` and to no other. */
  readonly authorization: string | undefined
  /** The digest that the file must have. */
  readonly pin: Digest | undefined
  /** For messages, and the log. */
  readonly shown: string
}

/** What an address may be. */
export interface AddressRules {
  /** Plain http is fine even when nobody knows what should come. */
  readonly allowInsecure: boolean
  /** Learns what is secret in the address. */
  readonly secrets: SecretSet
}

/** A fragment that is meant to be a pin, well written or not. */
const PIN = /^#sha\d+[=:]/i

/**
 * The address in a locator: user info becomes a header, `#sha256=…` the digest that is expected, any other fragment is
 * dropped. Plain http is for this machine, for a file whose digest is known, and for those who ask for it.
 *
 * @throws CnbError E_INPUT
 */
export function readDownloadAddress(text: string, named: Named, rules: AddressRules): DownloadAddress {
  if (!URL.canParse(text)) {
    const rest = redactUnreadable(text)
    throw refused(`${rest} is no address`, rest, named)
  }
  const shown = redactLocator(text)
  const written = new URL(text)
  const pin = pinOf(written.hash, shown, named)
  const authorization = authorizationOf(written, rules.secrets)
  const url = normalUrl(written)
  for (const value of secretsInQuery(url)) rules.secrets.add(value)
  if (isExposed(url, rules) && (pin === undefined || authorization !== undefined)) {
    const why = pin === undefined ? 'anybody on the way could change it' : 'anybody on the way could read the password'
    const pinning = pin === undefined ? ', or pin it with #sha256=DIGEST' : ''
    const fix = `use https${pinning}, or allow it with --allow-insecure-download`
    throw refused(`${shown} would be downloaded over plain http: ${why}`, shown, named, fix)
  }
  return { url, authorization, pin, shown }
}

/** Where an address cannot be taken apart, anything before an `@` may be a password. */
function redactUnreadable(text: string): string {
  return text.includes('@') ? text.replace(/^([a-z]+:\/*).*$/is, '$1…') : redactLocator(text)
}

function isExposed(url: URL, { allowInsecure }: AddressRules): boolean {
  return url.protocol === 'http:' && !allowInsecure && !isLoopbackHost(hostOf(url))
}

function pinOf(fragment: string, shown: string, named: Named): Digest | undefined {
  if (!PIN.test(fragment)) return undefined
  const pin = /^#sha256=([0-9a-f]{64})$/i.exec(fragment)?.[1]
  if (pin !== undefined) return parseDigest(`sha256:${pin.toLowerCase()}`)
  throw refused(`${shown} has a pin that is none`, shown, named, 'write #sha256= and 64 hexadecimal digits')
}

function authorizationOf({ username, password }: URL, secrets: SecretSet): string | undefined {
  if (username === '' && password === '') return undefined
  const user = decoded(username)
  const secret = decoded(password)
  // A user name alone is a token.
  secrets.add(secret === '' ? user : secret)
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function refused(problem: string, value: string, { what, place }: Named, hint?: string): CnbError {
  return new CnbError('E_INPUT', `the ${what} ${problem}`, { place, value, hint })
}
