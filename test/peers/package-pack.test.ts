import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { sha256 } from '../support/layout.js'
import { firstDifference, listTar } from '../support/lst.js'
import { modulesOf, packable, RANDOM_PACKAGE, refusedContent, type PackageWorld } from '../support/random-packages.js'
import { startRegistry } from '../support/registry/registry.js'
import { fileFacts, imageFacts, packageInFiles, packageInRegistry, type MadePackage } from './made-packages.js'
import { materialisePackage, mirrorOf, NotMade, type Packager, type PackageRun, type Place } from './package-worlds.js'
import { peer, type Peer } from './peer.js'

/** How many packages; `TROWEL_CASES=1000` is the long form. */
const CASES = Number(process.env['TROWEL_CASES'] ?? 20)
/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 4)
/** Cases at once: pack waits a second before it asks a registry again. */
const AT_ONCE = 6

/** Whatever is not on the loopback is not there. */
const NOWHERE = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' }

const packWith =
  (pack: Peer): Packager =>
  async ({ words, cwd, place }) => {
    try {
      await pack.runBeside(words, { ...NOWHERE, PACK_HOME: join(place.directory, 'home') }, cwd)
      return undefined
    } catch (error) {
      const [, said = String(error)] = /ERROR: (.*)/.exec(String(error)) ?? []
      return [said.replaceAll(place.directory, '')]
    }
  }

interface Failure {
  readonly error: { readonly code: string }
  readonly problems: readonly { readonly code: string; readonly severity: string }[]
}

const trowel: Packager = async ({ words, cwd, place }) => {
  const flags = ['--registry-mirror', `golden.test=${mirrorOf(place)}`, '--no-cache', '--json']
  const { status, stdout } = await trowelHere([...words, ...flags], { cwd, env: NOWHERE })
  if (status === 0) return undefined
  const { error, problems } = JSON.parse(stdout) as Failure
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  return errors.length > 0 ? errors : [error.code]
}

/** What we refuse and pack accepts, by code: in which packages that may be. docs/differences-from-pack.md has each. */
const MAY_REFUSE: Readonly<Record<string, (world: PackageWorld) => boolean>> = {
  'api-unquoted': hasFloatApi,
  // What pack makes of such a module.
  E_LABEL_LAYER_MISMATCH: hasFloatApi,
  'module-content-conflict': (world) => {
    const names = modulesOf(world).map(({ id, version }) => `${id}@${version}`)
    return new Set(names).size < names.length
  },
  'package-targets-vs-components': ({ dependencies }) =>
    dependencies.some((one) => modulesOf(one.package).some(({ toml }) => /\[\[targets\]\]/i.test(toml))),
  'platform-folder-missing': ({ main }) => main.tree.nodes.every(({ path }) => path.startsWith('linux/')),
  'stack-intersection-masked': ({ dependencies }) =>
    dependencies.filter((one) => modulesOf(one.package).some(({ toml }) => toml.includes('[[stacks]]'))).length > 1,
  E_PLATFORM: ({ dependencies }) => dependencies.some(({ given }) => given.as === 'package'),
}

function hasFloatApi(world: PackageWorld): boolean {
  return modulesOf(world).some(({ toml }) => toml.includes('api = 0.8'))
}

function isWantedRefusal(world: PackageWorld, codes: readonly string[]): boolean {
  const content = refusedContent(world)
  return codes.every((code) => content.includes(code) || MAY_REFUSE[code]?.(world) === true)
}

/** pack makes none of several images, or one file of them, though it makes each alone. */
const ONE_BY_ONE = /not allowed when creating a composite multi-platform|not a valid manifest reference/

/** Of a path that fits a header as it is, but not below the folder of its module. */
const LONG_NAME = /cannot encode header: Format specifies USTAR/

/** How a case ended, in a few words, which begin with `not` when it must not end so. */
type Outcome = readonly [outcome: string, ...details: unknown[]]

class Case {
  readonly #world: PackageWorld
  readonly #place: Place
  readonly #pack: Packager

  constructor(world: PackageWorld, place: Place, pack: Packager) {
    this.#world = world
    this.#place = place
    this.#pack = pack
  }

