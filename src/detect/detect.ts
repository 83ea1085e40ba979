import { type ApiVersion, parseApiVersion } from '../cnb/api-version.js'
import { apiVerdict, hasPlatformFeature } from '../cnb/lifecycle-apis.js'
import type { ModuleId } from '../cnb/module.js'
import { Budget, type DetectLimits, LimitReached } from './budget.js'
import { DETECTOR_EXIT, DetectionEnd } from './end.js'
import type { DetectInput } from './input.js'
import { judgeGroup } from './judge.js'
import { type GroupMember, withSystem } from './group-member.js'
import type { DetectOrder } from './module.js'
import { ModuleStore } from './module-store.js'
import type { PlanEntry, PlanMember } from './resolve-plan.js'
import { completeImage } from './run-image.js'
import { Runs } from './runs.js'
import { Trace, type Trial } from './trace.js'
import { type TriedGroup, Walk } from './walk.js'

/** A module that was selected, as group.toml has it. */
export interface SelectedModule extends ModuleId {
  /** Not there where the module names none. */
  readonly api?: string
  readonly homepage?: string
}

/** What was selected. */
export interface Selection {
  readonly group: readonly SelectedModule[]
  readonly groupExt: readonly SelectedModule[]
  /** Before extensions have taken out of it what they provide. */
  readonly plan: readonly PlanEntry[]
}

/** What a detection comes to. */
export interface Detection {
  /** Of the detector, before extensions generate anything; undefined when a limit was reached. */
  readonly exit: number | undefined
  /** Why, for people; empty for 0. */
  readonly reason: string
  /** undefined unless a group passed, which does not mean that all went well after that. */
  readonly selection: Selection | undefined
  /** Modules whose `bin/detect` was started, as `buildpack acme/java@1`, sorted. */
  readonly ran: readonly string[]
  readonly trials: number
  readonly tries: number
  /** The first of the trials: all of them, unless there are too many to read. */
  readonly trace: readonly Trial[]
  readonly limit: keyof DetectLimits | undefined
}

/** What the detector of the lifecycle makes of an order, step by step. @throws never */
export function detect(input: DetectInput): Detection {
  return new Detector(input).detect()
}

class Detector {
  readonly #input: DetectInput
  readonly #store: ModuleStore
  readonly #budget: Budget
  readonly #trace = new Trace()
  readonly #runs: Runs
  #selection: Selection | undefined

  constructor(input: DetectInput) {
    this.#input = input
    this.#store = new ModuleStore(input.modules)
    this.#budget = new Budget(input.limits)
    this.#runs = new Runs(input.outcomeOf)
  }

