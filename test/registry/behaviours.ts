import type { Behaviour } from './behaviour.js'
import { LIST_BEHAVIOURS } from './behaviours-lists.js'
import { MANIFEST_BEHAVIOURS } from './behaviours-manifests.js'
import { MOUNT_BEHAVIOURS } from './behaviours-mounts.js'
import { READING_BEHAVIOURS } from './behaviours-reading.js'
import { UPLOAD_BEHAVIOURS } from './behaviours-uploads.js'

/** Group R of the catalogue of bad input, as far as it is about what is asked of a registry, and not about how. */
export const BEHAVIOURS: readonly Behaviour[] = [
  ...READING_BEHAVIOURS,
  ...UPLOAD_BEHAVIOURS,
  ...MOUNT_BEHAVIOURS,
  ...MANIFEST_BEHAVIOURS,
  ...LIST_BEHAVIOURS,
]
