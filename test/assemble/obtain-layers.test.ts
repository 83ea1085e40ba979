import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ObtainedLayer } from '#src/assemble/obtain-layers.js'
import type { TrowelEvent } from '#src/events.js'
import type { PlannedLayer } from '#src/plan/planned-layer.js'
import { fileEntry } from '#src/plan/inline-entries.js'
import { temporaryDirectory } from '../support/directories.js'
import { sha256 } from '../support/layout.js'
import { writeLater } from '../support/write-later.js'
import { aCache, aModuleSource, directory, inline, modules, obtain } from './made.js'

/** Later than anything a test makes, as seen from the next run. */
const LATER = 60_000

interface Place {
  readonly cache: string
  readonly scratch: string
}

function newPlace(): Place {
  const root = temporaryDirectory()
  return { cache: join(root, 'cache'), scratch: join(root, 'scratch') }
}

function aModule(content = 'x'): string {
  const path = temporaryDirectory()
  mkdirSync(join(path, 'bin'))
  writeFileSync(join(path, 'bin/build'), content)
  return path
}

const aPlannedLayer = (source: PlannedLayer['source']): PlannedLayer => ({
  role: 'module',
  title: 'a layer',
  modules: [],
  source,
})

interface RunOptions {
  readonly now?: number
  readonly events?: TrowelEvent[]
}

async function run(
  place: Place,
  sources: readonly PlannedLayer['source'][],
  options: RunOptions = {},
): Promise<ObtainedLayer[]> {
  const { now = Date.now() + LATER, events = [] } = options
  const planned = sources.map(aPlannedLayer)
  return obtain(planned, aCache(place.cache, place.scratch), { now: () => now, report: (event) => events.push(event) })
}

const reused = (layers: readonly ObtainedLayer[]): boolean[] => layers.map((layer) => layer.reused)

