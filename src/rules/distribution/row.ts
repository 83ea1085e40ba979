import type { Severity } from '../../errors.js'
import type { Profile } from '../profile.js'
import type { Finding } from '../rule.js'
import type { ImageSubject } from '../subjects.js'
import type { ImageKind } from './kind.js'
import type { ImageConfig } from '../../oci/image.js'
import type { ImageFiles } from './image-files.js'

/** Who wants it. */
export const AUTHORITIES = {
  P: 'the Platform specification',
  B: 'the Buildpack specification',
  R: 'the Distribution specification',
  D: 'the draft of the Distribution specification',
  L: 'another draft of the specifications',
  F: 'pack or the lifecycle, which fail without it',
  O: 'the OCI image specification',
  A: 'advice',
} as const

/** Who wants it, by a letter. */
export type Authority = keyof typeof AUTHORITIES

/** What a row finds: the finding of `artifact-conformance`, at the image unless it says where. */
export interface Failure extends Pick<Finding, 'message' | 'value' | 'fix' | 'notes' | 'severity'> {
  readonly fix: string
}

/** Takes what a row finds. */
export type Fail = (failure: Failure) => void

/** What a row is asked about. */
export type Artifact = Pick<ImageSubject, 'image' | 'root' | 'at' | 'isCompressed' | 'kind' | 'labels' | 'profile'>

/** A run image that was read. */
export interface FoundImage {
  readonly reference: string
  readonly config: ImageConfig
}

/** What a row may need that is there only when it was asked for. */
export interface Further {
  readonly files: ImageFiles
  /** Those that a builder names, as far as they were read; a run image itself. */
  readonly runImages: readonly FoundImage[]
}

/** One requirement for what is published. */
export interface Row {
  /** Stable: `DIST-BLD-04`. */
  readonly id: string
  readonly level: 'MUST' | 'MUST NOT' | 'SHOULD'
  readonly authority: readonly Authority[]
  /** One sentence. */
  readonly summary: string
  /** How it is judged; more than one way where no single one is enough. */
  readonly judged: readonly Judgement[]
  /** In place of the severity that level and authority give. */
  readonly severity?: Severity
  /** Why only `--profile strict-spec` says it: what pack makes fails it too, and everybody takes that. */
  readonly strict?: string
}

/** How a row is judged. */
export type Judgement =
  | OnImage
  | OnFiles
  | OnRunImages
  /** Rules of the catalogue say it. */
  | { readonly by: 'rules'; readonly ids: readonly string[] }
  /** What was read is of that kind: anything else ends the reading. */
  | { readonly by: 'reading'; readonly why: string }
  /** Other rows say it. */
  | { readonly by: 'rows'; readonly ids: RegExp }
  | { readonly by: 'nobody'; readonly why: string }

interface OnImage {
  readonly by: 'image'
  readonly of: readonly ImageKind[]
  readonly check: (artifact: Artifact, fail: Fail) => void
}

interface OnFiles {
  readonly by: 'files'
  readonly of: readonly ImageKind[]
  readonly check: (artifact: Artifact & Pick<Further, 'files'>, fail: Fail) => void
}

interface OnRunImages {
  readonly by: 'runImages'
  readonly of: readonly ImageKind[]
  readonly check: (artifact: Artifact & Pick<Further, 'runImages'>, fail: Fail) => void
}

/** Judged by manifest, config and labels. */
export function onImage(of: OnImage['of'], check: OnImage['check']): OnImage {
  return { by: 'image', of, check }
}

/** Judged by what is in the layers. */
export function onFiles(of: OnFiles['of'], check: OnFiles['check']): OnFiles {
  return { by: 'files', of, check }
}

/** Judged by the run images. */
export function onRunImages(of: OnRunImages['of'], check: OnRunImages['check']): OnRunImages {
  return { by: 'runImages', of, check }
}

const DRAFTS: ReadonlySet<Authority> = new Set(['D', 'L'])
const TOOLS: ReadonlySet<Authority> = new Set(['F', 'O'])

/** How bad it is that an artifact fails a row; undefined when it is not to be said. */
export function severityOf({ level, authority, severity, strict }: Row, { name }: Profile): Severity | undefined {
  const isStrict = name === 'strict-spec'
  if (isStrict) return level === 'SHOULD' ? 'warning' : 'error'
  if (strict !== undefined || authority.every((one) => DRAFTS.has(one))) return undefined
  if (severity !== undefined) return severity
  if (level === 'SHOULD') return 'info'
  return authority.some((one) => TOOLS.has(one)) ? 'error' : 'warning'
}

/** True where drafts count too. */
export function isStrict({ profile }: Pick<Artifact, 'profile'>): boolean {
  return profile.name === 'strict-spec'
}
