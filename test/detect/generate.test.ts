import { describe, expect, test } from 'vitest'
import type { ExtensionOutput } from '#src/detect/extension-output.js'
import { generate } from '#src/detect/generate.js'
import { expectedGeneration, generatedOf, generateVector, RUN_IMAGE } from './generation.js'
import { detectVector, readVectors } from './vectors.js'

/** Those in which extensions were selected. */
const VECTORS = readVectors().flatMap((vector) => {
  const { selection } = detectVector(vector)
  return selection !== undefined && selection.groupExt.length > 0 ? [{ ...vector, vector, selection }] : []
})

test('of the vectors many have extensions, and some of those fail', () => {
  expect(VECTORS.length).toBeGreaterThan(80)
  expect(new Set(VECTORS.map(({ result }) => result.exit))).toEqual(new Set([0, 91, 92]))
})

describe('detection with what extensions generate ends as that of the real lifecycle', () => {
  test.each(VECTORS)('$id: $about', ({ vector, selection }) => {
    expect(generatedOf(generateVector(vector, selection), vector)).toEqual(expectedGeneration(vector))
  })
})

describe('what becomes of a Dockerfile', () => {
  const EXTEND = 'ARG base_image\nFROM ${base_image}\nRUN true\n'
  const SWITCH = 'FROM registry.example/other:1\n'

  function fates(outputs: readonly ExtensionOutput[], platformApi = { major: 0, minor: 15 }) {
    const { dockerfiles } = generate({
      platformApi,
      extensions: outputs.map((_, index) => ({ id: `acme/e${index}`, version: '1' })),
      outputOf: ({ id }) => outputs[Number(id.slice('acme/e'.length))]!,
      plan: [],
      runImage: RUN_IMAGE,
      knownRunImages: [],
    })
    return dockerfiles.map(({ extension, image, fate }) => `${extension.id} ${image} ${fate}`)
  }
  const script = (files: Readonly<Record<string, string>>): ExtensionOutput => ({
    kind: 'script',
    exit: 0,
    files: new Map(Object.entries(files)),
  })
  const folder = (files: Readonly<Record<string, string>>): ExtensionOutput => ({
    kind: 'static',
    files: new Map(Object.entries(files)),
  })

  test('is told in the order of the group', () => {
    const outputs = [
      script({ 'run.Dockerfile': EXTEND, 'build.Dockerfile': EXTEND }),
      script({ 'run.Dockerfile': SWITCH }),
      script({ 'run.Dockerfile': 'ARG base_image\nFROM ${base_image}\n' }),
    ]
    expect(fates(outputs)).toEqual([
      'acme/e0 run ignored',
      'acme/e0 build applied',
      'acme/e1 run switches',
      'acme/e2 run empty',
    ])
  })

  test('is to be lost when it is static, from Platform API 0.13 on', () => {
    const outputs = [folder({ 'run.Dockerfile': EXTEND, 'build.Dockerfile': EXTEND })]
    expect(fates(outputs)).toEqual(['acme/e0 run lost', 'acme/e0 build lost'])
    expect(fates(outputs, { major: 0, minor: 12 })).toEqual(['acme/e0 run applied', 'acme/e0 build applied'])
  })
})
