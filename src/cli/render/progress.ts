import type { Reporter, TrowelEvent } from '../../events.js'
import type { Output } from '../output.js'
import { printable, printBytes } from './text.js'
import { printTransfer, Traffic } from './traffic.js'

/** Between two redrawings of the status line, in milliseconds. */
const REDRAW_MS = 100
/** Bytes. Smaller blobs, such as the config of an image, are for `--verbose`. */
const NOTABLE_BYTES = 64 * 1024

/** Shows what is going on: a status line on a terminal, plain lines elsewhere. */
export interface Progress {
  readonly report: Reporter
  /** What went over the network. */
  readonly traffic: Traffic
}

/** Turns events into words. */
export function showProgress(output: Output, now: () => number): Progress {
  const started = now()
  const traffic = new Traffic()
  let planned = 0
  let done = 0
  let bytes = 0
  let drawn = 0

  const redraw = (current: string): void => {
    const time = now()
    if (!output.live || time - drawn < REDRAW_MS) return
    drawn = time
    const seconds = Math.max((time - started) / 1000, 0.001)
    const layers = planned > 0 ? `layer ${done}/${planned}  ${printBytes(bytes)}  ${printBytes(bytes / seconds)}/s` : ''
    const text = [layers, traffic.printBytes(), printable(current)].filter((part) => part !== '').join('  ')
    output.status(text.slice(0, Math.max(output.columns - 1, 20)))
  }
  /** Says one of many alike: on a terminal the status line stands for all of them. */
  const say = (line: string, isNotable: boolean): void => {
    if (output.live || !isNotable) output.detail(line)
    else output.info(line)
  }

  const report = (event: TrowelEvent): void => {
    switch (event.kind) {
      case 'step':
        if (output.live) output.status(printable(event.text))
        else output.info(printable(event.text))
        break
      case 'notice':
        output.info(printable(event.text))
        break
      case 'detail':
        output.detail(printable(event.text))
        break
      case 'layers-planned':
        planned = event.count
        break
      case 'layer-progress':
        bytes += event.bytes
        redraw(event.title)
        break
      case 'layer-done': {
        done++
        const line = `layer ${done} of ${planned}: ${printable(event.title)} ${event.digest} ${printBytes(event.size)}${event.reused ? ', made before' : ''}`
        say(line, true)
        redraw(event.title)
        break
      }
      case 'transfer-progress':
        traffic.add(event.way, event.bytes)
        redraw(event.title)
        break
      case 'transfer-done':
        traffic.settle(event)
        say(printTransfer(event), event.how !== 'present' && event.size >= NOTABLE_BYTES)
        redraw(event.title)
        break
      default:
        event satisfies never
    }
  }
  return { report, traffic }
}
