import type { Place } from '../errors.js'
import { foldKey, type KeyPath, type TomlDocument, type TomlNode, type TomlTable } from '../toml/document.js'
import { derived } from './derived.js'

/**
 * One entry of `[[metadata.dependencies]]`, as Paketo's tools write and read it. To the specification `[metadata]` is free, so
 * what has another shape is no dependency, and a key of another type is not there: an empty string or list.
 */
export interface Dependency {
  readonly path: KeyPath
  /** `id version`. */
  readonly name: string
  readonly id: string
  readonly version: string
  readonly uri: string
  /** `algorithm:hex`, or hex of sha256. */
  readonly checksum: string
  /** It has a digest under a key of its own: `sha512`, `integrity`. */
  readonly hasOtherChecksum: boolean
  readonly source: string
  readonly sourceChecksum: string
  readonly stacks: readonly string[]
  readonly os: string
  /** That of the package URL, where the entry has none. */
  readonly arch: string
  /** `name@version`, or `name`. */
  readonly distros: readonly string[]
  /** `YYYY-MM-DD`. */
  readonly endOfLife: string
  readonly purls: readonly string[]
  readonly cpes: readonly string[]
  readonly licenses: readonly DependencyLicense[]
}

/** A licence of a dependency. */
export interface DependencyLicense {
  readonly type: string
  readonly uri: string
}

/** The keys under which a fact of a dependency may stand, the newest first. */
export const DEPENDENCY_KEYS = {
  checksum: ['checksum', 'sha256'],
  source: ['source'],
  sourceChecksum: ['source-checksum', 'source_checksum', 'source-sha256', 'source_sha256'],
  endOfLife: ['eol-date', 'eol_date', 'deprecation_date', 'deprecation-date'],
  purls: ['purls', 'purl'],
  cpes: ['cpes', 'cpe'],
  licenses: ['licenses', 'license'],
} as const

const OTHER_CHECKSUM = /^(?:checksum|digest|hash|integrity|md5|sha)/

const PATH: KeyPath = ['metadata', 'dependencies']

/** The dependencies that a buildpack.toml or extension.toml lists, in the order of the file. */
export const dependenciesOf = derived((document: TomlDocument): readonly Dependency[] => {
  const node = document.valueAt(PATH)
  if (node?.kind !== 'array') return []
  return node.items.flatMap((item, index) =>
    item.kind === 'table' ? (dependencyIn(item, [...PATH, index]) ?? []) : [],
  )
})

function dependencyIn(table: TomlTable, path: KeyPath): Dependency | undefined {
  const values = new Map([...table.entries].map(([key, { node }]) => [foldKey(key), node]))
  const nodes = (keys: readonly string[]): TomlNode[] => keys.flatMap((key) => values.get(key) ?? [])
  const text = (...keys: readonly string[]): string => nodes(keys).map(textOf).find(Boolean) ?? ''
  const texts = (...keys: readonly string[]): string[] => nodes(keys).flatMap(textsOf)
  const id = text('id') || text('name')
  const version = text('version')
  const uri = text('uri')
  const checksum = text(...DEPENDENCY_KEYS.checksum)
  const purls = texts(...DEPENDENCY_KEYS.purls)
  if (id === '' || version === '' || (uri === '' && checksum === '')) return undefined
  return {
    path,
    name: `${id} ${version}`,
    id,
    version,
    uri,
    checksum,
    hasOtherChecksum: [...values.keys()].some((key) => OTHER_CHECKSUM.test(key)),
    source: text(...DEPENDENCY_KEYS.source),
    sourceChecksum: text(...DEPENDENCY_KEYS.sourceChecksum),
    stacks: texts('stacks'),
    os: text('os'),
    arch: text('arch') || (/[?&]arch=([^&#]+)/.exec(purls.join(' '))?.[1] ?? ''),
    distros: nodes(['distros']).flatMap(distrosOf),
    endOfLife: /^\d{4}-\d{2}-\d{2}/.exec(text(...DEPENDENCY_KEYS.endOfLife))?.[0] ?? '',
    purls,
    cpes: texts(...DEPENDENCY_KEYS.cpes),
    licenses: nodes(DEPENDENCY_KEYS.licenses).flatMap(licensesOf),
  }
}

/** Where the first of `keys` stands that is there; the dependency itself when none is. */
export function dependencyPlace(document: TomlDocument, { path }: Dependency, keys: readonly string[]): Place {
  const key = keys.find((name) => document.has([...path, name]))
  return document.locate(key === undefined ? path : [...path, key])
}

/** The strings of an array, or the one that stands instead of it; nothing for what is neither. */
function textsOf(node: TomlNode): string[] {
  return (node.kind === 'array' ? node.items : [node]).map(textOf).filter(Boolean)
}

function textOf(node: TomlNode | undefined): string {
  if (node === undefined || node.kind === 'table' || node.kind === 'array') return ''
  if (node.kind === 'string') return node.value
  // A date is as good as a string that holds one.
  return node.kind === 'offset-date-time' || node.kind === 'local-date-time' || node.kind === 'local-date'
    ? node.text
    : ''
}

function distrosOf(node: TomlNode): string[] {
  return itemsOf(node).flatMap((item) => {
    if (item.kind !== 'table') return textOf(item) || []
    const name = textOf(item.entries.get('name')?.node)
    const version = textOf(item.entries.get('version')?.node)
    return name === '' ? [] : version === '' ? name : `${name}@${version}`
  })
}

function licensesOf(node: TomlNode): DependencyLicense[] {
  return itemsOf(node).map((item) =>
    item.kind === 'table'
      ? { type: textOf(item.entries.get('type')?.node), uri: textOf(item.entries.get('uri')?.node) }
      : { type: textOf(item), uri: '' },
  )
}

function itemsOf(node: TomlNode): readonly TomlNode[] {
  return node.kind === 'array' ? node.items : [node]
}
