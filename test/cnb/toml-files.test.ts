import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { RunImage } from '#src/cnb/builder-config.js'
import { decode } from '#src/cnb/decode.js'
import { decodeBuilderConfig } from '#src/cnb/decode-builder.js'
import { orderOf, refsOf } from '#src/cnb/decode-order.js'
import { BUILDER_TOML } from '#src/cnb/builder-schema.js'
import { printOrderToml, printRunToml, printStackToml, printSystemToml } from '#src/cnb/toml-files.js'
import { documentOf } from '../toml/read.js'
import { goldenBuilders } from './golden-cases.js'
import { readVerdicts } from './verdicts.js'

const BUILDERS = goldenBuilders().map((golden) => [golden.expected, golden] as const)
const UNEXPECTED = (problem: { message: string }): never => {
  throw new Error(problem.message)
}

/** The same text, read and printed again. */
function reprintedOrder(text: string): string {
  const file = decode(BUILDER_TOML, documentOf(text), UNEXPECTED)
  return printOrderToml(orderOf(file.order), orderOf(file['order-extensions']))
}

describe('the files of the golden builders', () => {
  test.each(BUILDERS)('%s: order.toml comes out to the byte', (_name, { expected }) => {
    const text = readFileSync(`${expected}/order.toml`, 'utf8')
    expect(reprintedOrder(text)).toBe(text)
  })

  test.each(BUILDERS.filter(([, { expected }]) => existsSync(`${expected}/system.toml`)))(
    '%s: system.toml comes out to the byte',
    (_name, { expected }) => {
      const text = readFileSync(`${expected}/system.toml`, 'utf8')
      const { system } = decode(BUILDER_TOML, documentOf(text), UNEXPECTED)
      expect(printSystemToml({ pre: refsOf(system?.pre?.buildpacks), post: refsOf(system?.post?.buildpacks) })).toBe(
        text,
      )
    },
  )

  test.each(BUILDERS)('%s: stack.toml and run.toml follow from builder.toml', (_name, { expected, builderToml }) => {
    const { runImages } = decodeBuilderConfig(documentOf(builderToml), () => undefined)
    expect(printRunToml(runImages)).toBe(readFileSync(`${expected}/run.toml`, 'utf8'))
    expect(runImages.slice(0, 1).map(printStackToml)).toEqual([readFileSync(`${expected}/stack.toml`, 'utf8')])
  })
})

test('resolved orders of the recorded verdicts come out to the byte', () => {
  const orders = readVerdicts()
    .map(({ pack }) => pack.resolvedOrder)
    .filter((text) => text !== undefined)
  expect(orders.length).toBeGreaterThan(300)
  expect(orders.map(reprintedOrder)).toEqual(orders)
})

test('a run image without mirrors has no such line, one with an empty list has an empty one', () => {
  const image = (mirrors: RunImage['mirrors']) => printStackToml({ image: 'some/run', mirrors })
  expect(image(undefined)).toBe('[run-image]\n  image = "some/run"\n')
  expect(image([])).toBe('[run-image]\n  image = "some/run"\n  mirrors = []\n')
})

test('nothing to say is an empty file', () => {
  expect(printOrderToml([], [])).toBe('')
})
