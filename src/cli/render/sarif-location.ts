import { isAbsolute, normalize, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Place } from '../../errors.js'

/** What paths below the folder of the run are relative to; who shows them says where that is. */
export const SOURCE_ROOT = '%SRCROOT%'

/** Where a file is, as SARIF 2.1.0 has it (3.4). */
export interface ArtifactLocation {
  readonly uri: string
  readonly uriBaseId?: string
}

/** Where something stands, as SARIF 2.1.0 has it (3.28). */
export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: ArtifactLocation
    readonly region?: { readonly startLine: number; readonly startColumn?: number }
  }
}

/** A file, an image or a URL by its name. @param cwd absolute: the folder of the run */
export function artifactLocation(name: string, cwd: string): ArtifactLocation {
  if (/^https?:\/\//.test(name) && URL.canParse(name)) return { uri: new URL(name).href }
  const path = isAbsolute(name) ? relative(cwd, name) : normalize(name)
  const isBelow = path !== '..' && !path.startsWith('../')
  return isBelow
    ? { uri: relativeUri(path), uriBaseId: SOURCE_ROOT }
    : { uri: pathToFileURL(resolve(cwd, name.toWellFormed())).href }
}

/** A place in a file. */
export function sarifLocation({ file, line, column }: Place, cwd: string): SarifLocation {
  const artifact = { artifactLocation: artifactLocation(file, cwd) }
  if (line === undefined) return { physicalLocation: artifact }
  const region = { startLine: line, ...(column === undefined ? {} : { startColumn: column }) }
  return { physicalLocation: { ...artifact, region } }
}

/** Every segment by itself, so that none is taken for a scheme, a query or a fragment. */
function relativeUri(path: string): string {
  return path.toWellFormed().split('/').map(encodeURIComponent).join('/')
}
