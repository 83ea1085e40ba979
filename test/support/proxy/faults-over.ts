import { nameOfFault, type Fault } from './rules.js'
import type { TranscriptEntry } from './proxy.js'

/** One run of a sweep: what goes wrong with which request. */
export interface SingleFault {
  /** The request, counted from 1. */
  readonly nth: number
  readonly fault: Fault
  /** For the name of a test. */
  readonly name: string
}

const SHARES = ['0%', '50%', '99%', '100%'] as const
const STATUSES = [429, 500, 503] as const

/** Every request of a clean run times everything that can go wrong with it. */
export function faultsOver(transcript: readonly TranscriptEntry[]): SingleFault[] {
  return transcript.flatMap((entry) =>
    faultsOf(entry).map((fault) => ({
      nth: entry.id,
      fault,
      name: `request ${entry.id} (${entry.method}): ${nameOfFault(fault)}`,
    })),
  )
}

function faultsOf({ requestBytes, responseSize }: TranscriptEntry): readonly Fault[] {
  return [
    { kind: 'refuse' },
    { kind: 'cut', of: 'request', after: '0%', how: 'stall' },
    { kind: 'cut', of: 'request', after: '0%', how: 'rst' },
    { kind: 'cut', of: 'request', after: '100%', how: 'rst' },
    { kind: 'challenge', challenge: [] },
    ...STATUSES.map((status): Fault => ({ kind: 'status', status })),
    ...(requestBytes > 0 ? bodyFaults('request') : []),
    ...(responseSize > 0
      ? [
          ...bodyFaults('response'),
          ...SHARES.map((after): Fault => ({ kind: 'cut', of: 'response', after, how: 'rst' })),
          { kind: 'truncate', to: '50%', fixLength: true } as const,
          { kind: 'truncate', to: '50%', fixLength: false } as const,
        ]
      : []),
  ]
}

function bodyFaults(of: 'request' | 'response'): readonly Fault[] {
  return [
    { kind: 'corrupt', of, at: '50%' },
    { kind: 'cut', of, after: '50%', how: 'stall' },
    ...(of === 'request'
      ? (['50%', '99%'] as const).map((after): Fault => ({ kind: 'cut', of, after, how: 'rst' }))
      : []),
  ]
}
