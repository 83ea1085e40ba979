import type { Request } from '../http/message.js'
import type { Access } from './access.js'
import type { Challenge } from './challenge.js'
import type { Credential } from './credential.js'
import type { TokenKey } from './token-cache.js'
import type { Scope } from './token-scope.js'

/** What was tried at one origin to be let in; each step is taken once. */
type Step = 'answer' | 'widen' | 'renew' | 'anonymous'

/** The way of one request at one origin: what is shown there, and what was tried. */
export class Visit {
  readonly url: URL
  readonly access: Access
  readonly method: Request['method']
  /** False where a redirect led to. */
  readonly isHome: boolean
  challenges: readonly Challenge[] = []
  /** Further headers for this origin. */
  headers: Readonly<Record<string, string>> = {}
  authorization: string | undefined
  /** What `authorization` was made of. */
  credential: Credential | undefined
  token: { readonly key: TokenKey; readonly scope: Scope; readonly text: string } | undefined
  /** The credential that was not taken, when it was tried without. */
  refused: Credential | undefined
  readonly #taken = new Set<Step>()

  constructor(url: URL, request: Request, access: Access, isHome: boolean) {
    this.url = url
    this.access = access
    this.method = request.method
    this.isHome = isHome
  }

  get isPush(): boolean {
    return this.access.actions !== 'pull'
  }

  /** True the first time. */
  once(step: Step): boolean {
    const isFirst = !this.#taken.has(step)
    this.#taken.add(step)
    return isFirst
  }
}
