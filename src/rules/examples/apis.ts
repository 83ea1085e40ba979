import type { RuleExample, RuleExamples } from './example.js'
import { buildpackFiles, builderToml, buildpackToml } from './project.js'

/** A descriptor written for another API, with `more` at its end. */
function written(api: string, more = '', id = 'acme/java'): string {
  return buildpackToml(more, id).replace('api = "0.11"', `api = ${api}`)
}

/** The descriptor of acme/java, failing and fixed. */
function descriptor(failing: string, at: string, fixed = buildpackToml()): RuleExample {
  return {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': failing },
    fixed: { 'java/buildpack.toml': fixed },
    at: ['java/buildpack.toml', at],
  }
}

function withLifecycle(version: string, more = ''): string {
  return builderToml(more).replace('"0.21.17"', `"${version}"`)
}

/** A builder.toml with `more`, by an older lifecycle and by one that has what it wants. */
function lifecycle(version: string, at: string, more: string): RuleExample {
  return {
    failing: { 'builder.toml': withLifecycle(version, more) },
    fixed: { 'builder.toml': builderToml(more) },
    at: ['builder.toml', at],
  }
}

function execEnv(text: string): string {
  return written('"0.12"').replace('\n[[buildpack.licenses]]', `${text}\n\n[[buildpack.licenses]]`)
}

const PAIR = builderToml('\n[[buildpacks]]\nuri = "maven"\n').replace(
  '[build]',
  '[[order.group]]\nid = "acme/maven"\nversion = "1.0.0"\n\n[build]',
)

const BUILD_ENV = '\n[[build.env]]\nname = "JAVA_OPTS"\nvalue = "-Xmx1g"\n'

const COMPOSITE = `api = "0.12"

[buildpack]
id = "acme/web"
name = "Web"
version = "1.0.0"
description = "runs web applications"
homepage = "https://acme.example"

[[buildpack.licenses]]
type = "Apache-2.0"

[[order]]
[[order.group]]
id = "acme/java"
version = "1.0.0"
`

const EXTENSION = `api = "0.8"

[extension]
id = "acme/packages"
name = "Packages"
version = "1.0.0"
description = "adds packages"
homepage = "https://acme.example"

[[extension.licenses]]
type = "Apache-2.0"
`

const WITH_EXTENSION = builderToml(`
[[extensions]]
uri = "packages"

[[order-extensions]]
[[order-extensions.group]]
id = "acme/packages"
version = "1.0.0"
`)

/** Examples of API versions, and what is used of them. */
export const API_EXAMPLES: RuleExamples = {
  'api-missing': {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': buildpackToml().replace('api = "0.11"\n\n', '') },
    fixed: { 'java/buildpack.toml': buildpackToml() },
    at: ['java/buildpack.toml'],
  },
  'api-unquoted': descriptor(written('0.11'), '0.11'),
  'api-malformed': descriptor(written('"0.10.0"'), '"0.10.0"'),
  'api-unsupported': {
    failing: { 'java/buildpack.toml': written('"0.6"') },
    fixed: { 'java/buildpack.toml': buildpackToml() },
    at: ['java/buildpack.toml', '"0.6"'],
  },
  'api-deprecated': {
    failing: { 'builder.toml': withLifecycle('0.17.0'), 'java/buildpack.toml': written('"0.6"') },
    fixed: { 'java/buildpack.toml': written('"0.10"') },
    at: ['java/buildpack.toml', '"0.6"'],
  },
  'api-old': descriptor(written('"0.9"'), '"0.9"'),
  'api-newer-than-needed': descriptor(written('"0.12"'), '"0.12"'),
  'api-feature-gap': descriptor(
    buildpackToml().replace('\n[[buildpack.licenses]]', 'exec-env = ["test"]\n\n[[buildpack.licenses]]'),
    '["test"]',
    execEnv('exec-env = ["test"]'),
  ),
  'api-mixed-group': {
    failing: { 'builder.toml': PAIR, ...buildpackFiles('maven', written('"0.8"', '', 'acme/maven')) },
    fixed: { 'maven/buildpack.toml': buildpackToml('', 'acme/maven') },
    at: ['builder.toml', '[[order]]'],
  },
  'extension-api-low': {
    failing: {
      'builder.toml': WITH_EXTENSION,
      'packages/extension.toml': EXTENSION,
      'packages/bin/generate': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
    },
    fixed: { 'packages/extension.toml': EXTENSION.replace('"0.8"', '"0.11"') },
    at: ['packages/extension.toml', '"0.8"'],
  },
  'platform-api-gap': lifecycle('0.15.0', 'env]]', BUILD_ENV),
  'platform-consumer-gap': {
    failing: { 'builder.toml': builderToml(BUILD_ENV) },
    fixed: { 'builder.toml': builderToml() },
    flags: ['--profile', 'kpack'],
    at: ['builder.toml', 'lifecycle]'],
  },
  'exec-env-shape': descriptor(
    `${written('"0.12"')}\n[[buildpack.exec-env]]\nname = "test"\n`,
    '[[buildpack.exec-env]]',
    execEnv('exec-env = ["test"]'),
  ),
  'exec-env-order-ignored': {
    check: 'web/buildpack.toml',
    failing: { 'web/buildpack.toml': `${COMPOSITE}exec-env = ["test"]\n` },
    fixed: { 'web/buildpack.toml': COMPOSITE },
    at: ['web/buildpack.toml', '["test"]'],
  },
  'exec-env-build-env-ignored': {
    failing: { 'builder.toml': builderToml(`${BUILD_ENV}exec-env = ["test"]\n`) },
    fixed: { 'builder.toml': builderToml(BUILD_ENV) },
    at: ['builder.toml', '["test"]'],
  },
  'exec-env-value': descriptor(execEnv('exec-env = ["ci/test"]'), '"ci/test"', execEnv('exec-env = ["ci-test"]')),
}
