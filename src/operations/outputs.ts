import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { parseLayoutPlace, type LayoutPlace } from '../oci/layout-place.js'
import { checkLayoutTarget } from '../transports/layout-sink.js'

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

export interface CheckOptions {
  readonly cwd: string
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
}

/**
 * Makes sure, before the work begins, that every place can take an image, and that none of them would lose one that is read.
 *
 * @param read the layouts that images are read from, directories as written
 * @throws CnbError E_USAGE, and what a place objects to
 */
export async function checkOutputs(
  outputs: readonly Output[],
  read: readonly LayoutPlace[],
  { cwd, limits, signal }: CheckOptions,
): Promise<void> {
  for (const output of outputs) {
    const directory = realPath(output.directory)
    const isRead = (place: LayoutPlace): boolean =>
      place.tag === output.tag && realPath(resolve(cwd, place.directory)) === directory
    if (read.some(isRead)) {
      throw new CnbError('E_USAGE', `the image at ${output.text} is read, so the builder cannot take its place`, {
        value: output.text,
        hint: 'give the builder another tag, or another directory',
      })
    }
    await checkLayoutTarget({ directory: output.directory, limits }, signal)
  }
}

/** The path without links; as it is when nothing is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
