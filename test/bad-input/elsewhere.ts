import { CREDENTIAL_ROWS } from './elsewhere-credentials.js'
import { DIGEST_ROWS } from './elsewhere-digests.js'
import { DOWNLOAD_ROWS } from './elsewhere-downloads.js'
import { INSPECT_ROWS } from './elsewhere-inspect.js'
import { MACHINE_ROWS } from './elsewhere-machine.js'
import { PACKAGE_FILE_ROWS } from './elsewhere-packages.js'
import { REGISTRY_ROWS } from './elsewhere-registries.js'
import type { ElsewhereRow } from './elsewhere-row.js'

/** Rows of the catalogue that are no table of inputs: an ordinary test shows each of them. */
export const ELSEWHERE: readonly ElsewhereRow[] = [
  ...MACHINE_ROWS,
  ...DIGEST_ROWS,
  ...REGISTRY_ROWS,
  ...CREDENTIAL_ROWS,
  ...DOWNLOAD_ROWS,
  ...INSPECT_ROWS,
  ...PACKAGE_FILE_ROWS,
]
