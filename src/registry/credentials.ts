import type { Report } from '../errors.js'
import type { SecretSet } from '../secrets.js'
import { askHelper } from './credential-helper.js'
import { basicToken, type Credential } from './credential.js'
import { helperServer, keysFor } from './credentials-key.js'
import { type CredentialSource, sourcesOf } from './credentials-source.js'
import { decodeAuth, type DockerConfig } from './docker-config.js'

/** Where credentials are looked for. */
export interface CredentialsOptions {
  /** A JSON object of registries and what their `Authorization` says; before everything else. */
  readonly given?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home directory; undefined when nobody knows. */
  readonly home: string | undefined
  /** Relative paths are relative to it, and credential helpers are not run from it. */
  readonly cwd: string
  /** Takes warnings. */
  readonly report: Report
  /** Is told every password and token that was found. */
  readonly secrets: SecretSet
  /** Ends the helpers that run. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds that a credential helper has. */
  readonly helperTimeout?: number | undefined
}

/**
 * The credentials of a user, looked up when a registry wants some. The same entry, of a file or of a helper, is the same object
 * every time.
 */
export class Credentials {
  readonly #options: CredentialsOptions
  readonly #sources: readonly CredentialSource[]
  /** By what was asked for; by entry. */
  readonly #found = new Map<string, Promise<Credential | undefined>>()

  constructor(options: CredentialsOptions) {
    this.#options = options
    this.#sources = sourcesOf(options)
  }

  /**
   * The credential for a repository of the registry at `url`: of the first source that has one.
   *
   * @throws CnbError E_CREDENTIALS for a source that cannot be understood, E_AUTH for a helper that fails
   */
  async find(url: URL, repository: string): Promise<Credential | undefined> {
    for (const source of this.#sources) {
      const config = source()
      const credential = config && (await this.#findIn(config, url, repository))
      if (credential !== undefined) return credential
    }
    return undefined
  }

  /**
   * The further headers that docker's configuration wants registries to see. Registries that it knows, and no others, because
   * any of these headers may be a secret.
   */
  headers(url: URL, repository: string): Readonly<Record<string, string>> {
    const configs = this.#sources.map((source) => source()).filter((config) => config !== undefined)
    const knowing = configs.find((config) => config.httpHeaders.size > 0 && knows(config, url, repository))
    for (const value of knowing?.httpHeaders.values() ?? []) this.#options.secrets.add(value)
    return Object.fromEntries(knowing?.httpHeaders ?? [])
  }

  /** Of one source: what the helper for the registry has, or else the helper for all, or else the file itself. */
  async #findIn(config: DockerConfig, url: URL, repository: string): Promise<Credential | undefined> {
    const { from, auths, credHelpers, credsStore } = config
    const helpers = [...keysFor(credHelpers.keys(), url, repository).map((key) => credHelpers.get(key)), credsStore]
    const server = helperServer(url)
    for (const helper of helpers) {
      const credential = helper && (await this.#once(`${helper} ${server}`, () => this.#ask(helper, server)))
      if (credential) return credential
    }
    for (const key of keysFor(auths.keys(), url, repository)) {
      const entry = auths.get(key)
      const credential = entry && (await this.#once(`${from} ${key}`, () => decodeAuth(entry, from, key)))
      if (credential) return credential
    }
    return undefined
  }

  #ask(helper: string, server: string): Promise<Credential | undefined> {
    const { env, cwd, signal, helperTimeout } = this.#options
    return askHelper(helper, server, { env, cwd, signal, timeout: helperTimeout })
  }

  #once(
    name: string,
    look: () => Promise<Credential | undefined> | Credential | undefined,
  ): Promise<Credential | undefined> {
    const known = this.#found.get(name)
    if (known !== undefined) return known
    const found = Promise.resolve()
      .then(look)
      .then((credential) => {
        if (credential !== undefined) tellSecrets(credential, this.#options.secrets)
        return credential
      })
    this.#found.set(name, found)
    return found
  }
}

function knows({ auths, credHelpers }: DockerConfig, url: URL, repository: string): boolean {
  return keysFor([...auths.keys(), ...credHelpers.keys()], url, repository).length > 0
}

function tellSecrets(credential: Credential, secrets: SecretSet): void {
  if (credential.kind !== 'basic') return secrets.add(credential.token)
  secrets.add(credential.password)
  secrets.add(basicToken(credential))
}
