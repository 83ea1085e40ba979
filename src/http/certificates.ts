import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { CnbError } from '../errors.js'
import { attempt, errnoOf } from '../files.js'
import { readSmallFile } from '../read-file.js'
import type { Environment } from './proxy.js'

/** Where certificates are, besides those of the system. */
export interface CertificateSettings {
  /** A PEM file with further authorities. */
  readonly ca?: string | undefined
  /** Directories such as `/etc/docker/certs.d`: each has one for a host, with its `*.crt`, and `*.cert` with `*.key`. */
  readonly directories?: readonly string[] | undefined
}

/** Where systems keep the authorities that they trust, as one file: Debian, Fedora, openSUSE, Alpine and macOS. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
/** Bytes of one file of certificates or keys. */
const MAX_FILE = 16 * 1024 * 1024
/** Read and write for others than the owner. */
const FOR_OTHERS = 0o077

/** What TLS connections are made with, for each host. */
export class Certificates {
  readonly #settings: CertificateSettings
  readonly #env: Environment
  readonly #warn: (text: string) => void
  readonly #contexts = new Map<string, SecureContext>()
  #authorities: readonly string[] | undefined

  constructor(settings: CertificateSettings, env: Environment, warn: (text: string) => void) {
    this.#settings = settings
    this.#env = env
    this.#warn = warn
  }

  /** The context for a host. @throws CnbError E_CREDENTIALS when a file cannot be used */
  contextFor(host: string, port: string): SecureContext {
    const own = this.#directoriesOf(host, port)
    const key = own.join('\n')
    const present = this.#contexts.get(key)
    if (present !== undefined) return present
    const context = this.#make(own)
    this.#contexts.set(key, context)
    return context
  }

  #directoriesOf(host: string, port: string): string[] {
    const name = host.includes(':') ? `[${host}]` : host
    // A name that goes somewhere else in the file system has no directory.
    if (/[/\\]|^\.*$/.test(name)) return []
    const names = port === '443' ? [name, `${name}:${port}`] : [`${name}:${port}`]
    const all = (this.#settings.directories ?? []).flatMap((directory) => names.map((each) => join(directory, each)))
    return all.filter((directory) => statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true)
  }

  #make(directories: readonly string[]): SecureContext {
    const own = directories.map((directory) => readDirectory(directory))
    const keys = own.flatMap((each) => each.keys)
    for (const key of keys) this.#warnOfOpenKey(key)
    try {
      return createSecureContext({
        minVersion: 'TLSv1.2',
        ca: [...this.#trusted(), ...own.flatMap((each) => each.authorities)],
        cert: own.flatMap((each) => each.certificates),
        key: keys.map((file) => ({ pem: readPem(file), passphrase: this.#env[PASSPHRASE] })),
      })
    } catch (cause) {
      if (cause instanceof CnbError) throw cause
      const where =
        directories.length === 0 ? (this.#settings.ca ?? 'the authorities of the system') : directories.join(', ')
      throw new CnbError('E_CREDENTIALS', `the certificates in ${where} cannot be used: ${reasonOf(cause)}`, {
        place: { file: where },
        hint: `see that each .key belongs to the .cert of the same name; the password of a key is read from ${PASSPHRASE}`,
        cause,
      })
    }
  }

  /** The system's authorities, or else those that Node comes with; what the user adds to them. */
  #trusted(): readonly string[] {
    this.#authorities ??= [
      ...systemAuthorities(this.#env['SSL_CERT_FILE']),
      ...[this.#env['NODE_EXTRA_CA_CERTS'], this.#settings.ca].flatMap((file) => (file ? [readPem(file)] : [])),
    ]
    return this.#authorities
  }

  #warnOfOpenKey(file: string): void {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & FOR_OTHERS) !== 0) this.#warn(`${file} is a private key that others can read`)
  }
}

/** Where the password of encrypted keys is. */
const PASSPHRASE = 'TROWEL_CLIENT_KEY_PASSPHRASE'

function systemAuthorities(file: string | undefined): readonly string[] {
  if (file) return [readPem(file)]
  const bundle = SYSTEM_BUNDLES.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
  return bundle === undefined ? rootCertificates : [readPem(bundle)]
}

interface HostCertificates {
  readonly authorities: readonly string[]
  readonly certificates: readonly string[]
  /** Paths, in the order of `certificates`. */
  readonly keys: readonly string[]
}

/** @see https://docs.docker.com/engine/security/certificates/ */
function readDirectory(directory: string): HostCertificates {
  const names = attempt('reading', directory, () => readdirSync(directory)).sort()
  const pairs = names.filter((name) => name.endsWith('.cert'))
  return {
    authorities: names.filter((name) => name.endsWith('.crt')).map((name) => readPem(join(directory, name))),
    certificates: pairs.map((name) => readPem(join(directory, name))),
    keys: pairs.map((name) => join(directory, name.replace(/\.cert$/, '.key'))),
  }
}

/** What a file of certificates or keys holds. @throws CnbError E_CREDENTIALS unless it is one of a sane size, E_IO */
export function readPem(file: string): string {
  const read = readSmallFile(file, { limit: MAX_FILE, followLink: true })
  if (read.kind === 'bytes') return Buffer.from(read.bytes).toString('latin1')
  const why = { absent: 'is not there', 'too-large': 'is too large', 'not-a-file': 'is not a file' }[read.kind]
  throw new CnbError('E_CREDENTIALS', `the certificate file ${file} ${why}`, {
    place: { file },
    hint: 'name a file of certificates in PEM',
  })
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'the reason is unknown'
  return 'reason' in cause && typeof cause.reason === 'string' ? cause.reason : errnoOf(cause)
}
