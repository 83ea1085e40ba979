import { describe, expect, test } from 'vitest'
import { parseApiVersion } from '#src/cnb/api-version.js'
import type { ModuleId } from '#src/cnb/module.js'
import { STRING, STRINGS, table, tables } from '#src/cnb/schema.js'
import { decodeFile } from '#src/detect/descriptor.js'
import type { Selection } from '#src/detect/detect.js'
import type { ExtensionOutput } from '#src/detect/extension-output.js'
import { generate, type Generation } from '#src/detect/generate.js'
import { decoded, detectVector, readVectors, type Vector } from './vectors.js'

/** The run image of every vector that has an analyzed.toml. */
const RUN_IMAGE = 'golden.test/run:1'

const RUN_TOML = table({
  images: {
    schema: tables({ image: { schema: STRING, about: '' }, mirrors: { schema: STRINGS, about: '' } }),
    about: '',
  },
})

function knownRunImages({ run }: Vector): readonly string[] {
  const file = decoded(run ?? '', (document) => decodeFile(RUN_TOML, document))
  if (file.kind === 'refused') throw new Error(file.reason)
  return (file.value.images ?? []).flatMap(({ image = '', mirrors = [] }) => [image, ...mirrors])
}

function outputOf({ modules }: Vector, extension: ModuleId): ExtensionOutput {
  const module = modules.find(
    ({ kind, id, version }) => kind === 'extension' && id === extension.id && version === extension.version,
  )
  const { generate: script, files = {} } = module ?? {}
  if (script) return { kind: 'script', exit: script.exit ?? 0, files: new Map(Object.entries(script.files ?? {})) }
  const folder = 'generate/'
  const below = Object.entries(files).filter(([path]) => path.startsWith(folder))
  return { kind: 'static', files: new Map(below.map(([path, text]) => [path.slice(folder.length), text])) }
}

function generateVector(vector: Vector, { groupExt, plan }: Selection): Generation {
  const platformApi = parseApiVersion(vector.platformApi)
  if (platformApi === undefined) throw new Error(`${vector.platformApi} is no API`)
  return generate({
    platformApi,
    extensions: groupExt,
    outputOf: (extension) => outputOf(vector, extension),
    plan,
    runImage: vector.target === null ? undefined : RUN_IMAGE,
    knownRunImages: knownRunImages(vector),
  })
}

/** A generation in the words of a vector. What is known of the run image goes with it. */
function resultOf({ exit, plan, given, files, runImage }: Generation, { target, modules }: Vector) {
  const hasScript = ({ id }: ModuleId) =>
    modules.some((one) => one.kind === 'extension' && one.id === id && one.generate)
  const asked = given.filter(({ extension }) => hasScript(extension))
  return {
    exit,
    plan: sorted(plan),
    generated: {
      plans: Object.fromEntries(
        asked.map(({ extension: { id, version }, requires }) => [`extension ${id}@${version}`, requires]),
      ),
      files: Object.fromEntries(files),
      runImage:
        runImage === undefined
          ? null
          : {
              reference: runImage.image,
              image: runImage.image,
              ...(runImage.extend ? { extend: true } : {}),
              ...(runImage.isSwitched ? {} : { target }),
            },
    },
  }
}

function sorted(entries: readonly unknown[]): readonly unknown[] {
  const key = (entry: unknown) => JSON.stringify((entry as { requires: unknown }).requires)
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

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
    const { exit, plan, generated } = vector.result
    expect(resultOf(generateVector(vector, selection), vector)).toEqual({ exit, plan: sorted(plan ?? []), generated })
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
