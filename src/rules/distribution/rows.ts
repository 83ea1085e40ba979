import { BUILD_IMAGE_ROWS } from './base-rows.js'
import { BUILDER_FILE_ROWS } from './builder-file-rows.js'
import { BUILDER_LABEL_ROWS } from './builder-rows.js'
import { DESCRIPTOR_ROWS } from './descriptor-rows.js'
import { EXTENSION_ROWS } from './extension-rows.js'
import type { ImageKind } from './kind.js'
import { LIFECYCLE_ROWS } from './lifecycle-rows.js'
import { PACKAGE_LABEL_ROWS } from './package-label-rows.js'
import { PACKAGE_ROWS } from './package-rows.js'
import type { Further, Row } from './row.js'
import { RUN_IMAGE_ROWS } from './run-rows.js'

/** The checklist for what is published: what it is about, and then by id. */
export const DIST_ROWS: readonly Row[] = [
  ...byId([...PACKAGE_ROWS, ...PACKAGE_LABEL_ROWS]),
  ...EXTENSION_ROWS,
  ...byId([...BUILDER_LABEL_ROWS, ...BUILDER_FILE_ROWS]),
  ...LIFECYCLE_ROWS,
  ...BUILD_IMAGE_ROWS,
  ...RUN_IMAGE_ROWS,
  ...DESCRIPTOR_ROWS,
]

function byId(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** The rows that need a further part of an image of some kind. */
export function rowsNeeding(kind: ImageKind, part: keyof Further): readonly string[] {
  return DIST_ROWS.filter(({ judged }) => judged.some((one) => one.by === part && one.of.includes(kind))).map(
    ({ id }) => id,
  )
}

/** The row that a rule states, of an image of some kind; undefined where it states none. */
export function rowOfRule(rule: string, kind: ImageKind): string | undefined {
  const stating = DIST_ROWS.filter(({ judged }) => judged.some((one) => one.by === 'rules' && one.ids.includes(rule)))
  const families = FAMILIES_OF[kind] ?? []
  return families.flatMap((family) => stating.find(({ id }) => id.startsWith(family))?.id ?? [])[0]
}

/** Rows about an image of a kind, its own first; what its modules are is in those of descriptors. */
const FAMILIES_OF: Partial<Record<ImageKind, readonly string[]>> = {
  buildpackage: ['DIST-PKG-', 'DIST-DSC-'],
  'extension-package': ['DIST-EXT-', 'DIST-PKG-', 'DIST-DSC-'],
  builder: ['DIST-BLD-', 'DIST-DSC-'],
}
