import type { Severity } from '#src/errors.js'
import { BASE_IMAGE, type World, type WorldFlags, type WorldImage, type WorldModule } from '../../support/world.js'

/** What a rule refuses or warns about, beside the same thing put right. */
export interface Example {
  readonly rule: string
  /** What is wrong in `bad`, where a rule has several examples. */
  readonly about: string
  readonly bad: Case
  readonly good: Case
  /** Where it is found: the file, and how the line begins at the column that is named. */
  readonly at: readonly [file: string, text?: string]
  readonly severity: Severity
}

export interface Case {
  readonly world: World
  readonly flags?: WorldFlags
}

export const HEAD = `[build]
image = "golden.test/build:1"
[[run.images]]
image = "golden.test/run:1"
[lifecycle]
uri = "lifecycle"
`
const ENTRY = `[[buildpacks]]
uri = "java"
`
const EXTENSION = `[[extensions]]
uri = "ext"
`
const ORDER = `[[order]]
[[order.group]]
id = "acme/java"
`
export const ALL_BINARIES = [
  'analyzer',
  'builder',
  'creator',
  'detector',
  'exporter',
  'extender',
  'launcher',
  'restorer',
]

/** A buildpack without a word too much. */
export function buildpack(
  id: string,
  more = '[[targets]]\nos = "linux"\n',
  { version = '1.0.0', api = '0.10' } = {},
): WorldModule {
  return {
    'buildpack.toml': `api = "${api}"\n[buildpack]\nid = ${JSON.stringify(id)}\nversion = ${JSON.stringify(version)}\n${more}`,
    files: { 'bin/build': '755', 'bin/detect': '755' },
  }
}

export function extension(id: string, api = '0.10'): WorldModule {
  return {
    'extension.toml': `api = "${api}"\n[extension]\nid = ${JSON.stringify(id)}\nversion = "1.0.0"\n`,
    files: { 'bin/generate': '755' },
  }
}

export function composite(id: string, ...members: readonly string[]): WorldModule {
  const groups = members.map((name) => {
    const [member, version] = name.split('@')
    const pin = version === undefined ? '' : `version = "${version}"\n`
    return `[[order.group]]\nid = "${member}"\n${pin}`
  })
  return {
    'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n[[order]]\n${groups.join('')}`,
  }
}

export function stacks(id: string, mixins: readonly string[] = []): string {
  return `[[stacks]]\nid = "${id}"\nmixins = ${JSON.stringify(mixins)}\n`
}

export function image(parts: Partial<WorldImage> = {}): WorldImage {
  return { ...BASE_IMAGE, ...parts }
}

export function labelled(labels: Readonly<Record<string, string>>): WorldImage {
  return image({ labels })
}

export function mixins(...names: readonly string[]): Readonly<Record<string, string>> {
  return { 'io.buildpacks.stack.id': 'acme.one', 'io.buildpacks.stack.mixins': JSON.stringify(names) }
}

/** A world in which nothing is wrong, but for what is given. */
export function soundWorld(parts: Partial<World> & { readonly more?: string } = {}): World {
  const { more = '', ...rest } = parts
  return {
    builder: HEAD + ENTRY + ORDER + more,
    modules: { java: buildpack('acme/java') },
    lifecycleBinaries: ALL_BINARIES,
    ...rest,
  }
}

export function world(parts: Partial<World> & { readonly more?: string } = {}, flags?: WorldFlags): Case {
  return { world: soundWorld(parts), ...(flags && { flags }) }
}

/** The module in place of acme/java, in no order. */
export function javaAlone(java: WorldModule): Case {
  return world({
    builder: `${HEAD}${ENTRY}[[buildpacks]]\nuri = "go"\n[[order]]\n[[order.group]]\nid = "acme/go"\n`,
    modules: { java, go: buildpack('acme/go') },
  })
}

export function twoModules(first: WorldModule, second: WorldModule): Case {
  return world({
    builder: `${HEAD}${ENTRY}[[buildpacks]]\nuri = "other"\n${EXTRA_ENTRY}[[order]]\n[[order.group]]\nid = "acme/go"\n`,
    modules: { java: first, other: second, go: buildpack('acme/go') },
  })
}

const EXTRA_ENTRY = '[[buildpacks]]\nuri = "go"\n'

export function env(...entries: readonly string[]): Case {
  return world({ more: entries.map((entry) => `[[build.env]]\n${entry}\n`).join('') })
}

export function lifecycle(toml: string, more = '', modules: World['modules'] = { java: buildpack('acme/java') }): Case {
  return world({ lifecycle: toml, more, modules })
}

export function withLists(buildpackApis: string, platformApis: string, deprecated = '[]'): string {
  return `[lifecycle]\nversion = "0.1.0"\n[apis.buildpack]\ndeprecated = ${deprecated}\nsupported = ${buildpackApis}\n[apis.platform]\nsupported = ${platformApis}\n`
}

export const WITH_EXTENSION = {
  more: `${EXTENSION}[[order-extensions]]\n[[order-extensions.group]]\nid = "acme/ext"\n`,
}
export const EXT_MODULES = { java: buildpack('acme/java'), ext: extension('acme/ext') }

export function baseWith(build: WorldImage, parts: Partial<World> & { readonly more?: string } = {}): Case {
  return world({ images: { build }, ...parts })
}
