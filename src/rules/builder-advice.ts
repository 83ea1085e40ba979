import { highestSupported, PLATFORM_WITH } from '../cnb/lifecycle-apis.js'
import { compareApiVersions } from '../cnb/api-version.js'
import { secretVariable } from './file-secrets.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const CONFIG = 'https://buildpacks.io/docs/reference/config/builder-config/'
const EXTENSIONS = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#creator'

const descriptionMissing = builderAdvice({
  id: 'builder-description-missing',
  severity: 'info',
  summary: 'the builder says nothing about itself to those who look for one',
  reference: CONFIG,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    if (config.description !== '') return
    report({
      message: 'the builder has no description',
      place: locate(['description']),
      fix: 'write description = "…" at the top',
    })
  },
})

const trustedWithExtensions = builderAdvice({
  id: 'builder-trusted-with-extensions',
  severity: 'warning',
  summary: 'users who trust a builder build in one step, which refuses extensions',
  reference: EXTENSIONS,
  refusedBy: { lifecycle: 'creator, exit 22, once a group with an extension is detected' },
  needs: ['config', 'locate', 'lifecycle', 'document'],
  check({ config, locate, lifecycle }, report) {
    if ((config.orderExtensions ?? []).length === 0) return
    const highest = highestSupported(lifecycle.descriptor.apis.platform)
    const isOld = highest !== undefined && compareApiVersions(highest, PLATFORM_WITH.extensions) < 0
    report({
      message: isOld
        ? `with lifecycle ${lifecycle.descriptor.version} pack refuses to build with this builder where users trust it: it has extensions`
        : 'where users trust this builder, a build that detects an extension fails: one step cannot extend images',
      place: locate(['order-extensions']),
      fix: 'tell users not to trust this builder: pack config trusted-builders remove NAME',
    })
  },
})

const extensionsPullPolicy = builderAdvice({
  id: 'builder-extensions-pull-policy',
  severity: 'info',
  summary: 'pack builds with extensions only with the pull policy always',
  reference: EXTENSIONS,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    if ((config.orderExtensions ?? []).length === 0) return
    report({
      message: 'users of pack have to build with --pull-policy always, because the builder has extensions',
      place: locate(['order-extensions']),
      fix: 'say so where the builder is described',
    })
  },
})

const envSecret = builderAdvice({
  id: 'build-env-secret',
  severity: 'error',
  summary: 'a variable of the build environment is a secret, which everybody who can pull the builder can read',
  reference: 'https://cwe.mitre.org/data/definitions/540.html',
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    config.buildEnv.forEach(({ name, value }, index) => {
      const what = secretVariable(name, value)
      if (what === undefined) return
      // The value is not shown: reports are kept and sent around.
      report({
        message: `variable ${name} of the build environment is ${what}`,
        place: locate(['build', 'env', index, 'name']),
        value: name,
        fix: 'remove it, revoke it if it was published, and hand secrets to builds by bindings',
      })
    })
  },
})

/** builder.toml as a whole. */
export const BUILDER_FILE_ADVICE: readonly Rule<BuilderSubject>[] = [
  descriptionMissing,
  trustedWithExtensions,
  extensionsPullPolicy,
  envSecret,
]
