import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { OrderOptions } from '#src/operations/order-options.js'
import type { OrderReport } from '#src/operations/order-report.js'
import { showOrder } from '#src/operations/show-order.js'
import { builderOf, resultOfJson, whyNot, wholeOf, writeBuilder } from '../detect/vector-builder.js'
import { readVectors } from '../detect/vectors.js'
import { OFFLINE } from '../support/offline.js'
import { temporaryDirectory } from '../support/directories.js'
import { hostIn } from '../support/host.js'

const OPTIONS: OrderOptions = {
  name: undefined,
  explain: true,
  pass: [],
  fail: [],
  outcomes: undefined,
  target: undefined,
  platformApi: undefined,
  execEnv: undefined,
  experimental: false,
  replace: [],
  ...OFFLINE,
  cacheDirectory: undefined,
  limits: DEFAULT_LIMITS,
}

function show(
  cwd: string,
  options: Partial<OrderOptions>,
  env: Readonly<Record<string, string>> = {},
): Promise<OrderReport> {
  return showOrder({ ...OPTIONS, ...options }, { host: hostIn(cwd, env), version: '0', report: () => {} })
}

const VECTORS = readVectors()

test('most vectors can be put as a builder.toml', () => {
  const why = VECTORS.map(whyNot).filter((reason) => reason !== undefined)
  expect(VECTORS.length - why.length).toBeGreaterThan(360)
})

describe('a builder.toml with given outcomes ends as the real lifecycle did', () => {
  const expressible = VECTORS.filter((vector) => whyNot(vector) === undefined)
  test.each(expressible.map((vector) => ({ ...vector, vector })))('$id: $about', async ({ vector }) => {
    const cwd = temporaryDirectory()
    const builder = builderOf(vector)
    writeBuilder(builder, cwd)
    const target = builder.args[builder.args.indexOf('--target') + 1]
    const { platformApi } = vector
    const { explanation } = await show(cwd, { outcomes: 'outcomes.json', target, platformApi }, builder.env)
    expect(resultOfJson({ ...explanation!, exit: explanation!.exit ?? -1 }, vector.result)).toEqual(
      wholeOf(vector.result),
    )
  })
})

describe('what extensions generate ends as it did in the real lifecycle', () => {
  // Without an analyzed.toml there is no run image, and of a builder.toml there always is one.
  const generating = VECTORS.filter(
    (vector) => whyNot(vector) === undefined && vector.target !== null && vector.result.generated !== undefined,
  )
  test('in many vectors', () => expect(generating.length).toBeGreaterThan(60))

  test.each(generating.map((vector) => ({ ...vector, vector })))('$id: $about', async ({ vector }) => {
    const cwd = temporaryDirectory()
    const builder = builderOf(vector)
    writeBuilder(builder, cwd)
    const { platformApi, result } = vector
    const { explanation } = await show(cwd, { outcomes: 'outcomes.json', platformApi }, builder.env)
    const { files = {}, runImage } = result.generated ?? {}
    expect(explanation?.generation).toMatchObject({
      files: Object.keys(files).sort(),
      runImage: { image: runImage?.image, extend: runImage?.extend ?? false },
    })
  })
})
