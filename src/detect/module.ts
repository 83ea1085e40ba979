import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import type { MemberGroup } from './group-member.js'

/** Alternatives, each of them the members that are to detect together. */
export type DetectOrder = readonly MemberGroup[]

/** What a descriptor says, as far as the detector reads it. */
export interface DetectDescriptor {
  /** As the file spells it; empty when it names none. */
  readonly api: string
  readonly homepage: string
  /** Those that the file names. */
  readonly targets: readonly Target[]
  readonly stacks: readonly { readonly id: string }[]
  readonly execEnv: readonly string[]
  /** Not empty for a composite. */
  readonly order: DetectOrder
}

/** The files of a module that detection depends on. */
export interface DetectFiles {
  /** Of `bin/detect`. */
  readonly detect: 'runs' | 'not-executable' | 'absent'
  readonly binBuild: boolean
  readonly binGenerate: boolean
  /** Of an extension without `bin/detect`: the text of `detect/plan.toml`. */
  readonly staticPlan?: string | undefined
}

/** A module that is on the builder, by the name of its directory. */
export type DetectModule = ModuleId & { readonly kind: ModuleKind } & (
    | { readonly state: 'read'; readonly descriptor: DetectDescriptor; readonly files: DetectFiles }
    /** Its descriptor cannot be decoded. */
    | { readonly state: 'unreadable'; readonly reason: string }
  )

/** A module that was looked up. */
export type ReadModule = Extract<DetectModule, { readonly state: 'read' }>

/** What running `bin/detect` of a module came to. */
export interface DetectOutcome {
  /** Its status; undefined when a signal ended it. */
  readonly exit: number | undefined
  /** What it wrote to its build plan. */
  readonly plan: string
}
