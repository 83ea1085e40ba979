/**
 * A small project in which a rule finds something, and the same put right. `trowel explain` and docs/rules show it, and
 * test/rules/examples.test.ts runs it.
 */
export interface RuleExample {
  /** What is given to `check`: a file or a folder of the project, or a name of `images`. `builder.toml` unless it says otherwise. */
  readonly check?: string
  /** What differs from the sound project (project.ts). */
  readonly failing: ProjectFiles
  /** What differs from the failing one. */
  readonly fixed: ProjectFiles
  /** The file in which the finding stands, and the text that begins there. */
  readonly at: readonly [file: string, text?: string]
  /** Beside those of the sound project, or instead of them. */
  readonly images?: ExampleImages
  /** The same for the fixed project, when images are what was mended. */
  readonly fixedImages?: ExampleImages
  /** The day for which it is judged, when that matters: `YYYY-MM-DD`. */
  readonly asOf?: string
  /** Further flags of `check`. */
  readonly flags?: readonly string[]
}

/** By path below the project; null for a file that is not there. */
export type ProjectFiles = Readonly<Record<string, ProjectFile | null>>

/** The text of a file, or more than that. */
export type ProjectFile =
  | string
  | { readonly text: string; readonly mode?: number }
  | { readonly base64: string; readonly mode?: number }
  | { readonly link: string }
  /** So many bytes of zeros. */
  | { readonly zeros: number }

/** By reference. A list is an index; null is an image that is not there. */
export type ExampleImages = Readonly<Record<string, ExampleImage | readonly ExampleImage[] | null>>

/** In a label of an example, what stands for the diffID of the one layer of its image. */
export const LAYER_DIFF_ID = 'sha256:<layer>'

/** What matters of an image; the rest is as in the sound project. */
export interface ExampleImage {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
  readonly user?: string
  readonly env?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** Of its manifest. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Files in its one layer. */
  readonly files?: ProjectFiles
}

/** By the id of the rule. */
export type RuleExamples = Readonly<Record<string, RuleExample>>
