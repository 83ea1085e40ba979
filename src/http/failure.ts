import { CnbError, type ErrorCode, type ErrorDetails } from '../errors.js'

/** What became of a try that failed, as far as it matters for whether there is another one. */
export type Outcome =
  /** No connection: nobody there, or no such name. Nothing was sent. */
  | { readonly kind: 'unreachable' }
  /** The connection broke, or nothing came for too long. */
  | { readonly kind: 'cut' }
  /** An answer that nobody asked for. */
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }

/** A failed try. Other errors are final. */
export class HttpError extends CnbError {
  readonly outcome: Outcome

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { readonly outcome: Outcome }) {
    super(code, message, details)
    this.outcome = details.outcome
  }

  /** The same, saying how often it was tried. */
  after(tries: number): HttpError {
    const { code, outcome, value, hint, cause } = this
    return new HttpError(code, `${this.message} (${tries} tries)`, { outcome, value, hint, cause })
  }
}

/** When a failure says by itself how long to wait, the outcome that does; otherwise that of one that says nothing. */
export function toldOutcome(error: unknown): Outcome {
  if (!(error instanceof HttpError)) return { kind: 'cut' }
  const { outcome } = error
  return outcome.kind === 'answered' && outcome.retryAfter !== undefined ? outcome : { kind: 'cut' }
}

/** Node's and undici's codes for a connection that did not come about. */
const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOTFOUND', 'there is no such name'],
  ['EAI_AGAIN', 'the name cannot be looked up now'],
  ['EAI_FAIL', 'the name cannot be looked up'],
  ['EHOSTUNREACH', 'there is no way to that host'],
  ['ENETUNREACH', 'there is no way to that network'],
  ['EADDRNOTAVAIL', 'there is no way to that address'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
])

/** Of these, where the name is what fails. */
const NO_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'])

const PROXY_HINT = 'behind a proxy, set HTTPS_PROXY; --offline goes by what is on this machine'
const NAME_HINT = `check the name of the host; ${PROXY_HINT}`
const HOST_HINT = `check the host and its port; ${PROXY_HINT}`
const CUT_HINT = 'try again; where it stays so, see the server or what lies between'

/** The same for one that broke. */
const CUT: ReadonlyMap<string, string> = new Map([
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was closed'],
  ['ECONNABORTED', 'the connection was closed'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer in time'],
  ['UND_ERR_BODY_TIMEOUT', 'nothing came for too long'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'the answer has another length than it says'],
])

/** What OpenSSL and Node say of a certificate that they do not accept. */
const CERTIFICATE =
  /^(?:CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERROR_IN_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERR_TLS_CERT_)/
/** What they say of whatever else keeps two from speaking TLS with each other. */
const TLS = /^(?:EPROTO|ERR_SSL_|ERR_TLS_)/

/** What llhttp says of a size that is none. */
const NO_SIZE = /content-length/i

/**
 * The failure behind whatever undici or a socket threw, as one of ours.
 *
 * @param doing such as `GET https://example.org/a`
 */
export function failureOf(doing: string, error: unknown): Error {
  if (error instanceof CnbError) return error
  if (!(error instanceof Error)) return new Error(`${doing}: ${String(error)}`)
  const code = codeOf(error)
  const unreachable = UNREACHABLE.get(code)
  if (unreachable !== undefined) {
    const hint = NO_NAME.has(code) ? NAME_HINT : HOST_HINT
    return network(`${doing}: ${unreachable}`, { kind: 'unreachable' }, error, hint)
  }
  const cut = CUT.get(code)
  if (cut !== undefined) return network(`${doing}: ${cut}`, { kind: 'cut' }, error, CUT_HINT)
  if (CERTIFICATE.test(code)) {
    return new CnbError('E_TLS', `${doing}: the certificate is not accepted: ${error.message}`, {
      hint: 'name the file of an authority that you trust with --ca',
      cause: error,
    })
  }
  if (TLS.test(code)) return noTls(doing, error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new CnbError('E_NETWORK', `${doing}: the headers of the answer have more than 64 KiB`, { cause: error })
  }
  // Without cause: it has a copy of what came.
  if (error.name === 'HTTPParserError') {
    return NO_SIZE.test(error.message) ? noSize(doing) : network(`${doing}: the answer is not HTTP`, { kind: 'cut' })
  }
  return error
}

/** True when a server speaks TLS, but not with a certificate that is accepted. */
export function isCertificateFailure(error: CnbError): boolean {
  return error.code === 'E_TLS' && error.cause instanceof Error && CERTIFICATE.test(codeOf(error.cause))
}

/** An answer whose length cannot be told: there is none, or there are two. */
export function noSize(doing: string): CnbError {
  return new CnbError('E_SIZE', `${doing}: the answer does not say clearly how long it is`)
}

function noTls(doing: string, error: Error): CnbError {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message
  // The bytes of an answer in plain http, read as if they were TLS.
  const isPlain = /wrong version number|packet length too long|http request/i.test(reason)
  return new CnbError('E_TLS', `${doing}: no TLS connection: ${reason}`, {
    hint: isPlain
      ? 'when it speaks plain http only, name its host with --insecure-registry'
      : 'TLS 1.2 or later is needed',
    cause: error,
  })
}

/** A failure that another try may mend. */
export function network(message: string, outcome: Outcome, cause?: unknown, hint?: string): HttpError {
  return new HttpError('E_NETWORK', message, { outcome, cause, hint })
}

/** The code of the first cause that has one. A name with several addresses fails with one error for each. */
export function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return error.cause instanceof Error ? codeOf(error.cause) : ''
}
