import { type ModuleId, type ModuleKind, moduleName } from '../cnb/module.js'
import { type PlanSections, readBuildPlan } from './build-plan.js'
import type { DetectInput } from './input.js'
import type { ReadModule } from './module.js'

/** What the detector knows of a module once its `bin/detect` was run. */
export type Run =
  | { readonly kind: 'pass'; readonly alternatives: readonly PlanSections[] }
  | { readonly kind: 'fail' }
  | { readonly kind: 'err'; readonly reason: string }

/** The status by which `bin/detect` says that it is not for this application. */
const CODE_FAIL = 100

type Ref = ModuleId & { readonly kind: ModuleKind }

/** What was run. Each module is, once; what came of it counts in every later group. */
export class Runs {
  readonly #runs = new Map<string, Run>()
  readonly #started = new Set<string>()
  readonly #outcomeOf: DetectInput['outcomeOf']

  constructor(outcomeOf: DetectInput['outcomeOf']) {
    this.#outcomeOf = outcomeOf
  }

  /** `buildpack acme/java@1`, sorted, of all whose `bin/detect` was started. */
  get started(): readonly string[] {
    return [...this.#started].sort()
  }

  has(ref: Ref): boolean {
    return this.#runs.has(keyOf(ref))
  }

  /** A module that was run, or that was refused before. */
  of(ref: Ref): Run {
    const run = this.#runs.get(keyOf(ref))
    if (run === undefined) throw new Error(`${keyOf(ref)} was not run`)
    return run
  }

  run(ref: Ref, module: ReadModule): void {
    if (!this.has(ref)) this.#runs.set(keyOf(ref), this.#result(ref, module))
  }

  /** Takes the place of what was known of it, even where that was a pass. */
  refuse(ref: Ref, reason: string): void {
    this.#runs.set(keyOf(ref), { kind: 'err', reason })
  }

  #result(ref: Ref, { kind, files }: ReadModule): Run {
    if (files.detect === 'not-executable') return { kind: 'err', reason: 'its bin/detect is not executable' }
    if (files.detect === 'absent') {
      return kind === 'extension'
        ? readPlan(files.staticPlan ?? '', kind)
        : { kind: 'err', reason: 'it has no bin/detect' }
    }
    this.#started.add(keyOf(ref))
    const { exit, plan } = this.#outcomeOf(ref)
    if (exit === 0) return readPlan(plan, kind)
    if (exit === CODE_FAIL) return { kind: 'fail' }
    return { kind: 'err', reason: exit === undefined ? 'a signal ended it' : `it ended with status ${exit}` }
  }
}

function readPlan(text: string, kind: ModuleKind): Run {
  const plan = readBuildPlan(text, kind)
  return plan.kind === 'plan' ? { kind: 'pass', alternatives: plan.alternatives } : { kind: 'err', reason: plan.reason }
}

function keyOf(ref: Ref): string {
  return `${ref.kind} ${moduleName(ref)}`
}
