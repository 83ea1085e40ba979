import type { ProjectFiles } from './example.js'
import { buildpackFiles, buildpackToml, builderToml } from './project.js'

/** References: `go`, `go@2.0.0`, `go?` for an optional one, `go@` for one without a version. Ids begin with `acme/`. */
type Group = readonly string[]

function groupToml(key: string, group: Group): string {
  return `[[${key}]]\n${group.map((text) => refToml(`${key}.group`, text)).join('')}`
}

/** One reference, below `key`. */
export function refToml(key: string, text: string): string {
  const isOptional = text.endsWith('?')
  const [name = '', version = '1.0.0'] = text.replace('?', '').split('@')
  const pin = version === '' ? '' : `version = "${version}"\n`
  return `[[${key}]]\nid = "acme/${name}"\n${pin}${isOptional ? 'optional = true\n' : ''}`
}

/** `[[order]]` with these groups. */
function orderToml(...groups: readonly Group[]): string {
  return groups.map((group) => groupToml('order', group)).join('\n')
}

/** `[[order-extensions]]` with one group. */
export function extensionOrderToml(...group: Group): string {
  return groupToml('order-extensions', group)
}

/** A builder with this order, and the modules of these folders beside `java`. */
export function builderOf(
  folders: readonly string[],
  groups: readonly Group[],
  more = '',
): { readonly 'builder.toml': string } {
  const entries = folders.map((folder) => `[[buildpacks]]\nuri = "${folder}"\n`)
  const parts = [...entries, more].filter((part) => part !== '').map((part) => `\n${part}`)
  return { 'builder.toml': builderToml(parts.join(''), orderToml(...groups)) }
}

/** Buildpacks about which nothing is to be said, `acme/go` in the folder `go`; in `go-2` there is version 2.0.0 of it. */
export function components(...folders: readonly string[]): ProjectFiles {
  return Object.assign({}, ...folders.map(component))
}

function component(folder: string): ProjectFiles {
  const [name = '', major = '1'] = folder.split('-')
  return buildpackFiles(folder, buildpackToml('', `acme/${name}`).replace('"1.0.0"', `"${major}.0.0"`))
}

/** The buildpack.toml of a composite with these groups. */
export function compositeToml(name: string, ...groups: readonly Group[]): string {
  const [about = ''] = buildpackToml('', `acme/${name}`).split('[[targets]]')
  return `${about}${orderToml(...groups)}`
}

/** A composite in a folder of its name. */
export function composite(name: string, ...groups: readonly Group[]): ProjectFiles {
  return { [`${name}/buildpack.toml`]: compositeToml(name, ...groups) }
}

/** A package.toml of the module in `folder`, with these dependencies. */
export function packageOf(folder: string, ...dependencies: readonly string[]): { readonly 'package.toml': string } {
  const entries = dependencies.map((name) => `\n[[dependencies]]\nuri = "${name}"\n`)
  return { 'package.toml': `[buildpack]\nuri = "${folder}"\n${entries.join('')}` }
}

/** An extension in a folder of its name. */
export function extension(name: string): ProjectFiles {
  const toml = `api = "0.11"\n\n[extension]\nid = "acme/${name}"\nname = "Tools"\nversion = "1.0.0"\ndescription = "adds tools"\nhomepage = "https://acme.example"\n\n[[extension.licenses]]\ntype = "Apache-2.0"\n`
  return {
    [`${name}/extension.toml`]: toml,
    [`${name}/bin/detect`]: { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
    [`${name}/bin/generate`]: { text: '#!/bin/sh\nexit 0\n', mode: 0o755 },
  }
}

/** `[[extensions]]` of the extension in `folder`. */
export function extensionEntry(folder: string): string {
  return `[[extensions]]\nuri = "${folder}"\n`
}
