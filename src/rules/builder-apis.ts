import { compareApiVersions, printApiVersion, type ApiVersion } from '../cnb/api-version.js'
import {
  highestSupported,
  PLATFORM_WITH,
  type PlatformFeature,
  BUILDPACK_WITH,
  hasBuildpackFeature,
} from '../cnb/lifecycle-apis.js'
import type { LifecycleFacts } from '../cnb/lifecycle.js'
import { isComposite } from '../cnb/module.js'
import type { Group } from '../cnb/order.js'
import type { Place } from '../errors.js'
import { CONSUMERS, CONSUMERS_AS_OF, type Consumer } from './data/consumers.js'
import { listedBuildpacks, listedModules, modulesBy, type ListedModule } from './listed-modules.js'
import { API_OLD, EXEC_ENV_ORDER_IGNORED, notesOnOldApi, reportExecEnvOfMembers, type PlacedRef } from './module-api.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const EXEC_ENV = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#execution-environments'
const LIFECYCLE_APIS = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#buildpacks-api'

/** Minor versions that lie between APIs which have little in common. */
const FAR_APART = 3

const packagedOld = builderAdvice({
  ...API_OLD,
  needs: ['locate', 'buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    const old = listedModules(input).filter(
      ({ module }) => module.packaged && !hasBuildpackFeature(module.descriptor.api, 'targets'),
    )
    const names = [...new Set(old.map(({ name, module }) => `${name} (${printApiVersion(module.descriptor.api)})`))]
    const [place, ...also] = distinctPlaces(old.map(({ entry }) => input.locate(entry)))
    if (place === undefined) return
    report({
      message: `packages bring modules for a Buildpack API below ${printApiVersion(BUILDPACK_WITH.targets)}, which has no targets: ${names.join(', ')}`,
      place,
      also,
      value: names[0],
      notes: notesOnOldApi(old.map(({ module }) => module.descriptor.api)),
      fix: 'look for newer versions of these packages',
    })
  },
})

