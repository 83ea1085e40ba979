import { CnbError } from '../errors.js'
import type { ImageIndex } from '../oci/image.js'
import type { Platform } from '../oci/platform.js'

/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/

/**
 * The tag of each image of an index beside its own tag: `TAG-os-arch[-variant]`, without `latest`, as pack has it. In the order
 * of the children; undefined for one that is for no platform, such as an attestation.
 *
 * @throws CnbError E_USAGE when one cannot be a tag, or two are the same
 */
export function platformTags(tag: string, index: ImageIndex): readonly (string | undefined)[] {
  const tags = index.children.map(({ descriptor }) => descriptor.platform && platformTag(tag, descriptor.platform))
  for (const [i, one] of tags.entries()) {
    if (one === undefined) continue
    if (!TAG.test(one)) throw new CnbError('E_USAGE', `${one} cannot be the tag of a platform`, { value: one })
    if (tags.indexOf(one) === i) continue
    throw new CnbError('E_USAGE', `two images of the index would get the tag ${one}`, { value: one })
  }
  return tags
}

function platformTag(tag: string, { os, architecture, variant = '' }: Platform): string | undefined {
  if (os === 'unknown' || os === '') return undefined
  const parts = [tag === 'latest' ? '' : tag, os, architecture, variant]
  return parts.filter((part) => part !== '').join('-')
}
