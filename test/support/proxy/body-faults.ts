import { setTimeout as sleep } from 'node:timers/promises'
import { placeOf, type Ending, type Fault } from './rules.js'

/** Thrown where a body is cut; says how the connection ends. */
export class Cut extends Error {
  readonly how: Ending

  constructor(how: Ending) {
    super(`cut with ${how}`)
    this.how = how
  }
}

/** What passes of a body of `size` bytes in the direction `of` when `fault` is done to it; without one all of it. */
export async function* faulty(
  body: AsyncIterable<Uint8Array>,
  of: 'request' | 'response',
  fault: Fault | undefined,
  size: number,
): AsyncGenerator<Uint8Array> {
  if (fault === undefined || !isAbout(fault, of)) {
    yield* body
  } else if (fault.kind === 'cut') {
    yield* upTo(body, placeOf(fault.after, size))
    throw new Cut(fault.how)
  } else if (fault.kind === 'truncate') {
    yield* upTo(body, placeOf(fault.to, size))
    if (!fault.fixLength) throw new Cut('fin')
  } else if (fault.kind === 'corrupt') {
    // The last byte there is, when the body ends before.
    yield* flipped(body, Math.min(placeOf(fault.at, size), size - 1), fault.xor ?? 1)
  } else if (fault.kind === 'throttle') {
    yield* slow(body, fault.bytesPerSecond)
  } else {
    yield* body
    yield Buffer.alloc(fault.bytes)
  }
}

type BodyFault = Extract<Fault, { kind: 'cut' | 'truncate' | 'corrupt' | 'throttle' | 'extend' }>

function isAbout(fault: Fault, of: 'request' | 'response'): fault is BodyFault {
  if (fault.kind === 'truncate' || fault.kind === 'extend') return of === 'response'
  return (fault.kind === 'cut' || fault.kind === 'corrupt' || fault.kind === 'throttle') && fault.of === of
}

/** The first `limit` bytes; leaves the rest unread. */
async function* upTo(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let left = limit
  if (left === 0) return
  for await (const chunk of body) {
    yield chunk.subarray(0, left)
    left -= Math.min(left, chunk.length)
    if (left === 0) return
  }
}

async function* flipped(body: AsyncIterable<Uint8Array>, at: number, xor: number): AsyncGenerator<Uint8Array> {
  let start = 0
  for await (const chunk of body) {
    const copy = Buffer.from(chunk)
    const here = at - start
    if (here >= 0 && here < copy.length) copy[here] = copy[here]! ^ xor
    start += copy.length
    yield copy
  }
}

/** In portions of a hundredth of a second or one byte, whichever is more. */
async function* slow(body: AsyncIterable<Uint8Array>, bytesPerSecond: number): AsyncGenerator<Uint8Array> {
  const portion = Math.max(1, Math.floor(bytesPerSecond / 100))
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += portion) {
      const part = chunk.subarray(at, at + portion)
      yield part
      await sleep((part.length / bytesPerSecond) * 1000)
    }
  }
}
