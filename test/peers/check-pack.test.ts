import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { BUILDER, PACKAGE, type RandomWorld } from '../support/random-worlds.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { materialise, write } from '../support/verdicts.js'
import { peer, type Peer } from './peer.js'
import { WANTED } from './wanted-refusals.js'

/** How many builders and packages; `TROWEL_CASES=500` is the long form. */
const CASES = Number(process.env['TROWEL_CASES'] ?? 25)
/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 20_260_501)
/** Cases at once: pack waits a second before it asks a registry again. */
const AT_ONCE = 3

/** What came of one case: why it was refused, or what would be made, or was. */
type Verdict = { readonly refused: readonly string[] } | { readonly made: unknown }

/** A case on the disk and, under a path of its own, in the registry. */
interface Case {
  readonly world: RandomWorld
  readonly directory: string
  readonly registry: Registry
  /** `HOST/PATH`, where `golden.test` is looked for. */
  readonly mirror: string
}

async function materialiseCase(world: RandomWorld, number: number, registry: Registry): Promise<Case> {
  const directory = temporaryDirectory()
  const replacements = materialise(directory, { ...world, id: '', about: '', args: [], pack: { exit: 0 } })
  if (world.package !== undefined) write(join(directory, 'package.toml'), world.package)
  for (const replacement of replacements) {
    const [, name = ''] = /\/([^:]+):1=/.exec(replacement) ?? []
    await pushLayout(registry, join(directory, 'images', name), `case-${number}/${name}:1`)
  }
  const mirror = `${registry.host}/case-${number}`
  write(join(directory, 'home/config.toml'), `[registry-mirrors]\n"golden.test" = "${mirror}"\n`)
  return { world, directory, registry, mirror }
}

/** The words that make what the case has, for pack and for us. */
function wordsOf({ world, mirror }: Case, whose: string): string[] {
  const name = `${mirror}/${whose}:1`
  const { flags = [] } = world
  return world.package === undefined
    ? ['builder', 'create', name, '--publish', ...flags, '--config']
    : ['buildpack', 'package', name, '--publish', '--config']
}

const fileOf = ({ world }: Case): string => (world.package === undefined ? 'builder.toml' : 'package.toml')

async function packVerdict(one: Case, pack: Peer, crane: Peer): Promise<Verdict> {
  const { directory, mirror } = one
  // Whatever is not on the loopback is not there.
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' }
  try {
    await pack.runBeside([...wordsOf(one, 'theirs'), join(directory, fileOf(one))], {
      ...nowhere,
      PACK_HOME: join(directory, 'home'),
    })
  } catch (error) {
    const [, said = String(error)] = /ERROR: (.*)/.exec(String(error)) ?? []
    return { refused: [said.replaceAll(directory, '')] }
  }
  const name = `${mirror}/theirs:1`
  if (one.world.package === undefined) {
    await crane.runBeside(['export', name, join(directory, 'theirs.tar')])
    return { made: await ordersIn(join(directory, 'theirs.tar')) }
  }
  const { config } = JSON.parse(await crane.runBeside(['config', name])) as Config
  const layers = JSON.parse(config.Labels['io.buildpacks.buildpack.layers'] ?? '{}') as Record<string, object>
  return {
    made: Object.entries(layers)
      .flatMap(([id, versions]) => Object.keys(versions).map((v) => `${id}@${v}`))
      .toSorted(),
  }
}

interface Config {
  readonly config: { readonly Labels: Readonly<Record<string, string>> }
}

interface Ref {
  readonly id: string
  readonly version: string
  readonly optional?: boolean
}

interface OrderToml {
  readonly order?: readonly { readonly group?: readonly Ref[] }[]
  readonly 'order-extensions'?: OrderToml['order']
  readonly system?: { readonly [when in 'pre' | 'post']?: { readonly buildpacks?: readonly Ref[] } }
}

const printRef = ({ id, version, optional = false }: Ref): string => `${id}@${version}${optional ? '?' : ''}`

