import type { TransferWay, TrowelEvent } from '../../events.js'
import { counted, printable, printBytes } from './text.js'

type Done = Extract<TrowelEvent, { readonly kind: 'transfer-done' }>

/** What went over the network in a run. */
export class Traffic {
  readonly #bytes: Record<TransferWay, number> = { up: 0, down: 0 }
  readonly #settled = { moved: 0, present: 0, mounted: 0 }

  add(way: TransferWay, bytes: number): void {
    this.#bytes[way] += bytes
  }

  settle({ way, how }: Done): void {
    if (way === 'up') this.#settled[how]++
  }

  /** Bytes so far, for a status line; empty before the first. */
  printBytes(): string {
    const { up, down } = this.#bytes
    const parts = [up > 0 ? `sent ${printBytes(up)}` : '', down > 0 ? `fetched ${printBytes(down)}` : '']
    return parts.filter((part) => part !== '').join(', ')
  }

  /** All of it, when it is over; empty when there was none. */
  print(): string {
    const { moved, present, mounted } = this.#settled
    const blobs = [
      moved > 0 ? `${counted(moved, 'blob')} sent` : '',
      mounted > 0 ? `${counted(mounted, 'blob')} mounted` : '',
      present > 0 ? `${counted(present, 'blob')} there already` : '',
    ].filter((part) => part !== '')
    const bytes = this.printBytes()
    return [...(bytes === '' ? [] : [bytes]), ...blobs].join('; ')
  }
}

/** One blob that is where it was to be. */
export function printTransfer({ way, how, title, place, size }: Done): string {
  const what = `${title} (${printBytes(size)})`
  if (way === 'down') return printable(`fetched ${what} from ${place}`)
  const said = { moved: `sent ${what} to ${place}`, mounted: `mounted ${what} in ${place}` }
  return printable(how === 'present' ? `${place} has ${what} already` : said[how])
}
