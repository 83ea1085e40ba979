import { CnbError, type Report } from '../errors.js'
import type { Digest } from '../oci/digest.js'
import { deleteTag, describeManifest, getManifest, type FoundManifest } from '../registry/manifests.js'
import { putManifest } from '../registry/put-manifest.js'
import type { RepositoryClient } from '../registry/registry-client.js'
import type { PublishedName } from './transport.js'

/** Milliseconds that putting tags back may take, also when the run was stopped. */
const RESTORE_MS = 10_000

/** A tag, and what it is going to stand for. */
export interface TagMove {
  readonly remote: RepositoryClient
  readonly tag: string
  readonly to: FoundManifest
}

/** What a tag stood for before it was moved. */
interface Before {
  readonly digest: Digest
  /** What it takes to move the tag back; undefined when it cannot be had, or will not be needed. */
  readonly manifest: FoundManifest | undefined
}

/** A tag that was moved. */
interface MovedTag extends TagMove {
  /** undefined when there was no such tag. */
  readonly before: Before | undefined
}

/** Moves tags one after the other, as one: when one cannot be moved, those before it are put back. */
export class TagMoves {
  readonly #report: Report
  readonly #mustVerify: boolean
  #moved: MovedTag[] = []

  /** @param mustVerify whether a tag that turns out to stand for something else, because somebody else moved it too, is an error */
  constructor(report: Report, mustVerify: boolean) {
    this.#report = report
    this.#mustVerify = mustVerify
  }

  /** @throws CnbError, and then every tag stands for what it stood for, as far as the registries let us */
  async move(moves: readonly TagMove[], signal: AbortSignal | undefined): Promise<readonly PublishedName[]> {
    // Everything that may be needed later is read before anything is changed.
    const before = await Promise.all(moves.map((move) => standsFor(move, signal)))
    const names: PublishedName[] = []
    try {
      for (const [i, move] of moves.entries()) {
        signal?.throwIfAborted()
        const { digest } = move.to.descriptor
        if (before[i]?.digest !== digest) await this.#move({ ...move, before: before[i] }, signal)
        names.push({ name: nameOf(move), before: before[i]?.digest, after: digest })
      }
    } catch (error) {
      await this.putBack()
      throw error
    }
    return names
  }

  /** Puts back what was moved. Does not throw; what cannot be put back is reported. */
  async putBack(): Promise<void> {
    const signal = AbortSignal.timeout(RESTORE_MS)
    for (const moved of this.#moved.splice(0).toReversed()) {
      try {
        await putBack(moved, signal)
      } catch (error) {
        const [name, target] = [nameOf(moved), moved.before?.digest ?? 'nothing']
        const actual = moved.to.descriptor.digest
        this.#warn(moved, `${name} could not be put back to ${target}, and stands for ${actual}: ${messageOf(error)}`)
      }
    }
  }

  async #move(move: MovedTag, signal: AbortSignal | undefined): Promise<void> {
    const { remote, tag, to } = move
    // A request that fails may have done its work.
    this.#moved.push(move)
    await putManifest(remote, { kind: 'tag', tag }, to, { signal })
    const actual = await describeManifest(remote, { kind: 'tag', tag }, signal)
    if (actual?.digest === to.descriptor.digest) return
    const problem = `${nameOf(move)} was moved to ${to.descriptor.digest}, but stands for ${actual?.digest ?? 'nothing'}`
    if (this.#mustVerify) throw new CnbError('E_REGISTRY_DIGEST', problem, { value: actual?.digest })
    this.#warn(move, problem)
  }

  #warn(move: TagMove, message: string): void {
    this.#report({ rule: 'registry-tag', severity: 'warning', message, place: { file: nameOf(move) } })
  }
}

/** The full name of a tag. */
function nameOf({ remote, tag }: TagMove): string {
  return remote.nameOf(tag)
}

/** What a tag stands for, with its bytes when it will have to be put back. */
async function standsFor({ remote, tag, to }: TagMove, signal: AbortSignal | undefined): Promise<Before | undefined> {
  const described = await describeManifest(remote, { kind: 'tag', tag }, signal)
  if (described === undefined) return undefined
  const { digest } = described
  if (digest === to.descriptor.digest) return { digest, manifest: undefined }
  return { digest, manifest: await getManifest(remote, { kind: 'digest', digest }, signal) }
}

/** A tag that somebody else has moved meanwhile is left alone, and none is removed that was there before. */
async function putBack({ remote, tag, before, to }: MovedTag, signal: AbortSignal): Promise<void> {
  const selector = { kind: 'tag', tag } as const
  const actual = await describeManifest(remote, selector, signal)
  if (actual?.digest !== to.descriptor.digest) return
  if (before === undefined) await deleteTag(remote, tag, signal)
  else if (before.manifest !== undefined) await putManifest(remote, selector, before.manifest, { signal })
  else throw new Error('the registry did not show the manifest that it stood for')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
