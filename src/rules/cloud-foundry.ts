import { isComposite } from '../cnb/module.js'
import { printTargets } from '../cnb/target.js'
import type { ImageTarget } from '../detect/targets.js'
import { CONSUMER_GAP } from './builder-apis.js'
import { listedBuildpacks } from './listed-modules.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'
import { lifecycleVerdict } from './target-match.js'

/** What its cells are. Of distros it says nothing here: they are those of its stacks. */
const CELL: ImageTarget = { os: 'linux', arch: 'amd64', variant: '', distro: undefined }

/** Cloud Foundry takes the buildpacks of a builder, and has images of its own (CF RFC 0028). */
const cloudFoundry = builderAdvice({
  ...CONSUMER_GAP,
  needs: ['config', 'locate', 'buildpacks', 'profile'],
  check({ config, locate, buildpacks, profile }, report) {
    if (profile.name !== 'cf') return
    if (config.extensions.length > 0) {
      report({
        message: 'the lifecycle of Cloud Foundry runs no extensions',
        place: locate(['extensions', 0]),
        fix: 'do without them where Cloud Foundry builds',
      })
    }
    for (const { name, module } of listedBuildpacks({ buildpacks })) {
      if (isComposite(module.descriptor) || lifecycleVerdict(module, CELL) !== 'misfit') continue
      const targets = printTargets(module.descriptor.targets)
      report({
        message: `${name} is for ${targets || 'another target'}, and cells of Cloud Foundry are linux/amd64`,
        place: module.locate(['targets']),
        value: targets,
        fix: 'add a target with os = "linux" and arch = "amd64", or leave it out there',
      })
    }
  },
})

/** What only Cloud Foundry lacks. */
export const CLOUD_FOUNDRY_ADVICE: readonly Rule<BuilderSubject>[] = [cloudFoundry]