/** Everything below the cache. */
function filesOf(place: Place): string[] {
  const names = readdirSync(place.cache, { recursive: true, withFileTypes: true })
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const blobsOf = (place: Place): string[] => filesOf(place).filter((file) => file.includes('/sha256/'))
const recordsOf = (place: Place): string[] => filesOf(place).filter((file) => file.includes('/records/layer/'))

describe('a second run', () => {
  test('finds what the first one made, warnings too, and tells so', async () => {
    const place = newPlace()
    const module = aModule()
    writeFileSync(join(module, 'x\u202ey'), '')
    const sources = [directory(module), inline(fileEntry('/cnb/order.toml', ''))]
    const first = await run(place, sources)
    const events: TrowelEvent[] = []
    const second = await run(place, sources, { events })
    expect(reused(first)).toEqual([false, false])
    expect(reused(second)).toEqual([true, true])
    expect(second.map(({ facts }) => facts)).toEqual(first.map(({ facts }) => facts))
    expect(second[0]?.facts.warnings).toHaveLength(1)
    expect(events.flatMap((event) => (event.kind === 'layer-done' ? [event.reused] : []))).toEqual([true, true])
  })

  test('leaves nothing in the cache but blobs and records', async () => {
    const place = newPlace()
    await run(place, [directory(aModule())])
    expect(blobsOf(place)).toHaveLength(1)
    // Its own record, and that of what the module gave.
    expect(filesOf(place)).toHaveLength(3)
    for (const blob of blobsOf(place))
      expect(sha256(readFileSync(blob))).toMatch(new RegExp(`${blob.split('/').at(-1)}$`))
  })

  test.each([
    ['content', (module: string) => writeLater(join(module, 'bin/build'), 'y')],
    ['a new file', (module: string) => writeFileSync(join(module, 'new'), '')],
    ['a file less', (module: string) => rmSync(join(module, 'bin/build'))],
    ['another name', (module: string) => renameSync(join(module, 'bin/build'), join(module, 'bin/detect'))],
    ['the time of a file', (module: string) => utimesSync(join(module, 'bin/build'), new Date(0), new Date(0))],
  ])('makes a layer anew after a change of %s', async (_what, change) => {
    const place = newPlace()
    const module = aModule()
    await run(place, [directory(module)])
    change(module)
    expect(reused(await run(place, [directory(module)]))).toEqual([false])
    expect(reused(await run(place, [directory(module)]))).toEqual([true])
  })

  test('makes a layer anew for another version, kind or limit', async () => {
    const place = newPlace()
    const path = aModule()
    const first = modules(aModuleSource({ kind: 'directory', path }, 'acme/a@1'))
    await run(place, [first])
    const others = [
      modules(aModuleSource({ kind: 'directory', path }, 'acme/a@2')),
      modules(aModuleSource({ kind: 'directory', path }, 'acme/a@1', 'extension')),
    ]
    expect(reused(await run(place, [first, ...others]))).toEqual([true, false, false])
  })

  test('makes one layer for a source that is planned twice', async () => {
    const place = newPlace()
    const source = directory(aModule())
    const events: TrowelEvent[] = []
    const [one, two] = await run(place, [source, source], { events })
    expect(one?.facts).toEqual(two?.facts)
    expect(events.filter(({ kind }) => kind === 'layer-done')).toHaveLength(1)
  })
})

describe('what is not believed', () => {
  test.each([
    ['a blob that is gone', (place: Place) => blobsOf(place).forEach((file) => rmSync(file))],
    ['a blob that was written to', (place: Place) => blobsOf(place).forEach((file) => writeFileSync(file, 'garbage'))],
    ['a record that is empty', (place: Place) => recordsOf(place).forEach((file) => writeFileSync(file, ''))],
    [
      'a record without facts',
      (place: Place) => recordsOf(place).forEach((file) => change(file, () => '{"diffId":1}')),
    ],
    [
      'a record with a digest that leads elsewhere',
      (place: Place) => recordsOf(place).forEach((file) => change(file, misdirected)),
    ],
    ['a record of another source', (place: Place) => recordsOf(place).forEach(underAnotherName)],
  ])('%s', async (_what, damage) => {
    const place = newPlace()
    const source = directory(aModule())
    const [before] = await run(place, [source])
    damage(place)
    const [after] = await run(place, [source])
    expect(after).toEqual({ ...before, reused: false })
    const [blob] = blobsOf(place)
    expect(blob && sha256(readFileSync(blob))).toBe(before?.facts.digest)
    expect(reused(await run(place, [source]))).toEqual([true])
  })

  test('a record of files that changed so lately that a change after it could go unseen', async () => {
    const place = newPlace()
    const module = aModule()
    const source = directory(module)
    const now = statSync(join(module, 'bin/build')).ctimeMs
    expect(reused(await run(place, [source], { now }))).toEqual([false])
    expect(recordsOf(place)).toHaveLength(0)
    expect(reused(await run(place, [source]))).toEqual([false])
    expect(reused(await run(place, [source]))).toEqual([true])
  })
})

test('a blob in whose place is another file with the same content is believed', async () => {
  const place = newPlace()
  const source = directory(aModule())
  await run(place, [source])
  for (const file of blobsOf(place)) {
    writeFileSync(`${file}.new`, readFileSync(file))
    renameSync(`${file}.new`, file)
  }
  expect(reused(await run(place, [source]))).toEqual([true])
})

/** Changes what a record says, but not of what. */
function change(file: string, text: (before: string) => string): void {
  const [name = '', before = ''] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, `${name}\n${text(before)}`)
}

function misdirected(before: string): string {
  return JSON.stringify({ ...(JSON.parse(before) as object), digest: 'sha256:../../../etc/passwd' })
}

/** As if the record had been written for another source. */
function underAnotherName(file: string): void {
  const [name = '', text = ''] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, `${name.split('').toReversed().join('')}\n${text}`)
}

describe('several runs on one cache', () => {
  test('equal content from two places is one blob, and both places stay known', async () => {
    const place = newPlace()
    const one = directory(aModule())
    const two = directory(aModule())
    await run(place, [one])
    await run(place, [two])
    expect(blobsOf(place)).toHaveLength(1)
    expect(reused(await run(place, [one, two]))).toEqual([true, true])
  })

  test('a blob that is damaged under its right size is replaced', async () => {
    const place = newPlace()
    await run(place, [directory(aModule())])
    const [blob] = blobsOf(place)
    if (blob === undefined) throw new Error('no blob')
    writeLater(blob, Buffer.alloc(readFileSync(blob).length))
    const [again] = await run(place, [directory(aModule())])
    expect(sha256(readFileSync(blob))).toBe(again?.facts.digest)
  })

  test('runs at the same time do not disturb each other', async () => {
    const place = newPlace()
    const sources = Array.from({ length: 5 }, (_, i) => directory(aModule(`content ${i}`)))
    const runs = await Promise.all([run(place, sources), run(place, sources.toReversed()), run(place, sources)])
    const digests = runs.map((layers) => layers.map(({ facts }) => facts.digest).toSorted())
    expect(digests[1]).toEqual(digests[0])
    expect(digests[2]).toEqual(digests[0])
    expect(blobsOf(place)).toHaveLength(5)
    expect(reused(await run(place, sources))).toEqual(sources.map(() => true))
  })
})
