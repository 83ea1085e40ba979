import { printApiVersion } from '../../cnb/api-version.js'
import type { Module } from '../../cnb/module.js'
import { apiVerdict, hasFeature, PLATFORM_WITH, type PlatformFeature } from '../../cnb/lifecycle-apis.js'
import { API_FIX } from '../api.js'
import type { PlatformColumns } from './columns.js'
import { judge, NOTHING_COMPARED, undecided, type Comparison, type Judgement } from './judgement.js'
import type { MatrixModule } from './modules.js'

/** The Buildpack API of a module against those of the lifecycle. */
export function judgeBuildpackApi({ descriptor: { api } }: Module, { apis, buildpackApi }: PlatformColumns): Judgement {
  const rule = 'api-unsupported'
  if (apis === undefined) return undecided(rule, buildpackApi.facts)
  const verdict = apiVerdict(api, apis.buildpack)
  const wants = `it is for Buildpack API ${printApiVersion(api)}`
  const both = (says: Comparison['says'], by: Comparison['by'], text: string): Comparison => ({
    by,
    says,
    rule: verdict === 'deprecated' ? 'api-deprecated' : rule,
    text: `${wants}, ${text}`,
    fix: says === 'fits-not' || verdict === 'deprecated' ? API_FIX : undefined,
  })
  switch (verdict) {
    case 'supported':
    case 'deprecated': {
      const text = verdict === 'supported' ? 'which the lifecycle lists' : 'which the lifecycle calls deprecated'
      return judge([both('fits', 'pack', text), both('fits', 'lifecycle', text)], NOTHING_COMPARED)
    }
    case 'covered':
    case 'unsupported': {
      const covered = verdict === 'covered'
      const lists = 'which the lifecycle does not list'
      const runs = covered ? 'which a later one of its major version covers' : lists
      return judge(
        [both('fits-not', 'pack', lists), both(covered ? 'fits' : 'fits-not', 'lifecycle', runs)],
        NOTHING_COMPARED,
      )
    }
  }
}

/** Something of a builder that a Platform API must know. */
interface Feature {
  readonly feature: PlatformFeature
  readonly rule: string
  /** What it is, for people. */
  readonly what: string
  readonly since: string
  /** Whether pack makes a builder with it although the lifecycle does not know it. */
  readonly packTakes: boolean
}

/** What a builder can use, and who minds when the lifecycle does not know it. */
export const FEATURES = {
  extensions: {
    feature: 'extensions',
    rule: 'platform-api-gap',
    what: 'an extension',
    since: 'lifecycle 0.19.0',
    packTakes: false,
  },
  system: {
    feature: 'system',
    rule: 'system-needs-platform-015',
    what: 'a system buildpack',
    since: 'lifecycle 0.21.0',
    packTakes: true,
  },
  runImages: {
    feature: 'runImages',
    rule: 'platform-api-gap',
    what: '/cnb/run.toml',
    since: 'lifecycle 0.17.0',
    packTakes: true,
  },
  buildEnv: {
    feature: 'buildEnv',
    rule: 'platform-api-gap',
    what: 'a build environment',
    since: 'lifecycle 0.16.0',
    packTakes: true,
  },
} as const satisfies Record<string, Feature>

/** What a module needs of the Platform API. */
export function judgePlatformApi({ kind, isSystem }: MatrixModule, columns: PlatformColumns): Judgement {
  if (kind === 'extension') return judgeFeature(FEATURES.extensions, columns)
  if (isSystem) return judgeFeature(FEATURES.system, columns)
  return judge([], NOTHING_COMPARED)
}

/** Whether the lifecycle knows what a builder uses. */
export function judgeFeature(
  { feature, rule, what, since, packTakes }: Feature,
  { apis, platformApi, experimental }: PlatformColumns,
): Judgement {
  if (apis === undefined) return undecided(rule, platformApi.facts)
  const isKnown = hasFeature(apis.platform, feature)
  if (isKnown === undefined) return undecided(rule, 'the lifecycle lists no Platform API')
  const needed = `${what} needs Platform API ${printApiVersion(PLATFORM_WITH[feature])}`
  const fix = isKnown ? undefined : `use ${since} or later, or leave it out`
  const isTaken = isKnown || packTakes || experimental
  const knows = `${needed}, which the lifecycle has`
  const lacks = `${needed}, which the lifecycle does not have`
  return judge(
    [
      { by: 'pack', says: isTaken ? 'fits' : 'fits-not', rule, text: isKnown ? knows : lacks, fix },
      { by: 'lifecycle', says: isKnown ? 'fits' : 'fits-not', rule, text: isKnown ? knows : lacks, fix },
    ],
    NOTHING_COMPARED,
  )
}
