import { dirname, resolve } from 'node:path'
import type { BuilderConfig } from '../cnb/builder-config.js'
import { parseCreatedBy, type CreatedBy } from '../cnb/created-by.js'
import { decodeBuilderConfig, locateInBuilder } from '../cnb/decode-builder.js'
import { parseFlatten } from '../cnb/flatten-flag.js'
import type { ModuleId } from '../cnb/module.js'
import { readNamedFile } from '../read-file.js'
import type { Locate, TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { CreateBuilderOptions } from './create-builder-options.js'
import type { Host } from './host.js'
import { checkNotOther } from './other-file.js'
import { readImageRequest, type ImageRequest } from './image-request.js'
import type { Problems } from './problems.js'

/** What was asked for, parsed: nothing that it points to was looked at yet. */
export interface BuilderRequest extends ImageRequest {
  readonly document: TomlDocument
  readonly config: BuilderConfig
  /** Where a key of builder.toml stands. */
  readonly locate: Locate
  /** Absolute folder of builder.toml. */
  readonly base: string
  readonly flatten: readonly (readonly ModuleId[])[]
  readonly createdBy: CreatedBy
}

/** Reads builder.toml and the flags. All that is wrong goes to `problems`, and ends the run where there is nothing to go on with. */
export async function readBuilderRequest(
  options: CreateBuilderOptions,
  host: Host,
  problems: Problems,
): Promise<BuilderRequest> {
  const { attempt } = problems
  const common = await readImageRequest({ ...options, example: 'registry.example/acme/builder:1' }, host, problems)
  const createdBy = await attempt(() => parseCreatedBy(options.createdBy))
  const flatten = await attempt(() => options.flatten.map((text) => parseFlatten(text, '--flatten')))
  const file = await attempt(() => readConfig(options, host, problems))
  if (!common || !createdBy || !flatten || !file) {
    problems.check()
    throw new Error('a flag was refused without a word')
  }
  return { ...common, ...file, base: dirname(resolve(host.cwd, options.config)), flatten, createdBy }
}

function readConfig(
  { config, limits }: CreateBuilderOptions,
  host: Host,
  { report }: Problems,
): Pick<BuilderRequest, 'document' | 'config' | 'locate'> | undefined {
  const bytes = readNamedFile(resolve(host.cwd, config), { shown: config, limit: limits.tomlBytes, flag: 'tomlBytes' })
  const document = parseToml(bytes, { file: config, limits, report })
  if (document === undefined) return undefined
  checkNotOther(document, 'builder')
  return { document, config: decodeBuilderConfig(document, report), locate: locateInBuilder(document) }
}
