import type { ModuleId } from '../cnb/module.js'
import type { DetectLimits } from '../detect/budget.js'
import type { PlanRequire } from '../detect/build-plan.js'
import type { SelectedModule } from '../detect/detect.js'
import type { DockerfileUse, GeneratedRunImage } from '../detect/generate.js'
import type { Observation } from '../detect/observations.js'
import type { Outline, OutlineEntry } from '../detect/outline.js'
import type { PlanEntry } from '../detect/resolve-plan.js'
import type { Trial } from '../detect/trace.js'
import type { Diagnostic } from '../errors.js'

/** What there is to show of the orders of a builder. */
export interface OrderReport {
  /** The file or image. */
  readonly from: string
  readonly platformApi: string
  /** The version of the lifecycle whose ways these are. */
  readonly lifecycle: string
  readonly order: OrderOutline
  readonly orderExtensions: OrderOutline
  readonly findings: readonly OrderFinding[]
  /** What is not known or was not looked at, for people. */
  readonly notes: readonly string[]
  /** What is wrong with the files, and what could not be read. */
  readonly problems: readonly Diagnostic[]
  /** undefined unless it was asked for. */
  readonly explanation: OrderExplanation | undefined
}

/** Groups with their composites opened. */
export type OrderOutline = Outline

/** A member of such a group. */
export type OrderEntry = OutlineEntry

/** Something that the author of an order may not have meant. */
export type OrderFinding = Observation

/** A group that was tried. */
export type OrderTrial = Trial

/** What a lifecycle would do with the order. */
export interface OrderExplanation {
  /** Of the detector; null where a limit of ours was reached. */
  readonly exit: number | null
  /** Why; empty for 0. */
  readonly reason: string
  /** As group.toml has it; null unless a group passed. */
  readonly group: readonly SelectedModule[] | null
  readonly groupExt: readonly SelectedModule[] | null
  /** As plan.toml is left for the build: what extensions provide is gone. */
  readonly plan: readonly PlanEntry[] | null
  /** What extensions lead to; null unless some were selected. */
  readonly generation: OrderGeneration | null
  readonly trace: readonly OrderTrial[]
  readonly trials: number
  readonly tries: number
  /** Modules whose `bin/detect` would run. */
  readonly ran: readonly string[]
  /** Those of them of which nobody said what it would do: they are taken to pass with an empty build plan. */
  readonly assumed: readonly string[]
  /** What the run image was taken for; empty where every target was taken to fit. */
  readonly target: string
  readonly execEnv: string
  /** The limit that was reached. */
  readonly limit: keyof DetectLimits | null
}

/** What the extensions that were selected lead to, as far as it is known what they put out. */
export interface OrderGeneration {
  /** null where no run image is known. */
  readonly runImage: GeneratedRunImage | null
  /** In the order in which they are applied: after all extensions have run, before any buildpack builds. */
  readonly dockerfiles: readonly DockerfileUse[]
  /** What each extension is told. */
  readonly given: readonly { readonly extension: ModuleId; readonly requires: readonly PlanRequire[] }[]
  /** Files of the generated directory. */
  readonly files: readonly string[]
  /** `id@version` of extensions whose `bin/generate` may put out anything. */
  readonly unknown: readonly string[]
  readonly warnings: readonly string[]
}
