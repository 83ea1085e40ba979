import { matrixOf, type Matrix, type NumberedJudgement } from '#src/rules/matrix/matrix.js'
import { platformsOf, readWorld, type World, type WorldImage } from '../../support/world.js'
import { buildpack, composite, extension, stacks } from '../examples/case.js'

/** What a base image of ubuntu says of itself. */
function ubuntu(architecture: string, version: string, more: Readonly<Record<string, string>> = {}): WorldImage {
  return {
    os: 'linux',
    architecture,
    env: ['CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'],
    labels: {
      'io.buildpacks.base.distro.name': 'ubuntu',
      'io.buildpacks.base.distro.version': version,
      'io.buildpacks.stack.id': 'acme.stacks.one',
      'io.buildpacks.stack.mixins': '["git"]',
      ...more,
    },
  }
}

const BUILDER = `[build]
image = "golden.test/build:1"
[[build.env]]
name = "BP_LOG"
value = "1"
[[run.images]]
image = "golden.test/run:1"
mirrors = ["golden.test/gone:1"]
[[run.images]]
image = "golden.test/run-2:1"
[lifecycle]
uri = "lifecycle"
[[targets]]
os = "linux"
arch = "amd64"
[[targets]]
os = "linux"
arch = "arm64"
[[buildpacks]]
uri = "suite"
[[buildpacks]]
uri = "java"
[[buildpacks]]
uri = "node"
[[buildpacks]]
uri = "loose"
[[buildpacks]]
uri = "legacy"
[[buildpacks]]
uri = "old"
[[buildpacks]]
uri = "missing"
[[extensions]]
uri = "curl"
[[order]]
[[order.group]]
id = "acme/suite"
[[system.pre.buildpacks]]
id = "acme/node"
`

const UBUNTU_24 = '[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"\n'

/** A builder of which each kind of cell occurs: two platforms, two run images, a mirror that is not there. */
export const MATRIX_WORLD: World = {
  builder: BUILDER,
  images: {
    build: { index: [ubuntu('amd64', '24.04'), ubuntu('arm64', '24.04')] },
    run: [
      { index: [ubuntu('amd64', '24.04'), ubuntu('arm64', '24.04')] },
      { index: [ubuntu('amd64', '22.04', { 'io.buildpacks.stack.id': 'acme.stacks.two' })] },
    ],
  },
  modules: {
    suite: composite('acme/suite', 'acme/java@1.0.0', 'acme/node@1.0.0'),
    java: buildpack('acme/java', `[[targets]]\nos = "linux"\narch = "amd64"\n${UBUNTU_24}`),
    node: buildpack('acme/node', '[[targets]]\nos = "linux"\n'),
    loose: buildpack('acme/loose', '[[targets]]\narch = "arm64"\n'),
    legacy: buildpack('acme/legacy', stacks('acme.stacks.one', ['build:git'])),
    old: buildpack('acme/old', '[[targets]]\nos = "linux"\n', { api: '0.6' }),
    curl: extension('acme/curl'),
  },
}

/** The matrix of a world, for each of its targets. */
export function matrixOfWorld(world: World, subject = 'builder.toml'): Matrix {
  const platforms = platformsOf(world)
  const flags = platforms.length === 0 ? [{}] : platforms.map((platform) => ({ platform }))
  return matrixOf(
    subject,
    flags.map((flag) => readWorld(world, flag).judged),
  )
}

/** The cell of a row by its name and the position of its column. */
export function cellOf({ rows }: Matrix, name: string, column: number): NumberedJudgement | undefined {
  return rows.find((row) => row.name === name)?.cells[column]
}
