/** A place in a body: bytes from its start, or a share of it such as `50%`. */
export type Offset = number | `${number}%`

/** How a connection ends. */
export type Ending = 'fin' | 'rst' | 'stall'

/** What goes wrong with one request. */
export type Fault =
  /** The connection is reset, and no other is taken until `reopen` is called. */
  | { readonly kind: 'refuse' }
  /** Answered here; nobody else is asked. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
      readonly body?: string | Uint8Array
    }
  | {
      readonly kind: 'redirect'
      readonly status: 301 | 302 | 303 | 307 | 308
      readonly to: string | ((path: string) => string)
    }
  | { readonly kind: 'challenge'; readonly challenge: string | readonly string[] }
  /** The head of the answer is changed; names in lower case. */
  | {
      readonly kind: 'header'
      readonly set?: Readonly<Record<string, string>>
      readonly drop?: readonly string[]
      /** Sent twice, the second time with this value. */
      readonly dup?: Readonly<Record<string, string>>
    }
  /** The connection ends when so much of the body has passed; at 100 % of a request all has arrived, and no answer leaves. */
  | { readonly kind: 'cut'; readonly of: 'request' | 'response'; readonly after: Offset; readonly how: Ending }
  | { readonly kind: 'throttle'; readonly of: 'request' | 'response'; readonly bytesPerSecond: number }
  /** The request waits before it goes on. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'corrupt'; readonly of: 'request' | 'response'; readonly at: Offset; readonly xor?: number }
  /** The body of the answer ends early; with `fixLength` its length says so, otherwise the connection ends. */
  | { readonly kind: 'truncate'; readonly to: Offset; readonly fixLength: boolean }
  /** Bytes follow the body of the answer that its length does not count. */
  | { readonly kind: 'extend'; readonly bytes: number }
  /** Exactly these bytes are the answer, and the connection ends. */
  | { readonly kind: 'raw'; readonly bytes: string | Uint8Array }

/** Which requests; all of what is given must fit. */
export interface Match {
  readonly method?: string | readonly string[]
  /** Tried on the path with its query. */
  readonly path?: RegExp
  /** The value of the `host` header. */
  readonly host?: string
  /** Only the n-th of those that fit, from 1. */
  readonly nth?: number
  /** Every k-th of those that fit. */
  readonly every?: number
  /** At most so many times. */
  readonly times?: number
}

/** When which requests go wrong, and how. The first rule that fits is the one. */
export interface Rule {
  /** For the transcript; made of the rule when not given. */
  readonly id?: string
  readonly match?: Match
  readonly do: Fault
}

/** What goes wrong with one connection, whatever is spoken on it. */
export type ConnectionFault =
  | { readonly kind: 'reset' }
  /** Taken, and then silence. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Ends when so many bytes have passed in one direction. */
  | { readonly kind: 'cut'; readonly direction: 'up' | 'down'; readonly after: number; readonly how: Ending }
  /** The direction to the client is ended at once, the other stays open. */
  | { readonly kind: 'half-close' }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }

export interface ConnectionRule {
  readonly id?: string
  /** The n-th connection from 1; every one when not given. */
  readonly nth?: number
  readonly do: ConnectionFault
}

/** A request as far as rules look at it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly host: string
}

/** Finds what goes wrong with each request; counts how often a rule did fit. */
export class RuleBook {
  readonly #rules: readonly Rule[]
  readonly #seen = new Map<Rule, number>()
  readonly #hits = new Map<Rule, number>()

  constructor(rules: readonly Rule[]) {
    this.#rules = rules
  }

  find(asked: Asked): Rule | undefined {
    // Every rule counts what fits it, whether an earlier one was the one or not.
    const fitting = this.#rules.filter((rule) => fits(rule.match, asked)).filter((rule) => this.#isTurn(rule))
    const [rule] = fitting
    if (rule !== undefined) this.#hits.set(rule, (this.#hits.get(rule) ?? 0) + 1)
    return rule
  }

  #isTurn(rule: Rule): boolean {
    const count = (this.#seen.get(rule) ?? 0) + 1
    this.#seen.set(rule, count)
    const { nth, every, times = Infinity } = rule.match ?? {}
    return (
      (nth === undefined || nth === count) &&
      (every === undefined || count % every === 0) &&
      (this.#hits.get(rule) ?? 0) < times
    )
  }
}

function fits(match: Match = {}, asked: Asked): boolean {
  const methods = match.method === undefined ? undefined : [match.method].flat()
  return (
    methods?.includes(asked.method) !== false &&
    match.path?.test(asked.path) !== false &&
    (match.host === undefined || match.host === asked.host)
  )
}

/** Where `offset` is in a body of `size` bytes. */
export function placeOf(offset: Offset, size: number): number {
  return typeof offset === 'number' ? offset : Math.floor((size * Number.parseFloat(offset)) / 100)
}

/** The name of a fault in one line, such as `cut response 50% rst`. */
export function nameOfFault(fault: Fault): string {
  const values = Object.entries(fault).map(([key, value]) =>
    key === 'kind' || typeof value !== 'object' ? String(value) : JSON.stringify(value),
  )
  return values.join(' ')
}
