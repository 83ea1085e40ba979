import type { GroupMember } from '#src/detect/group-member.js'
import type { Diagnostic } from '#src/errors.js'
import { BUILDER_ADVICE, PACKAGE_ADVICE } from '#src/rules/advice.js'
import { PACKAGE_RULES, RULES } from '#src/rules/rule-sets.js'
import type { Judged } from '#src/rules/rule.js'
import { judge } from '#src/rules/run-rules.js'
import type { BuilderSubject } from '#src/rules/subjects.js'
import { decodePackageConfig } from '#src/cnb/decode-package.js'
import { documentOf } from '../toml/read.js'
import { subjectOf } from './builder-subject.js'
import { members, type Composites } from './orders.js'
import { readPackageWorld, type World, type WorldModule } from './world.js'

/** A builder as far as its order matters, in the notation of `members`. */
export interface OrderWorld {
  readonly order: readonly string[]
  /** Groups by composite, which is there in version 1. */
  readonly composites?: Composites
  readonly extensions?: readonly string[]
  readonly system?: { readonly pre?: string; readonly post?: string }
  /** Targets of a component by its name, as TOML. */
  readonly targets?: Readonly<Record<string, string>>
  /** More modules than the orders name, or `-A` for one that is not there. */
  readonly modules?: string
  /** In place of those of lifecycle 0.21. */
  readonly lifecycle?: string
}

const LINUX = '[[targets]]\nos = "linux"\n'

/** Every module that is named is there, in the version that is named; components are for any linux. */
function worldOf({ order, composites = {}, extensions = [], system = {}, modules = '', ...rest }: OrderWorld): World {
  const words = modules.split(' ')
  const absent = new Set(words.filter((word) => word.startsWith('-')))
  const isThere = ({ id, version }: GroupMember): boolean =>
    version !== OPEN && !absent.has(`-${id}`) && !absent.has(`-${id}@${version}`)
  const texts = [
    ...order,
    ...Object.values(composites).flat(),
    ...Object.keys(composites),
    system.pre ?? '',
    system.post ?? '',
    ...words.filter((word) => !absent.has(word)),
  ]
  const buildpacks = byFolder(texts.flatMap(members).filter(isThere))
  const ofExtensions = byFolder(extensions.flatMap(members).filter(isThere))
  const tables = [
    BASES,
    entriesToml('buildpacks', buildpacks.keys()),
    entriesToml('extensions', ofExtensions.keys()),
    orderToml('order', order),
    orderToml('order-extensions', extensions),
    refsToml('system.pre.buildpacks', members(system.pre ?? '')),
    refsToml('system.post.buildpacks', members(system.post ?? '')),
  ]
  const all = [...buildpacks, ...ofExtensions].map(([folder, member]): [string, WorldModule] => [
    folder,
    moduleOf(member, composites, rest.targets?.[member.id] ?? LINUX),
  ])
  return {
    builder: tables.join(''),
    modules: Object.fromEntries(all),
    ...(rest.lifecycle === undefined ? {} : { lifecycle: rest.lifecycle }),
  }
}

const BASES = `[build]
image = "golden.test/build:1"
[[run.images]]
image = "golden.test/run:1"
[lifecycle]
uri = "lifecycle"
`

/** The version of a reference that leaves it open. */
const OPEN = '0'

function byFolder(all: readonly GroupMember[]): ReadonlyMap<string, GroupMember> {
  return new Map(all.map((member) => [folderOf(member), member]))
}

function entriesToml(key: string, folders: Iterable<string>): string {
  return [...folders].map((folder) => `[[${key}]]\nuri = "${folder}"\n`).join('')
}

function folderOf({ id, version }: GroupMember): string {
  return `${id}-${version}`
}

function moduleOf({ kind, id, version }: GroupMember, composites: Composites, targets: string): WorldModule {
  const order = version === '1' ? composites[id] : undefined
  const head = `api = "0.10"\n[${kind}]\nid = "${id}"\nversion = "${version}"\n`
  const files = { 'bin/build': '755', 'bin/detect': '755', 'bin/generate': '755' }
  return { [`${kind}.toml`]: head + (order === undefined ? targets : orderToml('order', order)), files }
}

function orderToml(key: string, groups: readonly string[]): string {
  return groups.map((group) => `[[${key}]]\n${refsToml(`${key}.group`, members(group))}`).join('')
}

function refsToml(key: string, refs: readonly GroupMember[]): string {
  return refs
    .map(({ id, version, optional }) => {
      const pin = version === OPEN ? '' : `version = "${version}"\n`
      return `[[${key}]]\nid = "${id}"\n${pin}${optional ? 'optional = true\n' : ''}`
    })
    .join('')
}

/** A builder, as rules see it. */
export function orderSubject(world: OrderWorld): Judged<BuilderSubject> {
  return subjectOf(worldOf(world))
}

/** What the rules say of a builder, those of orders, composites, targets and system buildpacks only. */
export function findingsOf(subject: Judged<BuilderSubject>): readonly Diagnostic[] {
  return judge(subject, [...RULES, ...BUILDER_ADVICE]).findings.filter(isOfOrders)
}

/** The same of a builder that is told in short. */
export function orderFindings(world: OrderWorld): readonly Diagnostic[] {
  return findingsOf(orderSubject(world))
}

/** What they say of a package of composite `M`, with these modules as dependencies. */
export function packageFindings(composites: Composites, dependencies: string): readonly Diagnostic[] {
  const named = [...members('M'), ...members(dependencies)]
  const entries = members(dependencies).map((member) => `[[dependencies]]\nuri = "${folderOf(member)}"\n`)
  const toml = `[buildpack]\nuri = "M-1"\n${entries.join('')}`
  const modules = named.map((member): [string, WorldModule] => [folderOf(member), moduleOf(member, composites, LINUX)])
  const { judged } = readPackageWorld({ package: toml, modules: Object.fromEntries(modules) })
  const document = documentOf(toml)
  const config = decodePackageConfig('buildpack', document, () => {})
  const subject = { ...judged, config, document, asOf: '2026-11-01' }
  return judge(subject, [...PACKAGE_RULES, ...PACKAGE_ADVICE]).findings.filter(isOfOrders)
}

function isOfOrders({ rule }: Diagnostic): boolean {
  return /^(?:order-|system-|module-|target-group|target-composite|target-on)/.test(rule)
}
