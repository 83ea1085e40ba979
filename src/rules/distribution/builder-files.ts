import { decodeOrderToml, decodeRunToml, decodeStackToml, decodeSystemToml } from '../../cnb/decode-builder-files.js'
import type { Report } from '../../errors.js'
import type { TomlDocument } from '../../toml/document.js'
import { derived } from '../derived.js'
import { fileAt, type ImageFiles } from './image-files.js'
import { readToml } from './module-folders.js'

/** A TOML file that the lifecycle reads: what it says, or what is wrong with it. */
interface ReadFile<Value> {
  readonly value: Value | undefined
  readonly problem: string | undefined
}

function readFile<Value>(
  files: ImageFiles,
  path: string,
  decode: (document: TomlDocument, report: Report) => Value,
): ReadFile<Value> {
  const file = fileAt(files, path)
  if (file?.type !== 'file') return { value: undefined, problem: `there is no ${path}` }
  if (file.content === undefined) return { value: undefined, problem: undefined }
  const { document, problem } = readToml(file.content, path)
  if (document === undefined) return { value: undefined, problem: `${path} cannot be read: ${problem}` }
  const wrong: string[] = []
  const value = decode(document, ({ message }) => wrong.push(message))
  return { value, problem: wrong.length === 0 ? undefined : `${path}: ${wrong[0]}` }
}

/** What the files of a builder say that its labels say too. */
export const builderFiles = derived((files: ImageFiles) => ({
  order: readFile(files, '/cnb/order.toml', decodeOrderToml),
  run: readFile(files, '/cnb/run.toml', decodeRunToml),
  stack: readFile(files, '/cnb/stack.toml', decodeStackToml),
  system: readFile(files, '/cnb/system.toml', decodeSystemToml),
}))
