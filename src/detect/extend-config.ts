import { STRING, table, tables } from '../cnb/schema.js'
import type { DockerfileKind } from '../dockerfile/extension-dockerfile.js'
import type { Place } from '../errors.js'
import { type DecodedFile, decodeFile, parseFile } from './descriptor.js'

/** Where an extension says which arguments its Dockerfiles are given. */
export const EXTEND_CONFIG = 'extend-config.toml'

/** Arguments that the lifecycle gives every Dockerfile, and so lets no extension set. */
export const LIFECYCLE_ARGS: readonly string[] = ['build_id', 'user_id', 'group_id']

const ARGS = tables({
  name: { schema: STRING, about: 'name of the argument' },
  value: { schema: STRING, about: 'its value' },
})
const PART = {
  schema: table({ args: { schema: ARGS, about: 'in this order' } }),
  about: 'one of the two images',
} as const
const SCHEMA = table({ build: PART, run: PART })

const IMAGES: readonly DockerfileKind[] = ['build', 'run']

/** An argument that is set for the Dockerfiles of one image. */
export interface ExtendArg {
  readonly name: string
  /** Of its name. */
  readonly place: Place
}

/** The arguments that an extend-config.toml sets, as the lifecycle decodes it. `file` is how places name it. */
export function readExtendConfig(text: string, file: string): DecodedFile<readonly ExtendArg[]> {
  const document = parseFile(text, file)
  if (document.kind === 'refused') return document
  const decoded = decodeFile(SCHEMA, document.value)
  if (decoded.kind === 'refused') return decoded
  const args = IMAGES.flatMap((image) =>
    (decoded.value[image]?.args ?? []).map(({ name = '' }, index) => ({
      name,
      place: document.value.locate([image, 'args', index, 'name']),
    })),
  )
  return { kind: 'decoded', value: args }
}