  async run(): Promise<Outcome> {
    const packagers = { pack: this.#pack, trowel }
    const sound = packable(this.#world)
    try {
      const ours = await materialisePackage(this.#world, 'ours', this.#place, packagers)
      const theirs = await materialisePackage(sound, 'theirs', this.#place, packagers)
      return await this.#compare(ours, theirs)
    } catch (error) {
      if (!(error instanceof NotMade)) throw error
      const { alone } = error
      const isWanted = alone === undefined || isWantedRefusal(alone.world, alone.codes)
      return isWanted ? ['a dependency is refused'] : ['not wanted: we refuse a dependency', alone]
    }
  }

  async #compare(ourRun: (name: string) => PackageRun, theirRun: (name: string) => PackageRun): Promise<Outcome> {
    const theirs = await this.#pack(theirRun(this.#nameOf('by-pack')))
    const run = ourRun(this.#nameOf('by-us'))
    const ours = await trowel(run)
    const said = { words: run.words, theirs, ours }
    if (ours !== undefined) {
      if (theirs !== undefined) return ['both refuse', said]
      const codes = [...new Set(ours)].toSorted().join()
      return isWantedRefusal(this.#world, ours) ? [`only we refuse: ${codes}`] : ['not wanted: we refuse', said]
    }
    const made = await this.#read('by-us')
    if (theirs === undefined) {
      const expected = await this.#read('by-pack')
      if (this.#isSame(made, expected)) return ['both make the same']
      // Names of files say neither variant nor distro, so that one covers the other.
      const isCovered = this.#world.form === 'file' && made.images.length > expected.images.length
      return isCovered ? this.#oneByOne(made, theirRun, said) : ['not the same', said, differences(made, expected)]
    }
    if (ONE_BY_ONE.test(theirs.join())) return this.#oneByOne(made, theirRun, said)
    if (LONG_NAME.test(theirs.join())) return ['only we make: long names']
    return ['not wanted: pack refuses', said]
  }

  /** Whether each image is what pack makes for its platform alone. */
  async #oneByOne(made: MadePackage, theirRun: (name: string) => PackageRun, said: unknown): Promise<Outcome> {
    for (const [i, image] of made.images.entries()) {
      const run = theirRun(this.#nameOf(`by-pack-${i}`))
      const words = run.words.filter((word, at) => word !== '--target' && run.words[at - 1] !== '--target')
      const refused = await this.#pack({ ...run, words: [...words, '--target', targetOf(image.config)] })
      if (refused !== undefined && LONG_NAME.test(refused.join())) return ['only we make: long names']
      if (refused !== undefined) return ['not wanted: pack refuses one platform', refused, said]
      const [alone, expected] = [{ images: [image], index: undefined }, await this.#read(`by-pack-${i}`)]
      if (!this.#isSame(alone, expected)) return ['not the same: one platform', said, differences(alone, expected)]
    }
    return ['only we make: several platforms at once']
  }

  #nameOf(whose: string): string {
    const { directory } = this.#place
    return this.#world.form === 'image' ? `${mirrorOf(this.#place)}/${whose}:1` : join(directory, `${whose}.cnb`)
  }

  #read(whose: string): Promise<MadePackage> {
    const { directory, registry, repository } = this.#place
    return this.#world.form === 'image'
      ? packageInRegistry(registry, `${repository}/${whose}`)
      : packageInFiles(directory, whose)
  }

  #isSame(made: MadePackage, expected: MadePackage): boolean {
    const facts = this.#world.form === 'image' ? imageFacts : fileFacts
    return isDeepStrictEqual(facts(made), facts(expected))
  }
}

/** The platform of an image as `--target` has it; the name of the distro is in no config. */
function targetOf(config: string): string {
  const { os, architecture, variant, 'os.version': version } = JSON.parse(config) as Record<string, string>
  const platform = [os, architecture, variant].filter((part) => part !== undefined).join('/')
  return version === undefined ? platform : `${platform}:distro@${version}`
}

/** What differs, for people: configs, and the first entry of each layer that pack made and we did not. */
function differences(made: MadePackage, expected: MadePackage): unknown {
  const layersOf = ({ images }: MadePackage): Map<string, string[]> =>
    new Map(
      images.flatMap(({ layers }) => layers.map((layer) => [sha256(gunzipSync(layer)), listTar(gunzipSync(layer))])),
    )
  const [ours, theirs] = [layersOf(made), layersOf(expected)]
  const rootOf = ([, root = '']: readonly string[]): string | undefined => root.split('\t')[9]
  const layers = [...theirs].flatMap(([id, listing]) => {
    if (ours.has(id)) return []
    const ourOwn = [...ours.values()].find((other) => rootOf(other) === rootOf(listing))
    return [ourOwn === undefined ? `no layer ${rootOf(listing)}` : firstDifference(ourOwn, listing)]
  })
  return { layers, ours: imageFacts(made), theirs: imageFacts(expected) }
}

test(
  `packages are what pack makes of them, ${CASES} times (seed ${SEED})`,
  { timeout: 600_000 + CASES * 5_000 },
  async (context) => {
    const pack = packWith(peer(context, 'pack'))
    const registry = await startRegistry()
    context.onTestFinished(() => registry.close())
    const worlds = fc.sample(RANDOM_PACKAGE, { seed: SEED, numRuns: CASES }).entries()
    const counts = new Map<string, number>()
    const wrong: unknown[] = []

    async function work(): Promise<void> {
      for (const [number, world] of worlds) {
        const place = { directory: temporaryDirectory(), registry, repository: `case-${number}` }
        const mirrors = `experimental = true\n[registry-mirrors]\n"golden.test" = "${mirrorOf(place)}"\n`
        mkdirSync(join(place.directory, 'home'))
        writeFileSync(join(place.directory, 'home/config.toml'), mirrors)
        const [outcome, ...details] = await new Case(world, place, pack).run()
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
        if (outcome.startsWith('not')) wrong.push({ number, outcome, details, world })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const summary = [...counts].map(([outcome, count]) => `${outcome} ${count}`)
    console.log(`seed ${SEED}: ${summary.toSorted().join(', ')}`)
    expect(wrong).toEqual([])
    // A run in which nothing is made would compare no byte.
    expect([...counts.keys()]).toEqual(expect.arrayContaining(['both make the same', 'both refuse']))
  },
)
