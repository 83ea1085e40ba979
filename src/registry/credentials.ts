import type { Report } from '../errors.js'
import type { SecretSet } from '../secrets.js'
import type { Credential } from './credential.js'

/** Where credentials are looked for. */
export interface CredentialsOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home directory; undefined when nobody knows. */
  readonly home: string | undefined
  /** Credential helpers are not run from here. */
  readonly cwd: string
  /** Takes warnings. */
  readonly report: Report
  /** Is told every password and token that was found. */
  readonly secrets: SecretSet
}

/** The credentials of a user, looked up when a registry wants some. */
export class Credentials {
  readonly #options: CredentialsOptions

  constructor(options: CredentialsOptions) {
    this.#options = options
  }

  /** The credential for a repository of the registry at `url`. @throws CnbError E_CREDENTIALS, E_AUTH */
  find(url: URL, repository: string): Promise<Credential | undefined> {
    void [url, repository, this.#options]
    return Promise.resolve(undefined)
  }
}
