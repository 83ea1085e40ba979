import type { RuleExample, RuleExamples } from './example.js'
import { builderToml } from './project.js'

const env = (text: string): string => builderToml(`\n[[build.env]]\n${text}\n`)

/** An entry of `[[build.env]]` that is wrong, and one that is not. */
function entry(failing: string, fixed: string, at: string): RuleExample {
  return { failing: { 'builder.toml': env(failing) }, fixed: { 'builder.toml': env(fixed) }, at: ['builder.toml', at] }
}

const SOUND = 'name = "FLAVOUR"\nvalue = "mild"'

/** Examples of what is to be said of the build environment. */
export const BUILD_ENV_EXAMPLES: RuleExamples = {
  'build-env-name': entry('name = "A/B"\nvalue = "x"', SOUND, '"A/B"'),
  'build-env-name-empty': entry('name = ""\nvalue = "x"', SOUND, '""'),
  'build-env-value-empty': entry('name = "FLAVOUR"\nvalue = ""', SOUND, '""'),
  'build-env-value-nul': entry('name = "FLAVOUR"\nvalue = "a\\u0000b"', SOUND, '"a'),
  'build-env-suffix-unknown': entry(`${SOUND}\nsuffix = "replace"`, `${SOUND}\nsuffix = "override"`, '"replace"'),
  'build-env-delim-missing': entry(
    `${SOUND}\nsuffix = "append"`,
    `${SOUND}\nsuffix = "append"\ndelim = ":"`,
    '"append"',
  ),
  'build-env-overridden': entry(`${SOUND}\n[[build.env]]\nname = "FLAVOUR"\nvalue = "hot"`, SOUND, '"hot"'),
  'build-env-secret': entry('name = "DEPLOY_TOKEN"\nvalue = "b7f3a09c1de24f86"', SOUND, '"DEPLOY_TOKEN"'),
  'build-env-reserved': entry('name = "PATH"\nvalue = "/opt/bin"', SOUND, '"PATH"'),
}
