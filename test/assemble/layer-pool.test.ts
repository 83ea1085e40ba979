import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorOf, failureOf } from '#src/assemble/worker-messages.js'
import { CnbError } from '#src/errors.js'
import type { TrowelEvent } from '#src/events.js'
import type { PlannedLayer } from '#src/plan/planned-layer.js'
import { temporaryDirectory } from '../support/directories.js'
import { aCache, directory, obtain } from './made.js'

const MIB = 1 << 20

/** A module with a file of so many MiB: from 4 on, work is given to workers. */
function aModule(mebibytes: number): string {
  const path = temporaryDirectory()
  mkdirSync(join(path, 'bin'))
  writeFileSync(join(path, 'bin/build'), Buffer.alloc(mebibytes * MIB, 'words and words and words. '))
  return path
}

const planned = (path: string, title: string): PlannedLayer => ({
  role: 'module',
  title,
  modules: [],
  source: directory(path),
})

interface Options {
  readonly events?: TrowelEvent[]
  readonly signal?: AbortSignal
  readonly jobs?: number
}

async function run(layers: readonly PlannedLayer[], scratch: string, { events = [], signal, jobs = 2 }: Options = {}) {
  const report = (event: TrowelEvent): void => void events.push(event)
  return obtain(layers, aCache(undefined, scratch), { jobs, report, signal })
}

/** Unfinished files. */
const leftIn = (scratch: string): string[] =>
  readdirSync(scratch, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.trowel-'))

async function errorFrom(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('workers', () => {
  test('tell what goes through, and each layer when it is done', async () => {
    const events: TrowelEvent[] = []
    const made = await run([planned(aModule(9), 'large'), planned(aModule(1), 'small')], temporaryDirectory(), {
      events,
    })
    const bytesOf = (title: string): number =>
      events.reduce(
        (sum, event) => sum + (event.kind === 'layer-progress' && event.title === title ? event.bytes : 0),
        0,
      )
    expect(bytesOf('large')).toBe(made[0]?.facts.tarSize)
    expect(bytesOf('small')).toBe(made[1]?.facts.tarSize)
    expect(events.filter(({ kind }) => kind === 'layer-done')).toHaveLength(2)
    expect(events.length).toBeLessThan(20)
  })

  test.each([
    ['in the main thread', 0],
    ['in a worker', 9],
  ])('%s an error is the typed one that it was, and nothing is left behind', async (_where, mebibytes) => {
    const scratch = temporaryDirectory()
    const bad = aModule(1)
    symlinkSync('/etc/passwd', join(bad, 'link'))
    const error = await errorFrom(run([planned(aModule(mebibytes), 'large'), planned(bad, 'bad')], scratch))
    expect(error).toBeInstanceOf(CnbError)
    expect(error).toMatchObject({ code: 'E_TAR_LINK_ESCAPE', place: { file: bad }, value: '/etc/passwd' })
    expect(String((error as CnbError).hint)).toContain('--allow-absolute-symlinks')
    expect(leftIn(scratch)).toEqual([])
  })

  test.each([
    ['in the main thread', 1],
    ['in workers', 40],
  ])('%s work ends when the signal aborts, and nothing is left behind', async (_where, mebibytes) => {
    const scratch = temporaryDirectory()
    const stop = new AbortController()
    const reason = new Error('stopped')
    const report = (event: TrowelEvent): void => {
      if (event.kind === 'layer-progress') stop.abort(reason)
    }
    const layers = [planned(aModule(mebibytes), 'one'), planned(aModule(mebibytes), 'two')]
    const options = { report, signal: stop.signal }
    expect(await errorFrom(obtain(layers, aCache(undefined, scratch), options))).toBe(reason)
    expect(leftIn(scratch)).toEqual([])
  })

  test('nothing begins when the signal has aborted already', async () => {
    const scratch = temporaryDirectory()
    const reason = new Error('stopped')
    const signal = AbortSignal.abort(reason)
    expect(await errorFrom(run([planned(aModule(9), 'one')], scratch, { signal }))).toBe(reason)
    expect(readdirSync(scratch)).toEqual([])
  })
})

describe('an error on its way out of a worker', () => {
  test('keeps code, message, place, value, hint, diagnostics and stack', () => {
    const place = { file: 'f', line: 1 }
    const diagnostics = [{ rule: 'r', severity: 'error', message: 'm', place } as const]
    const error = new CnbError('E_IO', 'message', { place, value: 'v', hint: 'h', diagnostics })
    const back = errorOf(structuredClone(failureOf(error)))
    expect(back).toEqual(error)
    expect(back.stack).toBe(error.stack)
  })

  test('a fault of ours stays a fault of ours', () => {
    const back = errorOf(structuredClone(failureOf(new TypeError('x is undefined'))))
    expect(back).not.toBeInstanceOf(CnbError)
    expect(back.message).toBe('x is undefined')
    expect(errorOf(failureOf('a string')).message).toBe('a string')
  })
})
