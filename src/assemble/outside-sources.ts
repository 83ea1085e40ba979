import { basename, dirname, join, sep } from 'node:path'
import { CnbError } from '../errors.js'
import { realPath } from '../files.js'
import type { ImagePlan } from '../plan/image-plan.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { contentsOf } from './local-source.js'

/**
 * Makes sure that nothing we write to lies in a directory that we read a layer from: what a layer holds would depend on
 * how far the writing had come.
 *
 * @param places absolute paths, which need not exist yet
 * @throws CnbError E_OUTPUT_INSIDE_SOURCE
 */
export function checkOutsideSources({ layers }: Pick<ImagePlan, 'layers'>, places: readonly string[]): void {
  const directories = new Set(layers.flatMap(({ source }) => directoriesOf(source)))
  const byLength = [...directories].map((directory) => ({ directory, real: realPath(directory) }))
  // The outermost first: what lies beside it lies in none of them.
  for (const { directory, real } of byLength.toSorted((a, b) => a.real.length - b.real.length)) {
    const inside = places.find((place) => isInside(realPath(place), real))
    if (inside === undefined) continue
    throw new CnbError(
      'E_OUTPUT_INSIDE_SOURCE',
      `${inside} is written to, but lies in ${directory}, which goes into a layer`,
      {
        place: { file: inside },
        value: inside,
        hint: `put it elsewhere: ${beside(real, inside)}`,
      },
    )
  }
}

function beside(directory: string, place: string): string {
  const isItself = realPath(place) === directory
  return join(dirname(directory), isItself ? `${basename(directory)}-out` : basename(place))
}

function directoriesOf(source: LayerSource): string[] {
  return contentsOf(source).flatMap((content) => (content.kind === 'directory' ? [content.path] : []))
}

function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}
