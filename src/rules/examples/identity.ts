import type { RuleExample, RuleExamples } from './example.js'
import { buildpackFiles, builderToml, buildpackToml } from './project.js'

/** The descriptor of acme/java with `old` replaced, and as it should be. */
function descriptor(old: string, failing: string, at: string, fixed = old): RuleExample {
  return {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': buildpackToml().replace(old, failing) },
    fixed: { 'java/buildpack.toml': buildpackToml().replace(old, fixed) },
    at: ['java/buildpack.toml', at],
  }
}

function id(failing: string, fixed = 'acme/java'): RuleExample {
  return descriptor('id = "acme/java"', `id = "${failing}"`, `"${failing}"`, `id = "${fixed}"`)
}

function version(failing: string): RuleExample {
  return descriptor('version = "1.0.0"', `version = "${failing}"`, `"${failing}"`)
}

const OTHER = '\n[[buildpacks]]\nuri = "other"\n'

/** acme/java beside another module. */
function beside(toml: string, at: RuleExample['at'], fixed: string): RuleExample {
  return {
    failing: { 'builder.toml': builderToml(OTHER), ...buildpackFiles('other', toml) },
    fixed: { 'other/buildpack.toml': fixed },
    at,
  }
}

const EXTENSION = `api = "0.11"

[extension]
id = "build"
name = "Packages"
version = "1.0.0"
description = "adds packages"
homepage = "https://acme.example"
`

/** Examples of names and versions of modules. */
export const IDENTITY_EXAMPLES: RuleExamples = {
  'id-missing': descriptor('id = "acme/java"\n', '', 'buildpack]'),
  'id-charset': id('acme/java_jdk', 'acme/java-jdk'),
  'id-path-unsafe': id('acme/../java'),
  'id-reserved': id('config', 'acme/config'),
  'id-case-collision': beside(
    buildpackToml('', 'Acme/java'),
    ['other/buildpack.toml', '"Acme/java"'],
    buildpackToml('', 'acme/java-native'),
  ),
  'id-escape-collision': beside(
    buildpackToml('', 'acme_java'),
    ['other/buildpack.toml', '"acme_java"'],
    buildpackToml('', 'acme/java-native'),
  ),
  'id-not-registry-shaped': id('Java'),
  'extension-id-collides-with-generated': {
    check: 'packages/extension.toml',
    failing: {
      'packages/extension.toml': EXTENSION,
      'packages/bin/generate': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
    },
    fixed: { 'packages/extension.toml': EXTENSION.replace('"build"', '"acme/packages"') },
    at: ['packages/extension.toml', '"build"'],
  },
  'version-missing': descriptor('version = "1.0.0"\n', '', 'buildpack]'),
  'version-format': version('v1.0'),
  'version-path-unsafe': version('1.0/2'),
  'module-content-conflict': beside(
    buildpackToml('\n[[targets]]\nos = "linux"\narch = "arm64"\n'),
    ['builder.toml', '[[buildpacks]]'],
    buildpackToml('', 'acme/java-arm'),
  ),
  'module-duplicate': {
    failing: { 'builder.toml': builderToml('\n[[buildpacks]]\nuri = "./java"\n') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '[[buildpacks]]'],
  },
  'module-multiple-versions': beside(
    buildpackToml().replace('"1.0.0"', '"1.1.0"'),
    ['builder.toml', '[[buildpacks]]'],
    buildpackToml('', 'acme/java-native'),
  ),
  'declared-id-mismatch': {
    failing: { 'builder.toml': builderToml().replace('uri = "java"', 'uri = "java"\nid = "acme/kotlin"') },
    fixed: { 'builder.toml': builderToml().replace('uri = "java"', 'uri = "java"\nid = "acme/java"') },
    at: ['builder.toml', '"acme/kotlin"'],
  },
  'declared-version-mismatch': {
    failing: { 'builder.toml': builderToml().replace('uri = "java"', 'uri = "java"\nversion = "2.0.0"') },
    fixed: { 'builder.toml': builderToml().replace('uri = "java"', 'uri = "java"\nversion = "1.0.0"') },
    at: ['builder.toml', '"2.0.0"'],
  },
  'tag-version-mismatch': {
    failing: {
      'builder.toml': builderToml().replace(
        'uri = "java"',
        'uri = "docker://registry.example/acme/java:1.1.0"\nversion = "1.0.0"',
      ),
    },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"1.0.0"'],
  },
  'name-missing': descriptor('name = "Java"\n', '', 'buildpack]', 'name = "Java"\n'),
  'homepage-invalid': descriptor('"https://acme.example"', '"acme.example"', '"acme.example"'),
  'description-missing': descriptor('description = "runs Java"\n', '', 'buildpack]'),
}
