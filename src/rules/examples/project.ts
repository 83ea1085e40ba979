import type { ExampleImage, ProjectFiles } from './example.js'

/** The build image of the sound project. */
export const BUILD = `registry.example/base/build@sha256:${'0123456789abcdef'.repeat(4)}`
/** Its run image. */
export const RUN = 'registry.example/base/run:1'

/** What every image of an example has unless it says otherwise. */
export const SOUND_IMAGE: Required<Omit<ExampleImage, 'variant' | 'files' | 'annotations'>> = {
  os: 'linux',
  architecture: 'amd64',
  user: '1000:1000',
  env: ['PATH=/usr/bin:/bin', 'CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'],
  labels: {
    'io.buildpacks.base.distro.name': 'ubuntu',
    'io.buildpacks.base.distro.version': '24.04',
    'io.buildpacks.base.id': 'example.base',
    'io.buildpacks.base.maintainer': 'Example',
    'io.buildpacks.base.homepage': 'https://base.example',
    'io.buildpacks.base.released': '2026-10-01',
    'io.buildpacks.base.description': 'an example',
    'io.buildpacks.base.sbom': `sha256:${'0'.repeat(64)}`,
    'io.buildpacks.rebasable': 'true',
    'io.buildpacks.stack.id': 'io.buildpacks.stacks.noble',
  },
}

/** The order of the sound project. */
const SOUND_ORDER = `[[order]]
[[order.group]]
id = "acme/java"
version = "1.0.0"
`

/** A builder.toml about which nothing is to be said, with `more` at its end, or with another order. */
export function builderToml(more = '', order = SOUND_ORDER): string {
  return `description = "an example"

[[buildpacks]]
uri = "java"

${order}
[build]
image = "${BUILD}"

[[run.images]]
image = "${RUN}"

[lifecycle]
version = "0.21.17"
${more}`
}

/** A buildpack.toml about which nothing is to be said, with `more` at its end. */
export function buildpackToml(more = '', id = 'acme/java'): string {
  return `api = "0.11"

[buildpack]
id = "${id}"
name = "Java"
version = "1.0.0"
description = "runs Java"
homepage = "https://acme.example"

[[buildpack.licenses]]
type = "Apache-2.0"

[[targets]]
os = "linux"
arch = "amd64"
${more}`
}

/** The files of a buildpack about which nothing is to be said. */
export function buildpackFiles(folder: string, toml = buildpackToml('', `acme/${folder}`)): ProjectFiles {
  return {
    [`${folder}/buildpack.toml`]: toml,
    [`${folder}/bin/detect`]: { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
    [`${folder}/bin/build`]: { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
  }
}
