import type { ExampleImage, RuleExample, RuleExamples } from './example.js'
import { BUILD, builderToml, RUN, SOUND_IMAGE } from './project.js'

const { env, labels } = SOUND_IMAGE
const SOUND_RUN: ExampleImage = { user: '1001:1000' }

/** A build image of which something is to be said. */
function onBuild(image: ExampleImage, more: Partial<RuleExample> = {}): RuleExample {
  return {
    failing: {},
    fixed: {},
    at: ['builder.toml', `"${BUILD}"`],
    images: { [BUILD]: image },
    fixedImages: { [BUILD]: {} },
    ...more,
  }
}

/** The same for the run image. */
function onRun(image: ExampleImage): RuleExample {
  return {
    failing: {},
    fixed: {},
    at: ['builder.toml', `"${RUN}"`],
    images: { [RUN]: { ...SOUND_RUN, ...image } },
    fixedImages: { [RUN]: SOUND_RUN },
  }
}

function without(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

const EXTENSION = {
  'builder.toml': builderToml(
    '\n[[extensions]]\nuri = "curl"\n\n[[order-extensions]]\n[[order-extensions.group]]\nid = "acme/curl"\nversion = "1.0.0"\n',
  ),
  'curl/extension.toml': 'api = "0.11"\n\n[extension]\nid = "acme/curl"\nname = "curl"\nversion = "1.0.0"\n',
  'curl/bin/generate': { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
}

/** Examples of what is to be said of base images. */
export const BASE_IMAGE_EXAMPLES: RuleExamples = {
  'base-cnb-env-missing': onBuild({ env: ['PATH=/usr/bin:/bin', 'CNB_GROUP_ID=1000'] }),
  'base-distro-eol': onBuild({
    labels: {
      ...labels,
      'io.buildpacks.base.distro.name': 'debian',
      'io.buildpacks.base.distro.version': '10',
    },
  }),
  'base-env': onBuild({ env: [...env, 'PATH=/opt/bin'] }),
  'base-env-equals': onBuild({ env: [...env, 'FLAGS=-Dname=value'] }, { failing: EXTENSION }),
  'base-id-invalid': onRun({ labels: { ...labels, 'io.buildpacks.base.id': 'my base' } }),
  'base-label-invalid': onBuild({ labels: { ...labels, 'io.buildpacks.stack.mixins': 'git' } }),
  'base-labels-missing': onRun({ labels: without('io.buildpacks.base.homepage') }),
  'base-os': onBuild({ os: 'windows' }),
  'base-path-missing': onBuild({ env: ['CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'] }),
  'base-platform-mismatch': {
    ...onBuild({}),
    failing: { 'builder.toml': builderToml('\n[[targets]]\nos = "linux"\narch = "arm64"\n') },
    fixed: { 'builder.toml': builderToml('\n[[targets]]\nos = "linux"\narch = "amd64"\n') },
  },
  'base-rebasable-missing': onRun({ labels: without('io.buildpacks.rebasable') }),
  'base-run-same-user': onRun({ user: '1000:1000' }),
  'base-sbom-missing': onRun({ labels: without('io.buildpacks.base.sbom') }),
  'base-stale': onRun({ labels: { ...labels, 'io.buildpacks.base.released': '2025-10-01' } }),
  'base-user-env-mismatch': onBuild({ user: '2000:1000' }),
  'base-user-not-numeric': onBuild({ user: 'cnb' }, { failing: EXTENSION }),
  'base-user-root': onBuild({ user: 'root' }),
}

const COMPLETE = 'analyzer builder creator detector exporter extender launcher rebaser restorer'.split(' ')
const APIS =
  '[apis.buildpack]\nsupported = ["0.10", "0.11", "0.12"]\n\n[apis.platform]\nsupported = ["0.12", "0.13", "0.14", "0.15"]\n'

/** A lifecycle in a folder. */
function lifecycle(
  binaries: readonly string[],
  version = '[lifecycle]\nversion = "0.21.17"\n\n',
): RuleExample['failing'] {
  return {
    'builder.toml': builderToml().replace('version = "0.21.17"', 'uri = "lifecycle"'),
    'lifecycle/lifecycle.toml': `${version}${APIS}`,
    ...Object.fromEntries(binaries.map((name) => [`lifecycle/lifecycle/${name}`, { text: name, mode: 0o755 }])),
  }
}

/** Examples of what is to be said of a lifecycle. */
export const LIFECYCLE_EXAMPLES: RuleExamples = {
  'builder-lifecycle-incomplete': {
    failing: lifecycle(COMPLETE.filter((name) => name !== 'creator')),
    fixed: lifecycle(COMPLETE),
    at: ['builder.toml', 'lifecycle]'],
  },
  'builder-lifecycle-no-extender': {
    failing: {
      ...EXTENSION,
      ...lifecycle(COMPLETE.filter((name) => name !== 'extender')),
      'builder.toml': EXTENSION['builder.toml'].replace('version = "0.21.17"', 'uri = "lifecycle"'),
    },
    fixed: { 'lifecycle/lifecycle/extender': { text: 'extender', mode: 0o755 } },
    at: ['builder.toml', 'extensions]]'],
  },
  'lifecycle-version-missing': {
    failing: lifecycle(COMPLETE, ''),
    fixed: lifecycle(COMPLETE),
    at: ['lifecycle/lifecycle.toml'],
  },
}