function distinctPlaces(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.file}:${place.line}:${place.column}`, place])).values()]
}

/** A group with what its members are, and where it stands. */
interface PlacedGroup {
  readonly name: string
  readonly group: Group
  readonly place: Place
}

/** The groups of builder.toml, and those of its composites. */
function allGroups({ config, locate, buildpacks }: Pick<BuilderSubject, 'config' | 'locate' | 'buildpacks'>) {
  const own = (config.order ?? []).map((group, index): PlacedGroup => ({
    name: `group ${index + 1} of the order`,
    group,
    place: locate(['order', index]),
  }))
  const ofComposites = listedBuildpacks({ buildpacks }).flatMap(({ name, module }) =>
    module.descriptor.order.map((group, index): PlacedGroup => ({
      name: `group ${index + 1} of ${name}`,
      group,
      place: module.locate(['order', index]),
    })),
  )
  return [...own, ...ofComposites]
}

const mixedGroup = builderAdvice({
  id: 'api-mixed-group',
  severity: 'info',
  summary: 'the buildpacks of one group are written for Buildpack APIs that lie far apart',
  reference: LIFECYCLE_APIS,
  needs: ['config', 'locate', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const byId = modulesBy(listedBuildpacks(input), ({ id }) => id)
    const mixed = allGroups(input).flatMap((placed) => {
      const spread = spreadOf(placed.group, byId)
      return spread === undefined ? [] : [{ ...placed, spread }]
    })
    const [first, ...others] = mixed
    if (first === undefined) return
    const [oldest, newest] = first.spread
    report({
      message: `${first.name} mixes Buildpack API ${printApi(oldest)} (${oldest.name}) with ${printApi(newest)} (${newest.name})`,
      place: first.place,
      also: distinctPlaces(others.map(({ place }) => place)),
      value: oldest.name,
      fix: `look for a newer version of ${oldest.id}: what they pass on to each other changed in between`,
    })
  },
})

function printApi({ module }: ListedModule): string {
  return printApiVersion(module.descriptor.api)
}

/** The components of a group with the oldest and the newest API, when these lie far apart. Composites have groups of their own. */
function spreadOf(
  { refs = [] }: Group,
  byId: ReadonlyMap<string, readonly ListedModule[]>,
): readonly [ListedModule, ListedModule] | undefined {
  const members = refs
    .flatMap(({ id, version }) => byId.get(id)?.find((one) => version === '' || one.version === version) ?? [])
    .filter(({ module: { descriptor } }) => !isComposite(descriptor) && descriptor.apiProblem === undefined)
    .sort((a, b) => compareApiVersions(a.module.descriptor.api, b.module.descriptor.api))
  const [oldest, newest] = [members[0], members.at(-1)]
  if (oldest === undefined || newest === undefined) return undefined
  return areFarApart(oldest.module.descriptor.api, newest.module.descriptor.api) ? [oldest, newest] : undefined
}

function areFarApart(a: ApiVersion, b: ApiVersion): boolean {
  return a.major !== b.major || b.minor - a.minor >= FAR_APART
}

/** Features that a builder.toml uses, for people. */
const USED: readonly (readonly [PlatformFeature, string, (config: BuilderSubject['config']) => boolean])[] = [
  ['extensions', 'extensions', ({ extensions }) => extensions.length > 0],
  ['buildEnv', '[[build.env]]', ({ buildEnv }) => buildEnv.length > 0],
  ['system', 'system buildpacks', ({ system }) => system.pre.length + system.post.length > 0],
]

/** Said of the platform that the profile stands for. */
export const CONSUMER_GAP = {
  id: 'platform-consumer-gap',
  severity: 'warning',
  summary: 'the platform of the profile shares no Platform API with the lifecycle, or has not what the builder uses',
  reference: `${LIFECYCLE_APIS}; platforms as of ${CONSUMERS_AS_OF}`,
  refusedBy: { pack: 'build', kpack: 'builds, or they go without it', cf: 'staging, or it goes without it' },
} as const

const consumerGap = builderAdvice({
  ...CONSUMER_GAP,
  needs: ['config', 'locate', 'lifecycle', 'profile'],
  check({ config, locate, lifecycle, profile }, report) {
    const highest = highestSupported(lifecycle.descriptor.apis.platform)
    const consumer = CONSUMERS.get(profile.name)
    if (highest === undefined || consumer === undefined) return
    const finding = { place: locate(['lifecycle']), value: printApiVersion(highest) }
    const shared = sharedApi(lifecycle, consumer)
    if (shared === undefined) {
      const { name, oldest, newest } = consumer
      report({
        ...finding,
        message: `${name} speaks Platform API ${printApiVersion(oldest)} to ${printApiVersion(newest)}, and the lifecycle none of these`,
        fix: 'use another lifecycle for this platform',
      })
      return
    }
    const lost = USED.filter(([feature, , isUsed]) => isUsed(config) && isLost(feature, highest, shared))
    if (lost.length === 0) return
    report({
      ...finding,
      message: `${consumer.name} shares Platform API ${printApiVersion(shared)} with the lifecycle, which has no ${lost.map(([, what]) => what).join(' and no ')}`,
      fix: 'do without them where this platform builds',
    })
  },
})

/** The newest Platform API that both speak. */
function sharedApi({ descriptor }: LifecycleFacts, { oldest, newest }: Consumer): ApiVersion | undefined {
  const isSpoken = (api: ApiVersion): boolean =>
    compareApiVersions(api, oldest) >= 0 && compareApiVersions(api, newest) <= 0
  const { supported = [], deprecated } = descriptor.apis.platform
  return highestSupported({ supported: supported.filter(isSpoken), deprecated })
}

/** True for what the lifecycle has and the API that is shared has not; what the lifecycle lacks is platform-api-gap. */
function isLost(feature: PlatformFeature, highest: ApiVersion, shared: ApiVersion): boolean {
  const since = PLATFORM_WITH[feature]
  return compareApiVersions(highest, since) >= 0 && compareApiVersions(shared, since) < 0
}

const execEnvInOrder = builderAdvice({
  ...EXEC_ENV_ORDER_IGNORED,
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    reportExecEnvOfMembers(membersOf(config), locate, report)
  },
})

function membersOf({ order = [], system }: BuilderSubject['config']): PlacedRef[] {
  const inGroups = order.flatMap(({ refs = [] }, group) =>
    refs.map((ref, index): PlacedRef => ({ ref, path: ['order', group, 'group', index] })),
  )
  const inSystem = (['pre', 'post'] as const).flatMap((when) =>
    system[when].map((ref, index): PlacedRef => ({ ref, path: ['system', when, 'buildpacks', index] })),
  )
  return [...inGroups, ...inSystem]
}

const execEnvOfBuildEnv = builderAdvice({
  id: 'exec-env-build-env-ignored',
  severity: 'warning',
  summary: 'a variable of the build environment has execution environments, which nobody reads there',
  reference: EXEC_ENV,
  needs: ['config', 'document'],
  check({ config, document }, report) {
    const paths = config.buildEnv.map((_, index) => ['build', 'env', index, 'exec-env'])
    const [first, ...others] = paths.filter((path) => document.has(path))
    if (first === undefined) return
    report({
      message: 'exec-env of a variable has no effect: the variable is set in every execution environment',
      place: document.locate(first),
      also: others.map(document.locate),
      value: 'exec-env',
      fix: 'remove exec-env, or set the variable where the platform chooses the environment',
    })
  },
})

/** APIs of the modules of a builder, and who speaks those of its lifecycle. */
export const BUILDER_API_ADVICE: readonly Rule<BuilderSubject>[] = [
  packagedOld,
  mixedGroup,
  consumerGap,
  execEnvInOrder,
  execEnvOfBuildEnv,
]
