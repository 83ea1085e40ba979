import type { ApiVersion } from '../cnb/api-version.js'
import { hasBuildpackFeature, hasPlatformFeature } from '../cnb/lifecycle-apis.js'
import { moduleName } from '../cnb/module.js'
import { printTargets } from '../cnb/target.js'
import type { Budget } from './budget.js'
import { DETECTOR_EXIT, DetectionEnd } from './end.js'
import type { GroupMember } from './group-member.js'
import type { DetectOrder, ReadModule } from './module.js'
import { apiOf, type ModuleStore, targetsOf } from './module-store.js'
import type { Runs } from './runs.js'
import { type ImageTarget, printImageTarget, targetVerdict } from './targets.js'
import type { Choice, LeftOut } from './trace.js'

/** What the walk goes by. */
export interface WalkContext {
  readonly store: ModuleStore
  readonly runs: Runs
  readonly budget: Budget
  readonly image: ImageTarget
  readonly platformApi: ApiVersion
  readonly execEnv: string
  readonly orderExtensions: DetectOrder
  /** Judges a group whose members were all run. */
  readonly judge: (tried: TriedGroup) => 'pass' | 'fail' | 'err'
}

/** A group without composites, and how it came about. */
export interface TriedGroup {
  readonly choices: readonly Choice[]
  readonly members: readonly Member[]
  readonly leftOut: readonly LeftOut[]
}

/** A ref that takes part, with the module it names. */
export interface Member {
  readonly ref: GroupMember
  readonly module: ReadModule
}

/** A step on the way to a group. */
type Step =
  | { readonly kind: 'choice'; readonly choice: Choice }
  | ({ readonly kind: 'member' } & Member)
  | { readonly kind: 'left-out'; readonly leftOut: LeftOut }

/** Refs that are still to come. Lists share their ends: composites put what they have before what comes after them. */
interface Cell {
  readonly ref: GroupMember | typeof EXTENSIONS
  /** Composites that it is in. */
  readonly depth: number
  readonly rest: Rest
}

type Rest = Cell | undefined

/** Stands at the head of every group when there is an order of extensions. */
const EXTENSIONS = 'extensions'

/** An order whose groups are tried one after the other. */
interface Frame {
  /** What the order belongs to: `TOP`, `EXTENSIONS`, or the `id@version` of a composite. */
  readonly of: string
  readonly groups: DetectOrder
  readonly next: Rest
  readonly depth: number
  /** When all groups have failed, it goes on without one. */
  readonly optional: boolean
  /** Steps that were taken before it. */
  readonly steps: number
  /** Groups that were tried. */
  tried: number
  verdict: 'fail' | 'err'
}

/** The builder's own order. */
const TOP = 'order'

/**
 * Composites in one another beyond what there is without a cycle. A cycle need not be endless: an alternative that comes before
 * it may pass with what the cycle adds to the group. Nobody relies on more rounds than this.
 */
const CYCLE_DEPTH = 32

/**
 * Tries the groups of an order, each with every alternative of its composites, until one passes. With a stack of its own, so
 * that a long chain of composites does not end ours.
 *
 * @throws DetectionEnd, LimitReached
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/detector.go (detectOrder, detectGroup)
 */
export class Walk {
  readonly #context: WalkContext
  readonly #steps: Step[] = []
  /** Kinds and ids of the members among the steps. */
  readonly #taken = new Set<string>()

  constructor(context: WalkContext) {
    this.#context = context
  }

