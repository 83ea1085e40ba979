import type { LookupAddress } from 'node:dns'
import type { SecretSet } from '../secrets.js'
import type { CertificateSettings } from './certificates.js'
import type { Environment } from './proxy.js'

/** Time and chance, handed in so that a test can hold them. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Ends after so many milliseconds. @throws the signal's reason when it is aborted */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** From 0 up to, but not including, 1. */
  random(): number
}

/** Milliseconds without an event after which a try has failed. A body that makes progress may take as long as it likes. */
export interface Timeouts {
  readonly connect: number
  /** From the end of the request to the first byte of the answer. */
  readonly firstByte: number
  /** Between two pieces of a body. */
  readonly idleBody: number
  /** A body slower than `bytes` in `per` milliseconds of waiting has failed too. */
  readonly floor: { readonly bytes: number; readonly per: number }
}

const SECOND = 1000

/** What is waited for unless the settings say otherwise. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  connect: 30 * SECOND,
  firstByte: 60 * SECOND,
  idleBody: 60 * SECOND,
  floor: { bytes: 60 * 1024, per: 60 * SECOND },
}

/** The addresses of a name. @throws an error with a `code` such as ENOTFOUND */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>

/** One request and what became of it; for the log. Nothing in it is secret. */
export interface Exchange {
  readonly method: string
  /** Without user info and query. */
  readonly url: string
  /** undefined when there was no answer. */
  readonly status: number | undefined
  /** Why there was no answer, or no whole one. */
  readonly failure: string | undefined
  /** Bytes of the bodies. */
  readonly sent: number
  readonly received: number
  readonly milliseconds: number
  /** Counts from 1. */
  readonly attempt: number
}

/** How requests are made. */
export interface HttpSettings {
  /** Such as `trowel/1.2.3 (node 20.20.2; linux/x64)`. */
  readonly userAgent: string
  readonly clock: Clock
  readonly timeouts?: Timeouts | undefined
  /** Nothing is sent. */
  readonly offline?: boolean | undefined
  /** Each `host[:port]` may be spoken to in plain http, besides those that are this machine. Without a port, any port. */
  readonly insecureHosts?: readonly string[] | undefined
  /** For proxies and certificates. */
  readonly env?: Environment | undefined
  readonly certificates?: CertificateSettings | undefined
  /** How names become addresses; the system's way unless a test has its own. */
  readonly lookup?: Lookup | undefined
  /** What must not be printed even when a server says it. */
  readonly secrets?: SecretSet | undefined
  /** Called when an exchange is over. */
  readonly trace?: ((exchange: Exchange) => void) | undefined
  /** Called with what a user should know, each text once. */
  readonly warn?: ((text: string) => void) | undefined
}
