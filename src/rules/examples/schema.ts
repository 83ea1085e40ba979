import type { RuleExamples } from './example.js'
import { buildpackToml } from './project.js'

/** Examples of what is wrong with files as such. */
export const SCHEMA_EXAMPLES: RuleExamples = {
  'toml-placeholder-left': {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': buildpackToml().replace('"1.0.0"', '"{{.version}}"') },
    fixed: { 'java/buildpack.toml': buildpackToml() },
    at: ['java/buildpack.toml', '"{{.version}}"'],
  },
}
