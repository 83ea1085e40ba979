/** Random packages on the disk and in a registry, and how they are made. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { archiveOf } from '../support/random-archives.js'
import { writeTree } from '../support/random-files.js'
import {
  type Dependency,
  type Given,
  type Packaged,
  type PackageWorld,
  type RandomModule,
} from '../support/random-packages.js'
import type { Registry } from '../support/registry/registry.js'
import { filesIn, type Index } from './made-packages.js'

/** Where a case is: a folder, and a part of the registry. */
export interface Place {
  readonly directory: string
  readonly registry: Registry
  readonly repository: string
}

/** What `golden.test` is there. */
export const mirrorOf = ({ registry, repository }: Place): string => `${registry.host}/${repository}`

/** One run of `buildpack package` or `extension package`. */
export interface PackageRun {
  readonly words: readonly string[]
  /** pack finds the targets of a module where it runs. */
  readonly cwd: string
  readonly place: Place
}

/** Makes a package; undefined when it was made, else what was said. */
export type Packager = (run: PackageRun) => Promise<readonly string[] | undefined>

/** Who makes the packages among the dependencies. */
type Packagers = Readonly<Record<Packaged['by'], Packager>>

/** Thrown where a dependency cannot be packaged, so that nothing can be made of it. */
export class NotMade extends Error {
  /** What we refuse to package and pack does not, and our codes. */
  readonly alone: { readonly world: PackageWorld; readonly codes: readonly string[] } | undefined

  constructor(message: string, alone?: NotMade['alone']) {
    super(message)
    this.alone = alone
  }
}

/** Writes what a package is made of into a folder, and returns what makes it under a name. @throws NotMade */
export async function materialisePackage(
  world: PackageWorld,
  folder: string,
  place: Place,
  packagers: Packagers,
): Promise<(name: string) => PackageRun> {
  const { main, config, flags, form, given } = world
  const root = join(place.directory, folder)
  const beside = join(root, 'beside')
  mkdirSync(beside, { recursive: true })
  writeFileSync(join(beside, `${main.kind}.toml`), main.toml)
  const uri = writeModule(main, given, join(root, 'main'))
  const toml = await packageToml(world, { uri, root, folder, place, packagers })
  const file = join(root, 'package.toml')
  writeFileSync(file, toml)
  const what = config === 'here' ? [] : config === 'path' ? ['--path', uri] : ['--config', file]
  // Else pack asks a docker engine for the images.
  const needsRegistry = form === 'image' || toml.includes('golden.test/')
  return (name) => ({
    words: [
      main.kind,
      'package',
      name,
      ...what,
      ...(form === 'file' ? ['--format', 'file'] : []),
      ...(needsRegistry ? ['--publish'] : []),
      ...flags,
    ],
    cwd: config === 'here' ? uri : beside,
    place,
  })
}

/** Where a dependency is written. */
interface Where {
  readonly root: string
  readonly folder: string
  readonly place: Place
  readonly packagers: Packagers
}

async function packageToml(
  { main, config, dependencies }: PackageWorld,
  { uri, ...where }: Where & { readonly uri: string },
): Promise<string> {
  const lines: string[] = []
  for (const [i, dependency] of dependencies.entries()) {
    lines.push(`[[dependencies]]\n${await locator(dependency, `${where.folder}-${i}`, where)}\n`)
  }
  const module = `[${main.kind}]\nuri = ${JSON.stringify(uri)}\n${lines.join('')}`
  const more = typeof config === 'string' ? '' : config.toml
  // Keys of no table have to stand before all tables.
  return more.startsWith('[') ? `${module}${more}` : `${more}${module}`
}

/** The line of package.toml that says where a dependency is. */
async function locator(dependency: Dependency, name: string, where: Where): Promise<string> {
  const { given, package: world } = dependency
  const { root, place, packagers } = where
  const line = (path: string): string => `uri = ${JSON.stringify(spelled(dependency, path, root))}`
  if (given.as !== 'package') return line(writeModule(world.main, given, join(root, name)))
  const form = given.form === 'image' ? 'image' : 'file'
  const run = await materialisePackage({ ...world, form }, name, place, packagers)
  const file = join(root, `${name}.cnb`)
  const refused = await packagers[given.by](run(form === 'image' ? `${mirrorOf(place)}/${name}:1` : file))
  if (refused !== undefined) {
    const asked = form === 'image' ? `${mirrorOf(place)}/${name}:other` : join(root, `${name}-other.cnb`)
    const isOurs = given.by === 'trowel' && (await packagers.pack(run(asked))) === undefined
    throw new NotMade(refused.join(), isOurs ? { world: { ...world, form }, codes: refused } : undefined)
  }
  if (form === 'file') return line(await inForm(file, given.form))
  return imageLine(dependency, `golden.test/${name}`, place.registry.tags(`${place.repository}/${name}`).get('1') ?? '')
}

function imageLine({ spelled }: Dependency, repository: string, digest: string): string {
  if (spelled === 'image') return `image = "${repository}:1"`
  const name = spelled === 'absolute' ? `${repository}@${digest}` : `${repository}:1`
  return `uri = "${spelled === 'dotted' ? name : `docker://${name}`}"`
}

async function inForm(file: string, form: Packaged['form']): Promise<string> {
  // pack makes a file for each platform, and cannot read one with several.
  const files = existsSync(file) ? await filesIn(file) : undefined
  const { manifests = [] } = JSON.parse(String(files?.get('index.json') ?? '{}')) as Partial<Index>
  if (files === undefined || manifests.some(({ mediaType }) => mediaType.includes('index'))) {
    throw new NotMade('it is for several platforms')
  }
  if (form === 'gzip') {
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)))
    return `${file}.gz`
  }
  if (form !== 'layout') return file
  const folder = `${file}-layout`
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}

function spelled({ spelled }: Dependency, path: string, root: string): string {
  const relative = path.slice(root.length + 1)
  if (spelled === 'relative') return relative
  if (spelled === 'dotted') return `./${relative}`
  return spelled === 'url' ? `file://${path}` : path
}

/** Writes a module as a folder or an archive, and returns its path. */
function writeModule({ kind, toml, tree }: RandomModule, given: Given, path: string): string {
  const nodes = [...tree.nodes, { path: `${kind}.toml`, kind: 'file', mode: 0o644, text: toml } as const]
  if (given.as === 'directory') {
    writeTree(path, nodes)
    return path
  }
  const file = `${path}${given.style.gzip === 'no' ? '.tar' : '.tgz'}`
  writeFileSync(file, archiveOf(nodes, given.style))
  return file
}
