import { BUILDPACK_WITH, hasBuildpackFeature, type BuildpackFeature } from '../cnb/lifecycle-apis.js'
import { compareApiVersions, printApiVersion, type ApiVersion } from '../cnb/api-version.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { isComposite, moduleName } from '../cnb/module.js'
import type { ModuleRef } from '../cnb/order.js'
import type { KeyPath, Locate } from '../toml/document.js'
import { moduleAdvice, type ReportFinding, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const BUILDPACK_API = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpack-api-version'
const EXEC_ENV = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#execution-environments'

/** The oldest Buildpack API that lifecycles since 0.18 run. */
const OLDEST_RUN: ApiVersion = { major: 0, minor: 7 }

/** What there is to say of rules about modules that are written for an API of long ago. */
export const API_OLD = {
  id: 'api-old',
  severity: 'warning',
  summary: 'a module is written for a Buildpack API without targets',
  reference: BUILDPACK_API,
} as const

/** What goes with a finding of that rule. */
export function notesOnOldApi(apis: readonly ApiVersion[]): string[] {
  const isRun = apis.every((api) => compareApiVersions(api, OLDEST_RUN) >= 0)
  return isRun ? [] : [`lifecycles since 0.18 run nothing below ${printApiVersion(OLDEST_RUN)}`]
}

const old = moduleAdvice({
  ...API_OLD,
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    const { api, apiProblem, info } = descriptor
    // That it names none is told by whoever reads it.
    if (apiProblem !== undefined || hasBuildpackFeature(api, 'targets')) return
    report({
      message: `${info.id} is written for Buildpack API ${printApiVersion(api)}: it gets no CNB_TARGET_ variables`,
      place: locate(['api']),
      value: printApiVersion(api),
      notes: notesOnOldApi([api]),
      fix: `raise api to ${printApiVersion(BUILDPACK_WITH.targets)} or later, step by step along the migration guides`,
    })
  },
})

const newerThanNeeded = moduleAdvice({
  id: 'api-newer-than-needed',
  severity: 'info',
  summary: 'a module asks for a newer Buildpack API than anything in it needs, which older lifecycles refuse',
  reference: BUILDPACK_API,
  appliesTo: ({ descriptor }) => descriptor === undefined || hasBuildpackFeature(descriptor.api, 'execEnv'),
  needs: ['descriptor', 'locate', 'files'],
  check({ descriptor, locate, files }, report) {
    const { api, info, order } = descriptor
    if (info.execEnv.length > 0) return
    const isInOrder = order.some(({ refs = [] }) => refs.some(({ execEnv }) => execEnv.length > 0))
    if (isInOrder || mayReadExecEnv(files)) return
    report({
      message: `${info.id} is written for Buildpack API ${printApiVersion(api)}, but has no exec-env and does not read CNB_EXEC_ENV`,
      place: locate(['api']),
      value: printApiVersion(api),
      fix: 'lower api to 0.11 or 0.10, which more lifecycles run',
    })
  },
})

/** True when a file of `bin` names the variable, or cannot be seen whole. */
function mayReadExecEnv(files: ModuleFiles): boolean {
  return [...files.entries].some(([path, { kind, size }]) => {
    if (!path.startsWith('bin/') || kind === 'directory') return false
    const head = files.head(path)
    return head === undefined || head.length < size || new TextDecoder('latin1').decode(head).includes('CNB_EXEC_ENV')
  })
}

/** A key that changes what a lifecycle does, of APIs that have the feature. Others are for people, and always read. */
interface Feature {
  readonly key: string
  readonly feature: BuildpackFeature
}

const FEATURES: readonly Feature[] = [
  { key: 'exec-env', feature: 'execEnv' },
  { key: 'sbom-formats', feature: 'sbomFormats' },
]

const featureGap = moduleAdvice({
  id: 'api-feature-gap',
  severity: 'warning',
  summary: 'a module uses a key that is newer than the Buildpack API it is written for, and nobody reads it',
  reference: BUILDPACK_API,
  needs: ['kind', 'descriptor', 'locate', 'document'],
  check({ kind, descriptor: { api, apiProblem, info }, locate, document }, report) {
    if (apiProblem !== undefined) return
    for (const { key, feature } of FEATURES) {
      if (hasBuildpackFeature(api, feature) || !document.has([kind, key])) continue
      const since = printApiVersion(BUILDPACK_WITH[feature])
      report({
        message: `${info.id} has ${key}, which is there since Buildpack API ${since}, but is written for ${printApiVersion(api)}`,
        place: locate([kind, key]),
        value: key,
        fix: `raise api to ${since} or later, or remove ${key}`,
      })
    }
  },
})

/** A member of an order with the place of it. */
export interface PlacedRef {
  readonly ref: ModuleRef
  readonly path: KeyPath
}

/** What there is to say of rules about execution environments of members. */
export const EXEC_ENV_ORDER_IGNORED = {
  id: 'exec-env-order-ignored',
  severity: 'warning',
  summary: 'a member of an order has execution environments, which the lifecycle does not read there',
  reference: EXEC_ENV,
} as const

/** Reports once that members have execution environments. */
export function reportExecEnvOfMembers(members: readonly PlacedRef[], locate: Locate, report: ReportFinding): void {
  const [first, ...others] = members.filter(({ ref }) => ref.execEnv.length > 0)
  if (first === undefined) return
  const placeOf = ({ path }: PlacedRef) => locate([...path, 'exec-env'])
  report({
    message: `exec-env of member ${first.ref.version === '' ? first.ref.id : moduleName(first.ref)} has no effect: no lifecycle reads it in an order`,
    place: placeOf(first),
    also: others.map(placeOf),
    value: first.ref.execEnv.join(', '),
    fix: 'write exec-env below [buildpack] of the module itself',
  })
}

const execEnvInOrder = moduleAdvice({
  ...EXEC_ENV_ORDER_IGNORED,
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    if (!isComposite(descriptor)) return
    const members = descriptor.order.flatMap(({ refs = [] }, group) =>
      refs.map((ref, index): PlacedRef => ({ ref, path: ['order', group, 'group', index] })),
    )
    reportExecEnvOfMembers(members, locate, report)
  },
})

/** `*` stands for every environment. */
const EXEC_ENV_NAME = /^(?:\*|[A-Za-z0-9.-]+)$/

const execEnvValue = moduleAdvice({
  id: 'exec-env-value',
  severity: 'warning',
  summary: 'the name of an execution environment has characters that none can have',
  reference: EXEC_ENV,
  refusedBy: { spec: 'it is made of letters, digits, "." and "-"' },
  needs: ['kind', 'descriptor', 'locate'],
  check({ kind, descriptor: { info }, locate }, report) {
    info.execEnv.forEach((name, index) => {
      if (EXEC_ENV_NAME.test(name)) return
      report({
        message: `${info.id} is for execution environment ${name === '' ? 'without a name' : name}, which nobody can ask for`,
        place: locate([kind, 'exec-env', index]),
        value: name,
        fix: 'use letters, digits, "." and "-" only, such as production or test',
      })
    })
  },
})

/** The Buildpack API of a module, and what it uses of it. */
export const MODULE_API_ADVICE: readonly Rule<ModuleSubject>[] = [
  old,
  newerThanNeeded,
  featureGap,
  execEnvInOrder,
  execEnvValue,
]
