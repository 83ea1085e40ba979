import type { Descriptor } from './image.js'

/**
 * True for what an index lists beside its images and nobody runs: build tools put attestations there, for a platform that there is not.
 *
 * @see https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
export function isAttestation({ platform }: Pick<Descriptor, 'platform'>): boolean {
  return platform?.os === 'unknown'
}
