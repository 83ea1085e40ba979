import type { Reporter, TrowelEvent } from '../../events.js'
import type { Output } from '../output.js'
import { printable, printBytes } from './text.js'

/** Between two redrawings of the status line, in milliseconds. */
const REDRAW_MS = 100

/** Turns events into a status line on a terminal and into plain lines elsewhere. */
export function progressReporter(output: Output, now: () => number): Reporter {
  const started = now()
  let planned = 0
  let done = 0
  let bytes = 0
  let drawn = 0

  const redraw = (current: string): void => {
    const time = now()
    if (!output.live || time - drawn < REDRAW_MS) return
    drawn = time
    const seconds = Math.max((time - started) / 1000, 0.001)
    const text = `layer ${done}/${planned}  ${printBytes(bytes)}  ${printBytes(bytes / seconds)}/s  ${printable(current)}`
    output.status(text.slice(0, Math.max(output.columns - 1, 20)))
  }

  return (event: TrowelEvent): void => {
    switch (event.kind) {
      case 'step':
        if (output.live) output.status(printable(event.text))
        else output.info(printable(event.text))
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
        const line = `layer ${done} of ${planned}: ${printable(event.title)} ${event.digest} ${printBytes(event.size)}${event.reused ? ', unchanged' : ''}`
        if (output.live) output.detail(line)
        else output.info(line)
        redraw(event.title)
        break
      }
      default:
        event satisfies never
    }
  }
}
