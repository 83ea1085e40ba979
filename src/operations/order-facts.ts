import { type ApiVersion, printApiVersion } from '../cnb/api-version.js'
import { knownLifecycle } from '../cnb/known-lifecycles.js'
import type { LifecycleDescriptor } from '../cnb/lifecycle.js'
import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { ModuleRef, Order } from '../cnb/order.js'
import type { Stack } from '../cnb/stack.js'
import type { Target } from '../cnb/target.js'
import type { ExtensionOutput } from '../detect/extension-output.js'
import type { GroupMember } from '../detect/group-member.js'
import type { DetectInput, OrderFacts } from '../detect/input.js'
import type { DetectFiles, DetectModule } from '../detect/module.js'
import { type Catalog, catalogOf } from '../plan/catalog.js'
import { DEFAULT_LIFECYCLE } from '../sources/lifecycle-release.js'

/** The orders of a builder, and what is known of its modules, wherever both were found. */
export interface FoundOrder extends OrderFacts {
  /** The file or image, for people. */
  readonly from: string
  /** Why a lifecycle could not read the orders; undefined when it can. */
  readonly refused: string | undefined
  readonly lifecycle: LifecycleDescriptor
  /** What extensions put out that have no `bin/generate`, by `id@version`. */
  readonly outputs: ReadonlyMap<string, ExtensionOutput>
  /** Run images with their mirrors; the first one is taken unless an extension names another. */
  readonly runImages: readonly string[]
  /** What was not looked at, or is not known, for people. */
  readonly notes: readonly string[]
}

/** A release that is known, and else the one that builders get when they name none. */
export function lifecycleOf(version: string): LifecycleDescriptor {
  const known = knownLifecycle(version) ?? knownLifecycle(DEFAULT_LIFECYCLE)
  if (known === undefined) throw new Error('the default lifecycle is not known')
  return known
}

/** All versions of an API that a lifecycle runs. */
export function runnableApis({ apis }: LifecycleDescriptor): DetectInput['apis'] {
  const all = ({ supported = [], deprecated = [] }: LifecycleDescriptor['apis']['platform']): readonly ApiVersion[] => [
    ...supported,
    ...deprecated,
  ]
  return { platform: all(apis.platform), buildpack: all(apis.buildpack) }
}

/** The versions of each kind of module that there are. */
export class Versions {
  readonly #catalogs: Readonly<Record<ModuleKind, Catalog>>

  constructor(modules: readonly (ModuleId & { readonly kind: ModuleKind })[]) {
    const of = (kind: ModuleKind): Catalog => catalogOf(modules.filter((module) => module.kind === kind))
    this.#catalogs = { buildpack: of('buildpack'), extension: of('extension') }
  }

  /** The same member; one without a version has the only one there is. A packer refuses what is still without one then. */
  pin = <Member extends GroupMember>(member: Member): Member => {
    if (member.version !== '') return member
    const versions = this.#catalogs[member.kind].get(member.id) ?? []
    return versions.length === 1 ? { ...member, version: versions[0] ?? '' } : member
  }
}

/** Refs of a file or label as members of groups. */
export function membersOf(kind: ModuleKind, refs: readonly ModuleRef[] = []): GroupMember[] {
  return refs.map(({ id, version, optional }) => ({ kind, id, version, optional }))
}

/** What a label says of a module. */
export interface LabelledModule extends ModuleId {
  readonly kind: ModuleKind
  readonly api: ApiVersion
  readonly homepage: string
  readonly targets: readonly Target[]
  readonly stacks: readonly Stack[]
  readonly order: Order
}

/** What detection can know of a module out of a label. Its programs are not in there, and are taken to be as they should. */
export function detectModuleOf(module: LabelledModule): DetectModule {
  const { kind, id, version, api, homepage, targets, stacks, order } = module
  return {
    kind,
    id,
    version,
    state: 'read',
    descriptor: {
      api: printApiVersion(api),
      homepage,
      // The lifecycle reads variants under another key, which is not in the label.
      targets: targets.map((target) => ({ ...target, variant: '' })),
      stacks,
      execEnv: [],
      order: order.map(({ refs }) => membersOf('buildpack', refs)),
    },
    files: assumedFiles(kind, order),
  }
}

/** The files of a module that nobody has looked at. */
export function assumedFiles(kind: ModuleKind, order: readonly unknown[]): DetectFiles {
  return {
    detect: 'runs',
    binBuild: kind === 'buildpack' && order.length === 0,
    binGenerate: kind === 'extension',
  }
}
