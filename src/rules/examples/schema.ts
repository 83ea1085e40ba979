import type { RuleExample, RuleExamples } from './example.js'
import { buildpackFiles, builderToml, buildpackToml } from './project.js'

const PACKAGE_TOML = '[buildpack]\nuri = "java"\n\n[[targets]]\nos = "linux"\narch = "amd64"\n'

/** The descriptor of acme/java with `text` in it, and without. */
function descriptor(failing: string, at: string, fixed = buildpackToml()): RuleExample {
  return {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': failing },
    fixed: { 'java/buildpack.toml': fixed },
    at: ['java/buildpack.toml', at],
  }
}

/** Examples of what is wrong with files as such. */
export const SCHEMA_EXAMPLES: RuleExamples = {
  'toml-syntax': descriptor(buildpackToml().replace('name = "Java"', 'name = Java'), 'Java'),
  'toml-wrong-type': {
    failing: { 'builder.toml': builderToml().replace('uri = "java"', 'uri = "java"\nkeywords = "jvm"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"jvm"'],
  },
  'toml-unknown-key-builder': {
    failing: { 'builder.toml': builderToml('\n[[groups]]\n') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', 'groups'],
  },
  'toml-unknown-key-package': {
    check: 'package.toml',
    failing: { 'package.toml': `${PACKAGE_TOML}\n[[dependency]]\nuri = "../other"\n` },
    fixed: { 'package.toml': PACKAGE_TOML },
    at: ['package.toml', 'dependency'],
  },
  'toml-unknown-key-descriptor': descriptor(buildpackToml('\n[[target]]\nos = "linux"\n'), 'target'),
  'toml-legacy-target-keys': descriptor(
    buildpackToml('\n[[targets.distributions]]\nname = "ubuntu"\n'),
    'distributions',
    buildpackToml('\n[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"\n'),
  ),
  'toml-placeholder-left': descriptor(buildpackToml().replace('"1.0.0"', '"{{.version}}"'), '"{{.version}}"'),
  'toml-deprecated-key': {
    failing: { 'builder.toml': builderToml().replace('uri = "java"', 'image = "registry.example/acme/java:1.0.0"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', 'image = "registry.example/acme'],
  },
  'toml-key-case': descriptor(buildpackToml().replace('name = "Java"', 'name = "Java"\nNAME = "JAVA"'), 'NAME'),
  'toml-limit': {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': buildpackToml(`\n[metadata]\ndeep = ${'['.repeat(200)}${']'.repeat(200)}\n`) },
    fixed: { 'java/buildpack.toml': buildpackToml() },
    at: ['java/buildpack.toml'],
  },
  'toml-path-missing': {
    failing: { 'builder.toml': builderToml().replace('uri = "java"', 'uri = "../java"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"../java"'],
  },
  'descriptor-missing': {
    failing: { 'java/buildpack.toml': null },
    fixed: { 'java/buildpack.toml': buildpackToml() },
    at: ['builder.toml', '"java"'],
  },
  'descriptor-ambiguous': {
    check: 'java/buildpack.toml',
    failing: {
      ...buildpackFiles('java'),
      'java/extension.toml': 'api = "0.11"\n\n[extension]\nid = "acme/java-packages"\nversion = "1.0.0"\n',
    },
    fixed: { 'java/extension.toml': null },
    at: ['java/buildpack.toml'],
  },
}