/** The orders in an exported builder, in the shape of our plan. */
async function ordersIn(tar: string): Promise<unknown> {
  let toml: OrderToml = {}
  for await (const entry of createReadStream(tar).pipe(extract())) {
    const content = await text(entry)
    if (/^\/?cnb\/(order|system)\.toml$/.test(entry.header.name)) toml = { ...toml, ...(parse(content) as OrderToml) }
  }
  return printOrders({
    order: groupsOf(toml.order),
    orderExtensions: groupsOf(toml['order-extensions']),
    system: { pre: toml.system?.pre?.buildpacks ?? [], post: toml.system?.post?.buildpacks ?? [] },
  })
}

const groupsOf = (order: OrderToml['order'] = []): (readonly Ref[])[] => order.map(({ group = [] }) => group)

interface PlannedOrder {
  readonly order: readonly (readonly Ref[])[]
  readonly orderExtensions: readonly (readonly Ref[])[]
  readonly system: { readonly pre: readonly Ref[]; readonly post: readonly Ref[] }
}

function printOrders({ order, orderExtensions, system }: PlannedOrder): unknown {
  return {
    order: order.map((group) => group.map(printRef)),
    orderExtensions: orderExtensions.map((group) => group.map(printRef)),
    system: { pre: system.pre.map(printRef), post: system.post.map(printRef) },
  }
}

interface DryRun {
  readonly plan?: {
    readonly order: PlannedOrder
    readonly platforms: readonly { readonly layers: readonly { readonly modules: readonly string[] }[] }[]
  }
  readonly error?: { readonly code: string }
  readonly problems?: readonly Problem[]
}

interface Problem {
  readonly code: string
  readonly severity: string
}

const errorsOf = (problems: readonly Problem[] = []): string[] =>
  problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)

const flagsOf = ({ mirror }: Case): string[] => ['--registry-mirror', `golden.test=${mirror}`, '--no-cache', '--json']

/** What `builder create --dry-run` or `buildpack package --dry-run` says. */
async function dryRunVerdict(one: Case): Promise<Verdict> {
  const words = [...wordsOf(one, 'ours'), fileOf(one), '--dry-run', ...flagsOf(one)]
  const { plan, error, problems } = JSON.parse((await trowelHere(words, { cwd: one.directory })).stdout) as DryRun
  if (plan === undefined) {
    const refused = errorsOf(problems)
    return { refused: refused.length > 0 ? refused : [error?.code ?? ''] }
  }
  if (one.world.package === undefined) return { made: printOrders(plan.order) }
  return { made: plan.platforms[0]?.layers.flatMap(({ modules }) => modules).toSorted() }
}

/** False for what pack writes in another order in every run: the files of `[[build.env]]`, and the layers of a composite. */
function hasFixedBytes({ builder, package: toml }: RandomWorld): boolean {
  return toml === undefined && builder?.includes('[[build.env]]') === false
}

/** Whether the builder that we publish has what the one has that pack has published: configs byte by byte, manifests and indexes. */
async function isSameBuilder(one: Case, crane: Peer): Promise<boolean> {
  const words = [...wordsOf(one, 'ours'), fileOf(one), ...flagsOf(one), '--created-by', 'Pack CLI@0.40.6']
  const { status } = await trowelHere(words, { cwd: one.directory })
  const [ours, theirs] = [`${one.mirror}/ours`, `${one.mirror}/theirs`]
  return status === 0 && isDeepStrictEqual(await imagesAt(ours, crane), await imagesAt(theirs, crane))
}

/** What version 1 of a repository is, with the images of an index in its order; without what depends on who compressed the layers. */
async function imagesAt(repository: string, crane: Peer): Promise<unknown> {
  const name = `${repository}:1`
  const root = await manifestAt(name, crane)
  const images = root.manifests?.map(({ digest }) => `${repository}@${digest}`) ?? [name]
  const made = images.map(async (image) => {
    const { config, layers = [], ...manifest } = await manifestAt(image, crane)
    const text = await crane.runBeside(['config', image])
    return { ...manifest, text, config: config?.mediaType, layers: layers.map(({ mediaType }) => familiar(mediaType)) }
  })
  const listed = root.manifests?.map((one) => ({ ...one, digest: '', size: 0 }))
  return { images: await Promise.all(made), index: listed === undefined ? undefined : { ...root, manifests: listed } }
}

