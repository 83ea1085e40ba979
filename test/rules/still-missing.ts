/** Ids of the catalogue that are being written; the list goes when it is empty. */
export const STILL_MISSING: ReadonlySet<string> = new Set([
  'artifact-conformance',
  'artifact-label-file-drift',
  'artifact-layer-digest-mismatch',
  'artifact-nonreproducible',
  'artifact-lock-drift',
  'artifact-index-platforms',
  'artifact-annotations-missing',
  'artifact-provenance-missing',
])
