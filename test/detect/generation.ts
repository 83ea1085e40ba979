import { parseApiVersion } from '#src/cnb/api-version.js'
import type { ModuleId } from '#src/cnb/module.js'
import { STRING, STRINGS, table, tables } from '#src/cnb/schema.js'
import { decodeFile } from '#src/detect/descriptor.js'
import type { Selection } from '#src/detect/detect.js'
import type { ExtensionOutput } from '#src/detect/extension-output.js'
import { generate, type Generation } from '#src/detect/generate.js'
import { decoded, sorted, type Vector } from './vectors.js'

/** The run image of every vector that has an analyzed.toml. */
export const RUN_IMAGE = 'golden.test/run:1'

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

/** What a vector's extensions lead to. */
export function generateVector(vector: Vector, { groupExt, plan }: Selection): Generation {
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
export function generatedOf({ exit, plan, given, files, runImage }: Generation, { target, modules }: Vector) {
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

/** What a vector expects of detection and generation together. */
export function expectedGeneration({ result: { exit, plan, generated } }: Vector) {
  return { exit, plan: sorted(plan ?? []), generated }
}
