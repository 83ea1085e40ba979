import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type TestContext } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import type { Made } from '../support/quickstart.js'
import {
  CPUS,
  FIRST_TIME,
  lifecycleFor,
  openAppBuilder,
  openFamily,
  publish,
  publishBuilder,
  type Family,
} from './debian-node.js'
import { peer } from './peer.js'

/** What the image of the sample application answers when its Node is of this version. */
const helloFrom = (version: string | undefined): RegExp =>
  new RegExp(String.raw`^hello from Node v${version} on linux/\w+: a day has 86400000 milliseconds\n$`)

/** What the files of pack call the registry: it does not take `docker://` before an address with a port. */
const NAMED = 'registry.example'
const TARGETS = CPUS.flatMap((cpu) => ['--target', `linux/${cpu}`])
const COMPONENTS = ['node', 'npm-install', 'npm-start']

test(
  'pack builds an application that runs, with the builder of builder-configs/debian-node',
  { timeout: FIRST_TIME },
  async (context) => {
    const family = await openFamily(context)
    const builder = `${family.host}/debian-node/builder`
    await publishBuilder(family, builder, 'builder.toml')
    const app = await openAppBuilder(context, family, builder)

    const first = await app.build()
    expect(first).toContain('npm-install: npm ci')
    const version = /node: node-linux-\w+ (\S+)/.exec(first)?.[1]
    expect(await app.answer()).toMatch(helloFrom(version))

    const second = await app.build()
    expect(second).toMatch(/node: node-linux-\w+ \S+ is kept from the last build/)
    expect(second).toContain('npm-install: the packages are kept from the last build')
    const digest = /Images \((sha256:\w+)\)/
    expect(digest.exec(second)?.[1]).toBe(digest.exec(first)![1])
  },
)

test(
  'components, composite and builder have the layers that pack gives them step by step, and the builder builds the application',
  { timeout: FIRST_TIME },
  async (context) => {
    const family = await openFamily(context)
    const theirs = packsLayers(context, family)
    for (const name of COMPONENTS) {
      const args = ['--path', `buildpacks/${name}`, ...TARGETS]
      const made = await publish(family, ['buildpack', 'package', `${family.host}/ours/${name}`, ...args])
      expect(layersOf(made)).toEqual(await theirs.component(name))
    }
    const composite = `${family.host}/ours/nodejs`
    const made = await publish(family, [
      'buildpack',
      'package',
      composite,
      '--config',
      'buildpacks/nodejs/package.toml',
    ])
    expect(layersOf(made)).toEqual(await theirs.composite())

    const builder = `${family.host}/ours/builder`
    writeFileSync(join(family.folder, 'packages.toml'), builderOf(family, composite))
    expect(layersOf(await publishBuilder(family, builder, 'packages.toml'))).toEqual(await theirs.builder())

    const app = await openAppBuilder(context, family, builder)
    const version = /node: node-linux-\w+ (\S+)/.exec(await app.build())?.[1]
    expect(await app.answer()).toMatch(helloFrom(version))
  },
)

/** diffIDs by CPU, sorted: pack shuffles the layers of a composite. */
type Layers = Readonly<Record<string, readonly string[]>>

function layersOf({ platforms }: Made): Layers {
  return Object.fromEntries(
    platforms.map(({ platform, layers }) => [platform, layers.map(({ diffId }) => diffId).sort()]),
  )
}

/** What pack makes of the family, a step at a time and, of the builder, a CPU at a time: it has one lifecycle for all of them. */
function packsLayers(context: TestContext, family: Family) {
  const [pack, crane] = [peer(context, 'pack'), peer(context, 'crane')]
  const { folder, host } = family
  const env = { PACK_HOME: temporaryDirectory() }
  writeFileSync(join(env.PACK_HOME, 'config.toml'), `[registry-mirrors]\n"${NAMED}" = "${host}"\n`)
  const publishedAs = async (nameFor: (cpu: string) => string): Promise<Layers> => {
    const layers: Record<string, readonly string[]> = {}
    for (const cpu of CPUS) {
      const config = await crane.runBeside(['config', '--platform', `linux/${cpu}`, nameFor(cpu)])
      layers[`linux/${cpu}`] = (JSON.parse(config) as Config).rootfs.diff_ids.toSorted()
    }
    return layers
  }
  const packaged = async (name: string, args: readonly string[]): Promise<Layers> => {
    await pack.runBeside(['buildpack', 'package', `${host}/pack/${name}`, ...args, ...TARGETS, '--publish'], env)
    return publishedAs(() => `${host}/pack/${name}`)
  }
  return {
    component: (name: string) => packaged(name, ['--path', join(folder, 'buildpacks', name)]),
    composite() {
      const dependencies = COMPONENTS.map((name) => `[[dependencies]]\nuri = "docker://${NAMED}/pack/${name}"\n`)
      const config = join(folder, 'pack.toml')
      writeFileSync(config, `[buildpack]\nuri = "${folder}/buildpacks/nodejs"\n${dependencies.join('')}`)
      return packaged('nodejs', ['--config', config])
    },
    async builder() {
      for (const cpu of CPUS) {
        const lifecycle = `[lifecycle]\nuri = "${lifecycleFor(family, cpu)}"`
        const config = join(folder, `pack-${cpu}.toml`)
        const text = builderOf(family, `${NAMED}/pack/nodejs`).replace(/\[lifecycle\]\nversion = .*/, lifecycle)
        writeFileSync(config, text)
        const name = `${host}/pack/builder:${cpu}`
        const args = ['--config', config, '--target', `linux/${cpu}`, '--publish']
        await pack.runBeside(['builder', 'create', name, ...args], env)
      }
      return publishedAs((cpu) => `${host}/pack/builder:${cpu}`)
    },
  }
}

interface Config {
  readonly rootfs: { readonly diff_ids: readonly string[] }
}

/** The builder.toml of the family with the composite out of a package in place of the folders. */
function builderOf({ folder }: Family, composite: string): string {
  return readFileSync(join(folder, 'builder.toml'), 'utf8')
    .replace(/\[\[buildpacks\]\][^]*?(?=\[\[extensions\]\])/, `[[buildpacks]]\nuri = "docker://${composite}"\n\n`)
    .replace(
      /\[\[order\]\][^]*?(?=\[\[order-extensions\]\])/,
      '[[order]]\n\n  [[order.group]]\n  id = "debian-node/nodejs"\n  version = "1.0.0"\n\n',
    )
}
