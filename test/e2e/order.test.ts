import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builderOf, resultOfJson, whyNot, wholeOf, writeBuilder } from '../detect/vector-builder.js'
import { readVectors, type VectorResult } from '../detect/vectors.js'
import { trowel } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'

/** Vectors that go through a process each: the others go through the same code in test/operations. */
const SAMPLE = 60
/** Change it to take others. */
const SEED = 20_261_121

/** A sample that is the same in every run. */
function sample<T>(items: readonly T[], count: number): T[] {
  let state = SEED
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ item }) => item)
}

/** Those whose files are wrong, which has a status beside the order that is shown all the same. */
const INVALID: ReadonlySet<string> = new Set(['API-16', 'EXT-32'])

const VECTORS = readVectors().filter((vector) => whyNot(vector) === undefined)

describe('trowel order explains what the real lifecycle did', () => {
  test.each(sample(VECTORS, SAMPLE).map((vector) => ({ ...vector, vector })))('$id: $about', async ({ vector }) => {
    const cwd = join(temporaryDirectory(), 'builder')
    mkdirSync(cwd)
    const builder = builderOf(vector)
    writeBuilder(builder, cwd)
    const run = await trowel([...builder.args, '--json'], { cwd, env: builder.env })
    expect(run).toMatchObject({ status: INVALID.has(vector.id) ? 2 : 0 })
    const json = JSON.parse(run.stdout) as VectorResult
    expect(resultOfJson(json, vector.result)).toEqual(wholeOf(vector.result))
  })
})
