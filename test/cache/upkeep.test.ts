import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspectCache, pruneCache, verifyCache, type UpkeepOptions } from '#src/cache/upkeep.js'
import { CnbError } from '#src/errors.js'
import { cacheInfo, cachePrune, cacheVerify } from '#src/operations/cache-upkeep.js'
import { hostIn } from '../support/host.js'
import { aCache, digestOfText, keep, type TestCache } from './a-cache.js'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

const optionsOf = ({ directory }: TestCache, now = Date.now()): UpkeepOptions => ({
  directory,
  user: process.getuid?.(),
  now: () => now,
})

/** Makes everything in the cache look as if it had been used last at a time. */
function age(place: TestCache, milliseconds: number): void {
  for (const entry of readdirSync(place.directory, { recursive: true, withFileTypes: true })) {
    const seconds = (Date.now() - milliseconds) / 1000
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), seconds, seconds)
  }
}

/** A cache with a layer of three bytes and one of ten that is a day older. */
function twoLayers(): TestCache {
  const place = aCache()
  keep(place.open(), '0123456789')
  age(place, DAY)
  keep(place.open(), 'abc')
  return place
}

const has = (place: TestCache, text: string): boolean => existsSync(place.fileOf(digestOfText(text)))

describe('info', () => {
  test('counts by kind, and what was left behind', () => {
    const place = aCache()
    const cache = place.open()
    keep(cache, 'abc')
    cache.put(Buffer.from('{}'), 'manifest')
    cache.put(Buffer.from('[]'), 'manifest')
    cache.remember('tag', 'a', 'text')
    writeFileSync(cache.reserve(), 'half')
    const { blobs, records, leftovers } = inspectCache(optionsOf(place))
    expect([...blobs]).toEqual([
      ['layer', { count: 1, bytes: 3 }],
      ['manifest', { count: 2, bytes: 4 }],
    ])
    // One a blob, and the one of the tag.
    expect(records.count).toBe(4)
    expect(leftovers).toEqual({ count: 1, bytes: 4 })
  })

  test('of a cache that is not there is all zeros', () => {
    const { blobs, records, leftovers } = inspectCache(optionsOf(aCache()))
    expect([blobs.size, records.count, leftovers.count]).toEqual([0, 0, 0])
  })

  test('is no use of what it counts', () => {
    const place = aCache()
    keep(place.open(), 'abc')
    age(place, 3 * DAY)
    inspectCache(optionsOf(place))
    pruneCache({ unusedFor: 2 * DAY }, optionsOf(place))
    expect(has(place, 'abc')).toBe(false)
  })

  test('adds up, as an operation', () => {
    const place = twoLayers()
    const info = cacheInfo(place.directory, { ...hostIn(place.directory), now: Date.now })
    expect(info.directory).toBe(join(place.directory, 'v1'))
    expect(info.blobs).toEqual([{ kind: 'layer', count: 2, bytes: 13 }])
    expect(info.bytes).toBe(13 + info.records.bytes)
  })
})

describe('prune', () => {
  test('takes what was not used for a time', () => {
    const place = twoLayers()
    const removed = pruneCache({ unusedFor: 12 * HOUR }, optionsOf(place))
    // The blob and its record.
    expect(removed.count).toBe(2)
    expect([has(place, '0123456789'), has(place, 'abc')]).toEqual([false, true])
  })

  test('spares what was found lately', () => {
    const place = twoLayers()
    place.open().find(digestOfText('0123456789'))
    pruneCache({ unusedFor: 12 * HOUR }, optionsOf(place))
    expect([has(place, '0123456789'), has(place, 'abc')]).toEqual([true, true])
  })

  test('takes the oldest until no more is left than may stay', () => {
    const place = twoLayers()
    const { records } = inspectCache(optionsOf(place))
    pruneCache({ atMost: 13 + records.bytes }, optionsOf(place))
    expect([has(place, '0123456789'), has(place, 'abc')]).toEqual([true, true])
    pruneCache({ atMost: 12 + records.bytes }, optionsOf(place))
    expect([has(place, '0123456789'), has(place, 'abc')]).toEqual([false, true])
    pruneCache({ atMost: 0 }, optionsOf(place))
    expect(inspectCache(optionsOf(place)).records.count).toBe(0)
  })

  test('takes everything, but nothing of another version', () => {
    const place = twoLayers()
    const theirs = join(place.directory, 'v2')
    mkdirSync(theirs)
    writeFileSync(join(theirs, 'file'), '')
    writeFileSync(place.open().reserve(), 'half')
    pruneCache({ all: true }, optionsOf(place))
    const left = readdirSync(place.directory, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(left.map(({ name }) => name)).toEqual(['file'])
  })

  test('takes what a killed run left, once no run can need it', () => {
    const place = aCache()
    writeFileSync(place.open().reserve(), 'half')
    expect(pruneCache({}, optionsOf(place)).count).toBe(0)
    expect(pruneCache({}, optionsOf(place, Date.now() + 2 * DAY))).toEqual({ count: 1, bytes: 4 })
  })

  test('K-03 does not take a file from who is reading it, and what is gone is kept again', () => {
    const place = aCache()
    const cache = place.open()
    const file = keep(cache, 'abc')
    pruneCache({ all: true }, optionsOf(place))
    expect(cache.find(digestOfText('abc'))).toBeUndefined()
    expect(keep(cache, 'abc')).toBe(file)
  })

  test('as an operation counts days, and wants to be told what to do', () => {
    const place = twoLayers()
    const host = { ...hostIn(place.directory), now: Date.now }
    expect(() => cachePrune(place.directory, { all: false }, host)).toThrow(CnbError)
    expect(cachePrune(place.directory, { all: false, olderThanDays: 2 }, host).count).toBe(0)
    expect(cachePrune(place.directory, { all: false, olderThanDays: 0.5 }, host).count).toBe(2)
    expect(cachePrune(place.directory, { all: false, atMostBytes: 0 }, host).count).toBe(2)
  })
})

describe('verify', () => {
  test('finds and removes what is not what it is called, whatever its times are', () => {
    const place = twoLayers()
    const file = place.fileOf(digestOfText('abc'))
    writeFileSync(file, 'abd')
    const found = verifyCache(optionsOf(place))
    expect(found.sound).toEqual({ count: 1, bytes: 10 })
    expect(found.damaged).toEqual([{ digest: digestOfText('abc'), file, actual: digestOfText('abd'), isRemoved: true }])
    expect(existsSync(file)).toBe(false)
    const again = cacheVerify(place.directory, hostIn(place.directory))
    expect(again).toMatchObject({ sound: { count: 1 }, damaged: [] })
  })

  test('leaves the sound ones alone', () => {
    const place = twoLayers()
    verifyCache(optionsOf(place))
    expect(readFileSync(place.fileOf(digestOfText('abc')), 'utf8')).toBe('abc')
  })
})
