import { CnbError } from '../errors.js'
import { isAttestation } from '../oci/attestation.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import type { CheckContext } from './check-run.js'

/**
 * Whether an image was published with something that says how it was made: an attestation in its index, or a referrer in its
 * registry.
 *
 * @returns a text when that is not known: why
 */
export async function isAttested(
  at: ImagePlace,
  root: Image | ImageIndex,
  { network, settings, options, surroundings }: CheckContext,
): Promise<boolean | string> {
  if (root.kind === 'index' && root.children.some(({ descriptor }) => isAttestation(descriptor))) return true
  if (at.kind !== 'registry') return 'only a registry says what refers to an image'
  if (options.offline) return 'what refers to the image was not asked for: --offline'
  const { repository } = settings.mirrorOf(at.reference) ?? at.reference
  const { referrersOf } = await import('../registry/referrers.js')
  try {
    const remote = (await network.registry()).repository(repository, 'pull')
    return (await referrersOf(remote, root.descriptor.digest, surroundings.signal)).length > 0
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    return `what refers to the image is not known: ${error.message}`
  }
}
