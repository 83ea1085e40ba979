import { mayBeImage } from '../oci/place.js'
import { CnbError } from '../errors.js'
import { printReference, type Reference } from '../oci/reference.js'
import type { Named } from '../sources/context.js'
import { classifyLocator } from '../cnb/locator.js'
import type { RemoteSources } from './remote-sources.js'
import type { Surroundings } from './surroundings.js'
import { withReadingRun, type Outcome } from './reading-run.js'
import type { RunOptions } from './run-options.js'

/** What `pullBuildpack` is asked for. */
export interface PullBuildpackOptions extends RunOptions {
  /** An id of a buildpack registry, or the reference of an image. */
  readonly locator: string
}

/** What was pulled; `--json` prints it. */
export interface PullResult {
  readonly reference: string
}

/**
 * Has the docker engine fetch the package that an id of a buildpack registry stands for, or that a reference names.
 *
 * @throws CnbError E_USAGE when the locator is neither, what the registry objects to, E_OFFLINE, E_ENGINE, E_IMAGE_MISSING
 */
export async function pullBuildpack(
  options: PullBuildpackOptions,
  surroundings: Surroundings,
): Promise<Outcome<PullResult>> {
  return withReadingRun(options, surroundings, async ({ images, remote, problems, surroundings }) => {
    const reference = await referenceOf(options.locator, remote)
    if (options.offline) {
      throw new CnbError('E_OFFLINE', `${printReference(reference)} would have to be pulled`, {
        value: options.locator,
        hint: 'leave out --offline',
      })
    }
    surroundings.report({ kind: 'step', text: `pulling ${printReference(reference)}` })
    await images.pull(reference)
    return { result: { reference: printReference(reference) }, warnings: problems.warnings }
  })
}

async function referenceOf(text: string, remote: RemoteSources): Promise<Reference> {
  // What lies here under the name is not meant: an engine does not pull it.
  const locator = classifyLocator(text, () => false)
  const named: Named = { text, place: { file: 'command line' }, what: 'buildpack' }
  if (locator.kind === 'image' && mayBeImage(text)) return locator.reference
  if (locator.kind === 'registry-id') return remote.lookUp(locator, named)
  throw new CnbError('E_USAGE', `'${text}' is neither an id of a buildpack registry nor the reference of an image`, {
    value: text,
    hint: 'write NAMESPACE/NAME[@VERSION] or docker://REFERENCE',
  })
}
