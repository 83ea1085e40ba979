/** What modules are held against. */
export interface Column {
  /** `linux/amd64`. */
  readonly platform: string
  readonly kind: ColumnKind
  /** The reference of an image, or the name of an API. */
  readonly title: string
  /** What it is known by: platform, distro and stack of an image, the versions of an API. */
  readonly facts: string
}

/** What a column is about. A mirror is another name of the run image before it, and may be another image. */
export type ColumnKind = 'build-image' | 'run-image' | 'run-mirror' | 'buildpack-api' | 'platform-api'

/** The rule that would decide a cell of a column if all were known. */
export const COLUMN_RULES: Readonly<Record<ColumnKind, string>> = {
  'build-image': 'target-unsatisfied-build',
  'run-image': 'target-unsatisfied-run',
  'run-mirror': 'target-unsatisfied-run',
  'buildpack-api': 'api-unsupported',
  'platform-api': 'platform-api-gap',
}