  detect(order: DetectOrder): 'pass' | 'fail' | 'err' {
    const frames = [frameOf({ of: TOP, groups: order, next: undefined, depth: 0, optional: false, steps: 0 })]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      if (frame.tried === frame.groups.length + (frame.optional ? 1 : 0)) {
        frames.pop()
        const parent = frames.at(-1)
        if (parent === undefined) return frame.verdict
        take(parent, frame.verdict)
        continue
      }
      this.#goBackTo(frame.steps)
      const found = this.#follow(this.#nextGroup(frame))
      if (found === 'pass') return found
      if (typeof found === 'string') take(frame, found)
      else frames.push(found)
    }
    return 'fail'
  }

  #nextGroup(frame: Frame): Rest {
    const { of, groups, next, depth } = frame
    const group = groups[frame.tried++]
    this.#steps.push({ kind: 'choice', choice: { of, group: group === undefined ? 0 : frame.tried } })
    if (group === undefined) return next
    this.#context.budget.spend('steps', group.length)
    const cells = group.reduceRight<Rest>((rest, ref) => ({ ref, depth, rest }), next)
    const hasExtensions = of === TOP && this.#context.orderExtensions.length > 0
    return hasExtensions ? { ref: EXTENSIONS, depth: 0, rest: cells } : cells
  }

  /** Goes through refs to the next order among them, or else to the end of the group, which is then judged. */
  #follow(refs: Rest): Frame | 'pass' | 'fail' | 'err' {
    for (let cell = refs; cell !== undefined; cell = cell.rest) {
      this.#context.budget.spend('steps')
      const { ref, rest, depth } = cell
      const steps = this.#steps.length
      if (ref === EXTENSIONS) {
        const groups = this.#context.orderExtensions
        return frameOf({ of: EXTENSIONS, groups, next: rest, depth, optional: true, steps })
      }
      if (this.#taken.has(idOf(ref))) {
        this.#leaveOut(ref, 'its id is in the group already')
        continue
      }
      const module = this.#lookUp(ref)
      const { order } = module.descriptor
      if (order.length > 0) {
        if (depth > this.#context.store.composites + CYCLE_DEPTH) throw endless(ref)
        return frameOf({
          of: moduleName(ref),
          groups: order,
          next: rest,
          depth: depth + 1,
          optional: ref.optional,
          steps,
        })
      }
      this.#take({ ref, module })
    }
    return this.#judge()
  }

  #lookUp(ref: GroupMember): ReadModule {
    const module = this.#context.store.lookUp(ref)
    if (typeof module === 'string') throw new DetectionEnd(DETECTOR_EXIT.detectError, module)
    return module
  }

  /** Takes a component or an extension into the group, unless it is not for this environment. */
  #take({ ref, module }: Member): void {
    const { platformApi, image, execEnv, runs } = this.#context
    if (hasPlatformFeature(platformApi, 'targets') && !ref.optional) {
      const targets = targetsOf(module)
      if (targetVerdict(targets, image) !== 'fits') {
        runs.refuse(ref, `it is for ${printTargets(targets)}, and the run image is ${printImageTarget(image)}`)
        this.#add({ ref, module })
        return
      }
    }
    if (hasPlatformFeature(platformApi, 'execEnv') && execEnv !== '' && !isForExecEnv(ref, module, execEnv)) {
      this.#leaveOut(ref, `it is for ${module.descriptor.execEnv.join(', ')}, not for ${execEnv}`)
      return
    }
    this.#add({ ref, module })
  }

  #add(member: Member): void {
    this.#taken.add(idOf(member.ref))
    this.#steps.push({ kind: 'member', ...member })
  }

  #leaveOut({ kind, id, version }: GroupMember, reason: string): void {
    this.#steps.push({ kind: 'left-out', leftOut: { kind, id, version, reason } })
  }

  #goBackTo(steps: number): void {
    for (const step of this.#steps.splice(steps)) if (step.kind === 'member') this.#taken.delete(idOf(step.ref))
  }

  #judge(): 'pass' | 'fail' | 'err' {
    const { runs, judge, budget } = this.#context
    budget.spend('steps', this.#steps.length)
    const members = this.#steps.filter((step) => step.kind === 'member')
    for (const { ref, module } of members) {
      // The lifecycle looks at the API of what it starts, and of nothing else here.
      if (!runs.has(ref) && (ref.kind === 'buildpack' || module.files.detect !== 'absent')) apiOf(module, nameOf(ref))
      runs.run(ref, module)
    }
    return judge({
      choices: this.#steps.flatMap((step) => (step.kind === 'choice' ? [step.choice] : [])),
      members,
      leftOut: this.#steps.flatMap((step) => (step.kind === 'left-out' ? [step.leftOut] : [])),
    })
  }
}

function frameOf(frame: Omit<Frame, 'tried' | 'verdict'>): Frame {
  return { ...frame, tried: 0, verdict: 'fail' }
}

/** An error in one group is the error of the order; but when the order is left out, what comes of that is all that counts. */
function take(frame: Frame, verdict: 'fail' | 'err'): void {
  if (verdict === 'err' || frame.tried > frame.groups.length) frame.verdict = verdict
}

function isForExecEnv(ref: GroupMember, module: ReadModule, execEnv: string): boolean {
  const { execEnv: list } = module.descriptor
  const isRead = hasBuildpackFeature(apiOf(module, nameOf(ref)), 'execEnv')
  return !isRead || list.length === 0 || list.includes('*') || list.includes(execEnv)
}

function endless(ref: GroupMember): DetectionEnd {
  return new DetectionEnd(
    DETECTOR_EXIT.crash,
    `${nameOf(ref)} leads back to itself without an end: the lifecycle crashes`,
  )
}

function idOf({ kind, id }: GroupMember): string {
  return `${kind} ${id}`
}

function nameOf(ref: GroupMember): string {
  return `${ref.kind} ${moduleName(ref)}`
}
