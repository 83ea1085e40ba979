import { encodeUtf8 } from '../bytes.js'
import { type Decoded, STRING, table, tables } from '../cnb/schema.js'
import type { DockerfileKind } from '../dockerfile/extension-dockerfile.js'
import type { Diagnostic } from '../errors.js'
import { DEFAULT_LIMITS } from '../limits.js'
import type { TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import { type DecodedFile, decodeFile, reasonOf } from './descriptor.js'

/** Where an extension says which arguments its Dockerfiles are given. */
export const EXTEND_CONFIG = 'extend-config.toml'

/** Arguments that the lifecycle gives every Dockerfile, and so lets no extension set. */
export const LIFECYCLE_ARGS: readonly string[] = ['build_id', 'user_id', 'group_id']

const ARG = tables({
  name: { schema: STRING, about: 'name of the argument' },
  value: { schema: STRING, about: 'its value' },
})
const PART = {
  schema: table({ args: { schema: ARG, about: 'in this order' } }),
  about: 'one of the two images',
} as const
const SCHEMA = table({ build: PART, run: PART })

/** The names of the arguments that are set, by image, in the order of the file. */
export type ExtendArgs = Readonly<Record<DockerfileKind, readonly string[]>>

/** What an extend-config.toml sets, as the lifecycle decodes it. */
export function readExtendConfig(text: string): DecodedFile<ExtendArgs> {
  let reason = ''
  const report = (diagnostic: Diagnostic): void => void (reason = reasonOf(diagnostic))
  const document = parseToml(encodeUtf8(text), { file: EXTEND_CONFIG, limits: DEFAULT_LIMITS, report })
  return document === undefined ? { kind: 'refused', reason } : decodeExtendConfig(document)
}

/** The same of a file that is read already. */
export function decodeExtendConfig(document: TomlDocument): DecodedFile<ExtendArgs> {
  const decoded = decodeFile(SCHEMA, document)
  if (decoded.kind === 'refused') return decoded
  const { build, run } = decoded.value
  return { kind: 'decoded', value: { build: namesOf(build), run: namesOf(run) } }
}

function namesOf(part: Decoded<typeof SCHEMA>['build']): readonly string[] {
  return (part?.args ?? []).map(({ name = '' }) => name)
}
