import { BUILDER_TOML } from '../cnb/builder-schema.js'
import { type JsonSchema, jsonSchemaOf } from '../cnb/json-schema.js'
import { BUILDPACK_TOML, EXTENSION_TOML } from '../cnb/module-schema.js'
import { PACKAGE_TOML } from '../cnb/package-schema.js'
import type { TableSchema } from '../cnb/schema.js'
import { CnbError } from '../errors.js'

interface FileSchema {
  readonly schema: TableSchema
  readonly description: string
  /** Whether pack refuses a file with other keys; it warns about them in the others. */
  readonly isClosed: boolean
}

const SCHEMAS = {
  builder: { schema: BUILDER_TOML, description: 'What a builder is made of.', isClosed: true },
  package: { schema: PACKAGE_TOML, description: 'What a package of a module is made of.', isClosed: true },
  buildpack: { schema: BUILDPACK_TOML, description: 'What a buildpack says of itself.', isClosed: false },
  extension: { schema: EXTENSION_TOML, description: 'What an image extension says of itself.', isClosed: false },
} as const satisfies Record<string, FileSchema>

/** A file that there is a schema of, without `.toml`. */
export type SchemaName = keyof typeof SCHEMAS

/** Every file that there is a schema of. */
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as readonly SchemaName[]

/** The JSON Schema of `NAME.toml`. @throws CnbError E_USAGE when there is none */
export function fileSchema(name: string): JsonSchema {
  const found = SCHEMA_NAMES.find((known) => known === name)
  if (found === undefined) {
    throw new CnbError('E_USAGE', `there is no schema '${name}'`, {
      value: name,
      hint: `the names are ${SCHEMA_NAMES.join(', ')}`,
    })
  }
  return jsonSchemaOf(SCHEMAS[found].schema, { title: `${found}.toml`, ...SCHEMAS[found] })
}