  detect(): Detection {
    try {
      const platformApi = this.#platformApi()
      const verdict = this.#walk(this.#order(platformApi), platformApi)
      if (verdict === 'pass') {
        for (const { id, version, api = '' } of this.#selection?.groupExt ?? []) {
          this.#verifyApi(`extension ${id}@${version}`, api)
        }
        return this.#ended(DETECTOR_EXIT.passed, '')
      }
      if (verdict === 'fail') return this.#ended(DETECTOR_EXIT.nothingPassed, 'no group passed')
      return this.#ended(
        DETECTOR_EXIT.nothingPassedWithErrors,
        'no group passed, and a module of one ended with an error',
      )
    } catch (error) {
      if (error instanceof DetectionEnd) return this.#ended(error.exit, error.message)
      if (!(error instanceof LimitReached)) throw error
      const { limit } = error
      const most = this.#input.limits[limit]
      return {
        ...this.#ended(undefined, `stopped after ${most} ${limit}: this takes too long, for the lifecycle too`),
        limit,
      }
    }
  }

  #ended(exit: number | undefined, reason: string): Detection {
    const { trials, tries } = this.#budget.spent
    return {
      exit,
      reason,
      selection: this.#selection,
      ran: this.#runs.started,
      trials,
      tries,
      trace: this.#trace.trials,
      limit: undefined,
    }
  }

  /** @throws DetectionEnd */
  #platformApi(): ApiVersion {
    const { platformApi, apis } = this.#input
    const version = parseApiVersion(platformApi)
    if (version !== undefined && isKnown(version, apis.platform)) return version
    throw new DetectionEnd(DETECTOR_EXIT.platformApi, `the lifecycle has no Platform API ${platformApi}`)
  }

  /** The order with what is around it, once all that stands in it directly was looked at. @throws DetectionEnd */
  #order(platformApi: ApiVersion): DetectOrder {
    const { order, orderExtensions, system, experimental } = this.#input
    const whole = hasPlatformFeature(platformApi, 'system') ? order.map((group) => withSystem(group, system)) : order
    for (const group of [...whole, ...orderExtensions]) for (const ref of group) this.#verify(ref)
    if (orderExtensions.length > 0 && !hasPlatformFeature(platformApi, 'extensions') && !experimental) {
      const reason = 'extensions are experimental on this Platform API, and CNB_EXPERIMENTAL_MODE does not allow them'
      throw new DetectionEnd(DETECTOR_EXIT.failed, reason)
    }
    return whole
  }

  /** A direct member has to be there, and of an API that the lifecycle knows, whether it is reached or not. */
  #verify(ref: GroupMember): void {
    this.#budget.spend('steps')
    const module = this.#store.lookUp(ref)
    if (typeof module === 'string') throw new DetectionEnd(DETECTOR_EXIT.failed, module)
    this.#verifyApi(`${ref.kind} ${ref.id}@${ref.version}`, module.descriptor.api)
  }

  /** Of what a composite leads to, only extensions are looked at, and only once they are selected. */
  #verifyApi(name: string, api: string): void {
    const version = parseApiVersion(api)
    if (version !== undefined && isKnown(version, this.#input.apis.buildpack)) return
    const problem = api === '' ? 'names no api' : `is for Buildpack API ${api}, which the lifecycle does not know`
    throw new DetectionEnd(DETECTOR_EXIT.buildpackApi, `${name} ${problem}`)
  }

  #walk(order: DetectOrder, platformApi: ApiVersion): 'pass' | 'fail' | 'err' {
    const { execEnv, orderExtensions } = this.#input
    return new Walk({
      store: this.#store,
      runs: this.#runs,
      budget: this.#budget,
      image: completeImage(this.#input),
      platformApi,
      execEnv,
      orderExtensions,
      judge: (tried) => this.#judge(tried),
    }).detect(order)
  }

  #judge(tried: TriedGroup): 'pass' | 'fail' | 'err' {
    this.#budget.spend('trials')
    const { trial, settled } = judgeGroup(tried, this.#runs, this.#budget)
    this.#trace.add({ number: this.#budget.spent.trials, ...trial })
    if (settled !== undefined) this.#selection = this.#selectionOf(settled.members, settled.entries)
    return trial.verdict
  }

  #selectionOf(members: readonly PlanMember[], plan: readonly PlanEntry[]): Selection {
    const selected = (kind: PlanMember['kind']): SelectedModule[] =>
      members.filter((member) => member.kind === kind).map((member) => this.#selected(member))
    return { group: selected('buildpack'), groupExt: selected('extension'), plan }
  }

  #selected(ref: PlanMember): SelectedModule {
    const module = this.#store.lookUp(ref)
    if (typeof module === 'string') throw new Error(`${ref.id} was there before`)
    const { api, homepage } = module.descriptor
    return {
      id: ref.id,
      version: ref.version,
      ...(api === '' ? {} : { api }),
      ...(homepage === '' ? {} : { homepage }),
    }
  }
}

function isKnown(api: ApiVersion, supported: readonly ApiVersion[]): boolean {
  return apiVerdict(api, { supported, deprecated: undefined }) !== 'unsupported'
}
