import type { Request, Response } from '../http/message.js'

/** What sends requests: an `HttpClient`. */
export interface Sender {
  send(request: Request, signal?: AbortSignal): Promise<Response>
  /** Judges an address that an answer named. @throws CnbError E_REDIRECT when it must not be gone to, E_NETWORK */
  checkTarget(target: { readonly to: URL; readonly from: URL; readonly first: URL }): Promise<void>
}
