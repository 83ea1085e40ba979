import { resolve } from 'node:path'
import { parsePlace } from '../transports/image-place.js'

/** Where an image is to be written. */
export interface Output {
  /** As the user wrote it. */
  readonly text: string
  /** Absolute. */
  readonly directory: string
  /** The name of the image there. */
  readonly tag: string | undefined
}

/** What `--to` says. @throws CnbError E_USAGE */
export function parseOutput(text: string, cwd: string): Output {
  const { directory, tag } = parsePlace(text)
  return { text, directory: resolve(cwd, directory), tag }
}
