import type { Repository } from '../oci/reference.js'

/** What a request is going to do. */
export interface Access {
  readonly repository: Repository
  readonly actions: 'pull' | 'pull,push'
  /** Repositories of the same registry that blobs are mounted from. Name all that are known: one token is for all. */
  readonly alsoPull?: readonly Repository[] | undefined
  /**
   * The address of the registry, for a request that the registry sent to a place of its choice, such as an upload that goes
   * on elsewhere. Another origin than this is shown no credential of ours. Without it, the request's own.
   */
  readonly registry?: URL | undefined
}
