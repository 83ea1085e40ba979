import { type ApiVersion, parseApiVersion } from '../cnb/api-version.js'
import { type ModuleId, type ModuleKind, moduleName, moduleRoot } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import { DETECTOR_EXIT, DetectionEnd } from './end.js'
import type { GroupMember } from './group-member.js'
import type { DetectModule, DetectOrder, ReadModule } from './module.js'
import { effectiveTargets, extensionTargets, isBionicStack } from './targets.js'

/** The modules on the builder. They are found by the name of their directory, whatever their descriptors say. */
export class ModuleStore {
  readonly #byRoot = new Map<string, DetectModule>()
  /** Those that have an order. */
  readonly composites: number

  constructor(modules: readonly DetectModule[]) {
    for (const module of modules) this.#byRoot.set(moduleRoot(module.kind, module), module)
    this.composites = modules.filter((module) => module.state === 'read' && module.descriptor.order.length > 0).length
  }

  /** Whatever stands where a ref leads. */
  find(ref: ModuleId & { readonly kind: ModuleKind }): DetectModule | undefined {
    return this.#byRoot.get(moduleRoot(ref.kind, ref))
  }

  /** The groups of a composite, none of anything else; undefined for what is not there or cannot be read. */
  readonly groupsOf = (ref: GroupMember): DetectOrder | undefined => {
    const module = this.find(ref)
    return module?.state === 'read' ? module.descriptor.order : undefined
  }

  /** The module that a ref names, or why it cannot be had. @throws DetectionEnd where reading it crashes the lifecycle */
  lookUp(ref: ModuleId & { readonly kind: ModuleKind }): ReadModule | string {
    const name = `${ref.kind} ${ref.version === '' ? `${ref.id}, which has no version,` : moduleName(ref)}`
    const module = this.find(ref)
    if (module === undefined) return `${name} is not on the builder`
    if (module.state === 'unreadable') return `${name} cannot be read: ${module.reason}`
    const { targets, stacks } = module.descriptor
    // Only this stack makes the lifecycle look at the API of what it reads.
    if (targets.length === 0 && stacks.some(isBionicStack)) apiOf(module, name)
    return module
  }
}

/** The API of a module that the lifecycle takes for granted. @throws DetectionEnd */
export function apiOf({ descriptor: { api } }: ReadModule, name: string): ApiVersion {
  const version = parseApiVersion(api)
  if (version !== undefined) return version
  const problem = api === '' ? 'names no api' : `has api '${api}', which is no version`
  throw new DetectionEnd(DETECTOR_EXIT.crash, `${name} ${problem}: the lifecycle crashes`)
}

/** No module of this API is run: what has none gets it where only targets are asked for. */
const NO_API: ApiVersion = { major: 0, minor: 0 }

/** The targets of a module as the lifecycle sees them. */
export function targetsOf({ kind, descriptor, files }: ReadModule): readonly Target[] {
  const { targets, stacks, api } = descriptor
  if (kind === 'extension') return extensionTargets(targets, files.detect !== 'absent' || files.binGenerate)
  return effectiveTargets({ targets, stacks, api: parseApiVersion(api) ?? NO_API, hasBuild: files.binBuild })
}
