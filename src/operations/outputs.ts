import { resolve } from 'node:path'
import { CnbError } from '../errors.js'
import { parseLayoutPlace, type LayoutPlace } from '../oci/layout-place.js'

/** Where an image is to be written. Its directory is absolute. */
export interface Output extends LayoutPlace {
  /** As the user wrote it. */
  readonly text: string
}

/** What `--to` says. @throws CnbError E_USAGE */
export function parseOutput(text: string, cwd: string): Output {
  const place = parseLayoutPlace(text)
  if (place === undefined) {
    throw new CnbError('E_USAGE', 'not a place that an image can be written to', {
      value: text,
      hint: 'write oci:DIR or oci:DIR:TAG',
    })
  }
  return { ...place, text, directory: resolve(cwd, place.directory) }
}
