import type { Credential } from './credential.js'
import type { TokenAnswer } from './token.js'

/** A token as it was asked for. */
export interface TokenKey {
  /** Of the registry. */
  readonly origin: string
  readonly realm: string
  readonly service: string | undefined
  /** In any order. */
  readonly scope: readonly string[]
  readonly credential: Credential | undefined
}

/** An answer, until when it counts. */
interface Kept {
  readonly answer: TokenAnswer
  /** Milliseconds. */
  readonly until: number
}

/**
 * What token servers said. Who asks while the same question is under way waits for its answer. A refusal is kept for good, so
 * that a wrong password is not tried again and again; a failure is not kept.
 */
export class TokenCache {
  readonly #now: () => number
  readonly #kept = new Map<string, Promise<Kept>>()
  readonly #numbers = new Map<Credential, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  async get(key: TokenKey, ask: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
    const name = this.#nameOf(key)
    for (;;) {
      const kept = this.#kept.get(name) ?? this.#ask(name, ask)
      const { answer, until } = await kept
      if (this.#now() < until) return answer
      if (this.#kept.get(name) === kept) this.#kept.delete(name)
    }
  }

  /** Forgets the token that did not do; not another one that has taken its place meanwhile. */
  async drop(key: TokenKey, token: string): Promise<void> {
    const name = this.#nameOf(key)
    const kept = this.#kept.get(name)
    const answer = (await kept?.catch(() => undefined))?.answer
    if (answer?.kind === 'token' && answer.token === token && this.#kept.get(name) === kept) this.#kept.delete(name)
  }

  #ask(name: string, ask: () => Promise<TokenAnswer>): Promise<Kept> {
    const kept = ask().then((answer) => ({
      answer,
      until: answer.kind === 'token' ? this.#now() + answer.lifetime * 1000 : Infinity,
    }))
    this.#kept.set(name, kept)
    kept.catch(() => this.#kept.delete(name))
    return kept
  }

  #nameOf({ origin, realm, service, scope, credential }: TokenKey): string {
    return JSON.stringify([origin, realm, service ?? null, [...scope].sort(), this.#numberOf(credential)])
  }

  #numberOf(credential: Credential | undefined): number {
    if (credential === undefined) return 0
    const number = this.#numbers.get(credential) ?? this.#numbers.size + 1
    this.#numbers.set(credential, number)
    return number
  }
}
