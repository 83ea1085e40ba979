import { limitHint, type Limits } from '../limits.js'
import type { ArchivePosition } from './position.js'

/** Counts what the entries of one source add up to, and stops before it is too much. */
export class ContentBudget {
  readonly #limits: Limits
  readonly #position: ArchivePosition
  #entries = 0
  #bytes = 0

  constructor(limits: Limits, position: ArchivePosition) {
    this.#limits = limits
    this.#position = position
  }

  /** Counts an entry and its content. @throws CnbError E_TAR_LIMIT */
  count(size: number): void {
    this.#entries++
    this.#bytes += size
    this.#check('entries', this.#entries, 'entries')
    this.#check('fileBytes', size, 'bytes in one file')
    this.#check('moduleBytes', this.#bytes, 'bytes of content')
  }

  #check(name: 'entries' | 'fileBytes' | 'moduleBytes', value: number, what: string): void {
    const limit = this.#limits[name]
    if (value <= limit) return
    throw this.#position.error('E_TAR_LIMIT', `with it there are more than ${limit} ${what}`, { hint: limitHint(name) })
  }
}
