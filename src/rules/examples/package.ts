import type { ProjectFiles, RuleExample, RuleExamples } from './example.js'
import { buildpackFiles, buildpackToml } from './project.js'

const TAGGED = 'registry.example/acme/go:1.2.3'

const COMPOSITE = `api = "0.11"

[buildpack]
id = "acme/all"
name = "All"
version = "1.0.0"

[[order]]
[[order.group]]
id = "acme/java"
version = "1.0.0"
`
const TARGET = '\n[[targets]]\nos = "linux"\narch = "amd64"\n'
const SOUND = `[buildpack]\nuri = "all"\n\n[[dependencies]]\nuri = "java"\n${TARGET}`
const FILES: ProjectFiles = { 'all/buildpack.toml': COMPOSITE }

/** A package.toml that is wrong, and one that is not. */
function file(failing: string, fixed: string, at: string | undefined, more: ProjectFiles = {}): RuleExample {
  return {
    check: 'package.toml',
    failing: { ...FILES, ...more, 'package.toml': failing },
    fixed: { 'package.toml': fixed },
    at: at === undefined ? ['package.toml'] : ['package.toml', at],
  }
}

const EXTENSION: ProjectFiles = {
  'curl/extension.toml': 'api = "0.11"\n\n[extension]\nid = "acme/curl"\nname = "curl"\nversion = "1.0.0"\n',
  'curl/bin/generate': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
}

const COMPONENT = '[buildpack]\nuri = "java"\n'

/** Examples of what is to be said of package.toml. */
export const PACKAGE_EXAMPLES: RuleExamples = {
  'package-both-kinds': file(`${COMPONENT}\n[extension]\nuri = "curl"\n`, COMPONENT, '"curl"'),
  'package-dep-both': file(SOUND.replace('uri = "java"', `uri = "java"\nimage = "${TAGGED}"`), SOUND, undefined),
  'package-dep-none': file(SOUND.replace('[[dependencies]]', '[[dependencies]]\n\n[[dependencies]]'), SOUND, undefined),
  'package-dep-by-tag': {
    ...file(SOUND.replace('uri = "java"', `uri = "docker://${TAGGED}"`), SOUND, `"docker://${TAGGED}"`),
  },
  'package-dep-duplicate': file(`${SOUND}\n[[dependencies]]\nuri = "again"\n`, SOUND, undefined, {
    ...buildpackFiles('again', buildpackToml()),
  }),
  'package-dep-scheme': file(SOUND.replace('"java"', '"libcnb:/build"'), SOUND, '"libcnb:/build"'),
  'package-extension-deps': {
    ...file(
      '[extension]\nuri = "curl"\n\n[[dependencies]]\nuri = "java"\n',
      '[extension]\nuri = "curl"\n',
      undefined,
      EXTENSION,
    ),
  },
  'package-no-targets': file(SOUND.replace(TARGET, ''), SOUND, undefined),
  'package-platform-os': file(`${COMPONENT}\n[platform]\nos = "macos"\n`, COMPONENT, '"macos"'),
  'package-source-missing': file('[buildpack]\n', COMPONENT, undefined),
  'package-targets-ignored': file(`${COMPONENT}${TARGET}`, COMPONENT, undefined),
  'package-targets-vs-components': file(SOUND.replace('amd64', 'arm64'), SOUND, undefined),
  'package-os': file(SOUND.replace('"linux"', '"plan9"'), SOUND, undefined),
}
