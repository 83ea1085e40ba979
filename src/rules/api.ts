import { compareApiVersions, printApiVersion, type ApiVersion } from '../cnb/api-version.js'
import { highestSupported, knownApis } from './lifecycle-apis.js'
import { listedModules } from './listed-modules.js'
import { rule, type Rule } from './rule.js'

const LIFECYCLE_APIS = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#buildpacks-api'
const EXTENSION_API = 'https://github.com/buildpacks/spec/blob/main/image_extension.md'

/** The first Platform API in which extensions are not experimental. */
const PLATFORM_WITH_EXTENSIONS: ApiVersion = { major: 0, minor: 13 }
/** The first Platform API that reads /cnb/system.toml. */
const PLATFORM_WITH_SYSTEM: ApiVersion = { major: 0, minor: 15 }
/** The first Platform API that reads /cnb/build-config/env. */
const PLATFORM_WITH_BUILD_ENV: ApiVersion = { major: 0, minor: 11 }
/** The first Buildpack API that has extensions. */
const BUILDPACK_WITH_EXTENSIONS: ApiVersion = { major: 0, minor: 9 }

const apiUnsupported = rule({
  id: 'api-unsupported',
  severity: 'error',
  summary: 'the lifecycle does not list the Buildpack API of a module',
  reference: LIFECYCLE_APIS,
  needs: ['buildpacks', 'extensions', 'lifecycle'],
  check(input, report) {
    const known = knownApis(input.lifecycle.descriptor.apis.buildpack)
    for (const { kind, name, module } of listedModules(input)) {
      const { api } = module.descriptor
      if (known.some((version) => compareApiVersions(version, api) === 0)) continue
      const listed = known.length === 0 ? 'none' : known.map(printApiVersion).join(', ')
      report({
        message: `${kind} ${name} wants Buildpack API ${printApiVersion(api)}, but the lifecycle knows ${listed}`,
        place: module.locate(['api']),
        value: printApiVersion(api),
        notes: isRunAnyway(api, known)
          ? ['the lifecycle would run it: from 1.0 on, an API covers the earlier ones of its major version']
          : [],
        fix: 'use a lifecycle that lists this API, or a version of the module for one of those APIs',
      })
    }
  },
})

/** From 1.0 on a lifecycle supports all earlier minor versions of a major version that it lists. */
function isRunAnyway(api: ApiVersion, known: readonly ApiVersion[]): boolean {
  return api.major > 0 && known.some(({ major, minor }) => major === api.major && minor >= api.minor)
}

const apiDeprecated = rule({
  id: 'api-deprecated',
  severity: 'warning',
  summary: 'the lifecycle lists the Buildpack API of a module as deprecated',
  reference: LIFECYCLE_APIS,
  needs: ['buildpacks', 'extensions', 'lifecycle'],
  check(input, report) {
    const deprecated = input.lifecycle.descriptor.apis.buildpack.deprecated ?? []
    for (const { kind, name, module } of listedModules(input)) {
      const { api } = module.descriptor
      if (!deprecated.some((version) => compareApiVersions(version, api) === 0)) continue
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
  needs: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const { kind, name, module } of listedModules(input)) {
      const { api } = module.descriptor
      if (kind !== 'extension' || compareApiVersions(api, BUILDPACK_WITH_EXTENSIONS) >= 0) continue
      report({
        message: `extension ${name} uses Buildpack API ${printApiVersion(api)}, but extensions exist since ${printApiVersion(BUILDPACK_WITH_EXTENSIONS)}`,
        place: module.locate(['api']),
        value: printApiVersion(api),
        fix: `set api to ${printApiVersion(BUILDPACK_WITH_EXTENSIONS)} or later`,
      })
    }
  },
})

const extensionsNeedPlatform = rule({
  id: 'platform-api-gap',
  severity: 'error',
  summary: 'extensions or a build environment are there, but the Platform APIs of the lifecycle know nothing of them',
  reference: EXTENSION_API,
  needs: ['config', 'locate', 'lifecycle', 'experimental'],
  check({ config, locate, lifecycle, experimental }, report) {
    const highest = highestSupported(lifecycle.descriptor.apis.platform)
    if (highest === undefined) return
    const isBelow = (api: ApiVersion): boolean => compareApiVersions(highest, api) < 0
    const has = printApiVersion(highest)
    if (config.extensions.length + (config.orderExtensions?.length ?? 0) > 0 && isBelow(PLATFORM_WITH_EXTENSIONS)) {
      report({
        severity: experimental ? 'warning' : 'error',
        message: `extensions need Platform API ${printApiVersion(PLATFORM_WITH_EXTENSIONS)}, but the lifecycle has ${has} at most`,
        place: locate([config.extensions.length > 0 ? 'extensions' : 'order-extensions']),
        value: has,
        fix: 'use lifecycle 0.19.0 or later, or leave the extensions out',
      })
    }
    if (config.buildEnv.length > 0 && isBelow(PLATFORM_WITH_BUILD_ENV)) {
      report({
        severity: 'warning',
        message: `the build environment needs Platform API ${printApiVersion(PLATFORM_WITH_BUILD_ENV)}, but the lifecycle has ${has} at most and will not read it`,
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
    const highest = highestSupported(lifecycle.descriptor.apis.platform)
    const { pre, post } = config.system
    if (highest === undefined || pre.length + post.length === 0) return
    if (compareApiVersions(highest, PLATFORM_WITH_SYSTEM) >= 0) return
    report({
      message: `system buildpacks need Platform API ${printApiVersion(PLATFORM_WITH_SYSTEM)}, but the lifecycle has ${printApiVersion(highest)} at most and will not run them`,
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
