import { DESCRIPTOR_FILES } from '../cnb/descriptor-files.js'
import { type JsonSchema, jsonSchemaOf } from '../cnb/json-schema.js'
import { CnbError } from '../errors.js'

/** The JSON Schema of `NAME.toml`. @throws CnbError E_USAGE when there is none */
export function fileSchema(name: string): JsonSchema {
  const file = Object.entries(DESCRIPTOR_FILES).find(([kind]) => kind === name)?.[1]
  if (file === undefined) {
    throw new CnbError('E_USAGE', `there is no schema '${name}'`, {
      value: name,
      hint: `the names are ${Object.keys(DESCRIPTOR_FILES).join(', ')}`,
    })
  }
  return jsonSchemaOf(file.schema, { title: `${name}.toml`, about: file.about, isClosed: file.isClosed })
}
