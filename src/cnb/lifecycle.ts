import type { Locate } from '../toml/document.js'
import type { ApiVersion } from './api-version.js'
import type { Content } from './content.js'

/** The versions of one API that a lifecycle knows. */
export interface ApiSupport {
  /** undefined when lifecycle.toml has no such key, which prints as `null` in a label. */
  readonly deprecated: readonly ApiVersion[] | undefined
  readonly supported: readonly ApiVersion[] | undefined
}

/** What lifecycle.toml says, after the old single-value form was folded in. */
export interface LifecycleDescriptor {
  /** Normalised semver; empty when the file names none. */
  readonly version: string
  /** The single values of the old form: the lowest of each list. */
  readonly api: { readonly buildpack: ApiVersion | undefined; readonly platform: ApiVersion | undefined }
  readonly apis: { readonly buildpack: ApiSupport; readonly platform: ApiSupport }
}

/** What is to be known of a lifecycle to judge a builder. */
export interface LifecycleFacts {
  readonly descriptor: LifecycleDescriptor
  readonly locate: Locate
  readonly from: string
  /** Names in its folder, such as `creator`, without `.exe`; sorted. */
  readonly binaries: readonly string[]
}

/** A lifecycle that was found. */
export interface Lifecycle extends LifecycleFacts {
  readonly content: Content
}

/** Where a lifecycle lies in an image of its own. pack does not find the names without the leading slash. */
export const LIFECYCLE_IMAGE_FOLDER = '/cnb/'

/** The binaries without which pack refuses a lifecycle. */
export const REQUIRED_BINARIES = [
  'analyzer',
  'builder',
  'creator',
  'detector',
  'exporter',
  'launcher',
  'restorer',
] as const
