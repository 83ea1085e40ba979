/** A body that can be sent again. */
export interface RequestBody {
  /** Bytes; undefined when nobody knows, and then it is sent in chunks. */
  readonly size: number | undefined
  /** The bytes from `offset` on. */
  open(offset?: number): AsyncIterable<Uint8Array>
}

/** One request, before redirects and retries. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: URL
  /** Sent to whatever origin the request ends up at, so nothing that is secret. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Asked for every hop; what it says is sent to that origin and to no other. */
  readonly secrets?: ((url: URL) => Readonly<Record<string, string>> | undefined) | undefined
  readonly body?: RequestBody | undefined
  /** Whether doing it twice is as good as once; GET, HEAD, PUT and DELETE are unless this says otherwise. */
  readonly idempotent?: boolean | undefined
  /** Statuses that the caller wants to see besides 2xx; every other one is an error or is tried again. */
  readonly accept?: readonly number[] | undefined
  /** Plain http is fine, to wherever it leads: what comes is checked by other means. */
  readonly allowPlainHttp?: boolean | undefined
}

/** An answer whose head has arrived. */
export interface Response {
  readonly status: number
  /** Names in lower case; a header that came several times is joined with `, `. */
  readonly headers: ReadonlyMap<string, string>
  /** Where it came from in the end. */
  readonly url: URL
  /** Must be read to its end or left with `return()`. */
  readonly body: AsyncIterable<Uint8Array>
}
