import { CnbError, type Report } from '../errors.js'
import type { Request, Response } from '../http/message.js'
import { type Repository, printRepository } from '../oci/reference.js'
import type { SecretSet } from '../secrets.js'
import type { Credentials } from './credentials.js'

/** What sends requests; `HttpClient`. */
export interface Sender {
  send(request: Request, signal?: AbortSignal): Promise<Response>
}

/** What a request is going to do. */
export interface Access {
  readonly repository: Repository
  readonly actions: 'pull' | 'pull,push'
  /** Repositories of the same registry that blobs are mounted from. Name all that are known: one token is for all. */
  readonly alsoPull?: readonly Repository[] | undefined
}

/** What an `Authorizer` works with. */
export interface AuthorizerOptions {
  readonly http: Sender
  readonly credentials: Credentials
  /** Takes warnings. */
  readonly report: Report
  /** Is told every token. */
  readonly secrets: SecretSet
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** Ends what several requests wait for together. */
  readonly signal?: AbortSignal | undefined
}

/** Adds to requests what a registry wants to see. One per run, so that what was once learned of a registry is not asked for again. */
export class Authorizer {
  readonly #options: AuthorizerOptions

  constructor(options: AuthorizerOptions) {
    this.#options = options
  }

  /**
   * The answer to `request`, sent with the credentials for its registry. A challenge is answered once, a token that is no longer
   * good is renewed once, and one whose scope is too narrow is widened once.
   *
   * @throws CnbError E_AUTH for 401 and 403, unless `request.accept` has them; E_REALM; E_CREDENTIALS; whatever the sending throws
   */
  async send(request: Request, access: Access, signal?: AbortSignal): Promise<Response> {
    const response = await this.#options.http.send(request, signal)
    if (response.status === 401 || response.status === 403) {
      throw new CnbError('E_AUTH', `${request.url.host} refuses ${printRepository(access.repository)}`)
    }
    return response
  }
}
