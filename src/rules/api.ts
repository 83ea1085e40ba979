import { compareApiVersions, printApiVersion } from '../cnb/api-version.js'
import {
  apiVerdict,
  hasFeature,
  highestSupported,
  knownApis,
  PLATFORM_WITH,
  BUILDPACK_WITH,
  hasBuildpackFeature,
} from '../cnb/lifecycle-apis.js'
import { newestBuildpackApi } from '../cnb/known-lifecycles.js'
import type { PackageInput } from '../plan/package-input.js'
import { listedModules } from './listed-modules.js'
import { packageRule, rule, type Rule } from './rule.js'

const LIFECYCLE_APIS = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#buildpacks-api'
const EXTENSION_API = 'https://github.com/buildpacks/spec/blob/main/image_extension.md'

/** What to do about a module whose API the lifecycle does not list. */
export const API_FIX = 'use a lifecycle that lists this API, or a version of the module for one of those APIs'

const apiUnsupported = rule({
  id: 'api-unsupported',
  severity: 'error',
  summary: 'the lifecycle does not list the Buildpack API of a module',
  reference: LIFECYCLE_APIS,
  refusedBy: { pack: 'builder create', lifecycle: 'detect, exit 12' },
  needs: ['buildpacks', 'extensions', 'lifecycle'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    const { buildpack } = input.lifecycle.descriptor.apis
    const listed = knownApis(buildpack).map(printApiVersion).join(', ') || 'none'
    for (const { kind, name, module } of listedModules(input)) {
      const { api, apiProblem } = module.descriptor
      // pack takes what names none for one of 0.1; what nobody can read is told by whoever reads it.
      if (apiProblem === 'malformed') continue
      const verdict = apiVerdict(api, buildpack)
      if (verdict === 'supported' || verdict === 'deprecated') continue
      report({
        message: `${kind} ${name} wants Buildpack API ${printApiVersion(api)}, but the lifecycle knows ${listed}`,
        place: module.locate(['api']),
        value: printApiVersion(api),
        notes:
          verdict === 'covered'
            ? ['the lifecycle would run it: from 1.0 on, an API covers the earlier ones of its major version']
            : [],
        fix: API_FIX,
      })
    }
  },
})

/** A package is for lifecycles to come too, so it is only said that none has this API so far. */
const packagedApiUnknown = packageRule({
  id: 'api-unsupported',
  severity: 'warning',
  summary: 'no lifecycle lists the Buildpack API of a module',
  reference: LIFECYCLE_APIS,
  needs: ['buildpacks', 'extensions'],
  check(input, report) {
    const newest = newestBuildpackApi()
    for (const { kind, name, module } of listedModules(input)) {
      const { api, apiProblem } = module.descriptor
      if (apiProblem !== undefined || compareApiVersions(api, newest) <= 0) continue
      report({
        message: `${kind} ${name} wants Buildpack API ${printApiVersion(api)}, and lifecycles know none above ${printApiVersion(newest)}`,
        place: module.locate(['api']),
        value: printApiVersion(api),
        fix: `write an API up to ${printApiVersion(newest)}`,
      })
    }
  },
})

const apiDeprecated = rule({
  id: 'api-deprecated',
  severity: 'warning',
  summary: 'the lifecycle lists the Buildpack API of a module as deprecated',
  reference: LIFECYCLE_APIS,
  needs: ['buildpacks', 'extensions', 'lifecycle'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const { kind, name, module } of listedModules(input)) {
      const { api, apiProblem } = module.descriptor
      if (apiProblem === 'malformed' || apiVerdict(api, input.lifecycle.descriptor.apis.buildpack) !== 'deprecated')
        continue
      report({
        message: `${kind} ${name} uses Buildpack API ${printApiVersion(api)}, which the lifecycle calls deprecated`,
        place: module.locate(['api']),
        value: printApiVersion(api),
        fix: 'use a version of the module for a later API',
      })
    }
  },
})

const extensionApiLow = rule({
  id: 'extension-api-low',
  severity: 'warning',
  summary: 'an extension is written for a Buildpack API that has no extensions',
  reference: EXTENSION_API,
  refusedBy: { spec: 'extensions exist since Buildpack API 0.9' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const { kind, name, module } of listedModules(input)) {
      const { api, apiProblem } = module.descriptor
      if (apiProblem !== undefined || kind !== 'extension' || hasBuildpackFeature(api, 'extensions')) continue
      report({
        message: `extension ${name} uses Buildpack API ${printApiVersion(api)}, but extensions exist since ${printApiVersion(BUILDPACK_WITH.extensions)}`,
        place: module.locate(['api']),
        value: printApiVersion(api),
        fix: `set api to ${printApiVersion(BUILDPACK_WITH.extensions)} or later`,
      })
    }
  },
})

const extensionsNeedPlatform = rule({
  id: 'platform-api-gap',
  severity: 'error',
  summary: 'extensions or a build environment are there, but the Platform APIs of the lifecycle know nothing of them',
  reference: EXTENSION_API,
  refusedBy: { pack: 'builder create, for extensions' },
  needs: ['config', 'locate', 'lifecycle', 'experimental'],
  check({ config, locate, lifecycle, experimental }, report) {
    const { platform } = lifecycle.descriptor.apis
    const highest = highestSupported(platform)
    if (highest === undefined) return
    const has = printApiVersion(highest)
    if (config.extensions.length + (config.orderExtensions?.length ?? 0) > 0 && !hasFeature(platform, 'extensions')) {
      report({
        severity: experimental ? 'warning' : 'error',
        message: `extensions need Platform API ${printApiVersion(PLATFORM_WITH.extensions)}, but the lifecycle has ${has} at most`,
        place: locate([config.extensions.length > 0 ? 'extensions' : 'order-extensions']),
        value: has,
        fix: 'use lifecycle 0.19.0 or later, or leave the extensions out',
      })
    }
    if (config.buildEnv.length > 0 && !hasFeature(platform, 'buildEnv')) {
      report({
        severity: 'warning',
        message: `the build environment needs Platform API ${printApiVersion(PLATFORM_WITH.buildEnv)}, but the lifecycle has ${has} at most and will not read it`,
        place: locate(['build', 'env']),
        value: has,
        fix: 'use lifecycle 0.16.0 or later, or leave [[build.env]] out',
      })
    }
  },
})

const systemNeedsPlatform = rule({
  id: 'system-needs-platform-015',
  severity: 'warning',
  summary: 'system buildpacks are there, but no Platform API of the lifecycle reads them',
  reference: 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml',
  needs: ['config', 'locate', 'lifecycle'],
  check({ config, locate, lifecycle }, report) {
    const { platform } = lifecycle.descriptor.apis
    const highest = highestSupported(platform)
    const { pre, post } = config.system
    if (highest === undefined || pre.length + post.length === 0 || hasFeature(platform, 'system')) return
    report({
      message: `system buildpacks need Platform API ${printApiVersion(PLATFORM_WITH.system)}, but the lifecycle has ${printApiVersion(highest)} at most and will not run them`,
      place: locate(['system']),
      value: printApiVersion(highest),
      fix: 'use lifecycle 0.21.0 or later, or put the buildpacks into the groups of [[order]]',
    })
  },
})

/** Buildpack and Platform APIs: what modules want against what the lifecycle has. */
export const API_RULES: readonly Rule[] = [
  apiUnsupported,
  apiDeprecated,
  extensionApiLow,
  extensionsNeedPlatform,
  systemNeedsPlatform,
]

/** The same for modules in a package, which is for no lifecycle in particular. */
export const PACKAGED_API_RULES: readonly Rule<PackageInput>[] = [packagedApiUnknown]
