import type { TomlDocument } from '../toml/document.js'
import type { SubjectKind } from './check-report.js'

/** The files that say what a builder, a package or a module is. */
type FileKind = Exclude<SubjectKind, 'image'>

/** What a file is by its name, or else by what is in it. */
export function fileKindOf(document: TomlDocument): FileKind {
  const name = document.file.slice(document.file.lastIndexOf('/') + 1)
  if (name === 'builder.toml' || name === 'package.toml' || name === 'buildpack.toml' || name === 'extension.toml')
    return name
  if (document.has(['buildpack', 'id'])) return 'buildpack.toml'
  if (document.has(['extension', 'id'])) return 'extension.toml'
  return document.has(['buildpack']) || document.has(['extension']) || document.has(['dependencies'])
    ? 'package.toml'
    : 'builder.toml'
}