async function manifestAt(image: string, crane: Peer): Promise<Manifest> {
  return JSON.parse(await crane.runBeside(['manifest', image])) as Manifest
}

/** pack gives every layer that it adds Docker's type, whatever the manifest is. */
const familiar = (mediaType: string): string =>
  mediaType === 'application/vnd.docker.image.rootfs.diff.tar.gzip'
    ? 'application/vnd.oci.image.layer.v1.tar+gzip'
    : mediaType

interface Manifest {
  readonly manifests?: readonly { readonly digest: string }[]
  readonly config?: { readonly mediaType: string }
  readonly layers?: readonly { readonly mediaType: string }[]
}

/** The errors that `check` finds. */
async function checkErrors(one: Case): Promise<string[]> {
  const { stdout } = await trowelHere(['check', fileOf(one), ...flagsOf(one)], { cwd: one.directory })
  const { findings, error } = JSON.parse(stdout) as { findings?: readonly Problem[]; error?: { code: string } }
  return findings === undefined ? [error?.code ?? ''] : errorsOf(findings)
}

/** How a case ended, in a few words; `not the same` when it must not. */
function outcomeOf(world: RandomWorld, theirs: Verdict, ours: Verdict, found: readonly string[]): string {
  const refused = 'refused' in ours ? ours.refused : []
  // `check` is not told of flags.
  const isToldAll = world.flags === undefined || world.flags.length === 0
  if (isToldAll && !isDeepStrictEqual(new Set(found), new Set(refused))) return 'not the same: check and the dry run'
  if ('refused' in theirs) return 'refused' in ours ? 'both refuse' : 'not the same: pack refuses'
  if ('refused' in ours) {
    const isWanted = refused.every((rule) => WANTED[rule]?.holds(world) === true)
    return isWanted ? `only we refuse: ${[...new Set(refused)].join()}` : 'not the same: pack accepts'
  }
  return isDeepStrictEqual(ours.made, theirs.made) ? 'both accept' : 'not the same: what is made'
}

test(
  `check and the dry run decide as pack does, and what is made has the bytes of pack's, ${CASES} times (seed ${SEED})`,
  { timeout: 600_000 + CASES * 5_000 },
  async (context) => {
    const pack = peer(context, 'pack')
    const crane = peer(context, 'crane')
    const registry = await startRegistry()
    context.onTestFinished(() => registry.close())
    const world = fc.oneof({ weight: 4, arbitrary: BUILDER }, { weight: 1, arbitrary: PACKAGE })
    const worlds = fc.sample(world, { seed: SEED, numRuns: CASES }).entries()
    const counts = new Map<string, number>()
    const differences: unknown[] = []

    async function work(): Promise<void> {
      for (const [number, world] of worlds) {
        const one = await materialiseCase(world, number, registry)
        const theirs = await packVerdict(one, pack, crane)
        const [ours, found] = [await dryRunVerdict(one), await checkErrors(one)]
        const decided = outcomeOf(world, theirs, ours, found)
        const isCompared = decided === 'both accept' && hasFixedBytes(world)
        const outcome = isCompared && !(await isSameBuilder(one, crane)) ? 'not the same: the image' : decided
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
        if (outcome.startsWith('not')) differences.push({ number, outcome, theirs, ours, found, world })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    console.log(
      `seed ${SEED}: ${[...counts]
        .map(([outcome, count]) => `${outcome} ${count}`)
        .toSorted()
        .join(', ')}`,
    )
    expect(differences).toEqual([])
    // A run in which nothing is accepted would compare no order.
    expect([...counts.keys()]).toEqual(expect.arrayContaining(['both accept', 'both refuse']))
  },
)

test('what we refuse and pack does not is in the documentation', () => {
  const page = readFileSync('docs/differences-from-pack.md', 'utf8')
  expect(Object.keys(WANTED).filter((rule) => !page.includes(`\`${rule}\``))).toEqual([])
})
