import { describe, expect, test } from 'vitest'
import { Output, type OutputOptions } from '#src/cli/output.js'
import { showProgress, type Progress } from '#src/cli/render/progress.js'
import type { TrowelEvent } from '#src/events.js'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const MB = 1_000_000

const sent: TrowelEvent = {
  kind: 'transfer-done',
  way: 'up',
  title: DIGEST,
  place: 'r.test/acme/b',
  size: 2 * MB,
  how: 'moved',
}

const moving = (way: 'up' | 'down', bytes: number): TrowelEvent => ({
  kind: 'transfer-progress',
  way,
  title: DIGEST,
  bytes,
})

/** What is written while these events happen, a second after one another. */
function shown(
  events: readonly TrowelEvent[],
  { terminal = false, ...options }: Partial<OutputOptions> & { readonly terminal?: boolean } = {},
): { readonly text: string; readonly progress: Progress } {
  let text = ''
  let time = 0
  const streams = {
    writeOut: (): void => {},
    writeErr: (more: string) => void (text += more),
    terminal,
    outTerminal: false,
    columns: 120,
  }
  const quiet = { quiet: false, verbose: false, timestamps: false, noColor: true, forceColor: false }
  const progress = showProgress(new Output(streams, { ...quiet, ...options }, () => time), () => time)
  for (const event of events) {
    time += 1000
    progress.report(event)
  }
  return { text, progress }
}

describe('in a log, each blob has a line', () => {
  test.each([
    ['one that was sent', sent, `sent ${DIGEST} (2.0 MB) to r.test/acme/b\n`],
    ['one that was mounted', { ...sent, how: 'mounted' }, `mounted ${DIGEST} (2.0 MB) in r.test/acme/b\n`],
    ['one that was fetched', { ...sent, way: 'down' }, `fetched ${DIGEST} (2.0 MB) from r.test/acme/b\n`],
    ['not one that was there', { ...sent, how: 'present' }, ''],
    ['not a small one', { ...sent, size: 2000 }, ''],
    ['nor do bytes that are on their way', moving('up', MB), ''],
  ] as const)('%s', (_, event, line) => {
    expect(shown([event]).text).toBe(line)
  })

  test('with --verbose every one of them', () => {
    const { text } = shown(
      [
        { ...sent, how: 'present' },
        { ...sent, size: 2000 },
      ],
      { verbose: true },
    )
    expect(text).toBe(`r.test/acme/b has ${DIGEST} (2.0 MB) already\nsent ${DIGEST} (2.0 kB) to r.test/acme/b\n`)
  })

  test('with --quiet none', () => {
    expect(shown([sent, { kind: 'notice', text: 'a limit' }], { quiet: true }).text).toBe('')
  })
})

test('on a terminal one line tells of all of them, and a notice stays', () => {
  const { text } = shown(
    [moving('up', 3 * MB), moving('down', MB), sent, { kind: 'notice', text: '76 requests left' }],
    {
      terminal: true,
    },
  )
  const lines = text.split('\r\u001b[2K')
  expect(lines[1]).toBe(`sent 3.0 MB, fetched 1.0 MB  ${DIGEST}`)
  expect(lines.at(-1)).toBe('76 requests left\n')
  expect(text.match(/\n/g)).toHaveLength(1)
})

test('what an event says cannot move the cursor', () => {
  const events: TrowelEvent[] = [
    { ...sent, place: 'r.test/\u001b[2K' },
    { kind: 'notice', text: '\u001b[1A' },
  ]
  expect(shown(events).text).not.toContain('\u001b')
})

describe('when it is over', () => {
  test('bytes and blobs are counted, those that were fetched without blobs', () => {
    const { progress } = shown([
      moving('up', 2 * MB),
      sent,
      moving('down', 500),
      { ...sent, way: 'down' },
      { ...sent, how: 'mounted' },
      { ...sent, how: 'present' },
      { ...sent, how: 'present' },
    ])
    expect(progress.traffic.print()).toBe(
      'sent 2.0 MB, fetched 500 B; 1 blob sent; 1 blob mounted; 2 blobs there already',
    )
  })

  test('nothing is said of nothing', () => {
    expect(shown([]).progress.traffic.print()).toBe('')
  })
})
