import type { ApiVersion } from '#src/cnb/api-version.js'
import type { Module, ModuleDescriptor, ModuleInfo, ModuleKind } from '#src/cnb/module.js'
import type { ModuleRef, Order } from '#src/cnb/order.js'

/** `acme/java@1.0.0`, or another module of which only what matters is told. */
export interface ModuleParts extends Partial<Pick<ModuleDescriptor, 'stacks' | 'targets' | 'order'>> {
  readonly kind?: ModuleKind
  readonly id?: string
  readonly version?: string
  readonly api?: ApiVersion
  readonly info?: Partial<ModuleInfo>
  readonly from?: string
  readonly content?: Module['content']
  readonly hasBuild?: Module['hasBuild']
  readonly packaged?: boolean
  readonly contentId?: string
}

/** A module that nobody read from anywhere. */
export function aModule(parts: ModuleParts = {}): Module {
  const { kind = 'buildpack', id = 'acme/java', version = '1.0.0', from = `../${id}`, contentId } = parts
  return {
    descriptor: {
      kind,
      api: parts.api ?? { major: 0, minor: 10 },
      info: { ...anInfo(id, version), ...parts.info },
      stacks: parts.stacks ?? [],
      targets: parts.targets ?? [],
      order: parts.order ?? [],
    },
    locate: () => ({ file: `${from}/${kind}.toml`, line: 1, column: 1 }),
    from,
    content: parts.content ?? { kind: 'directory', path: from },
    hasBuild: parts.hasBuild ?? { linux: true, windows: false },
    packaged: parts.packaged ?? false,
    contentId,
  }
}

/** A reference of an order: `acme/java`, `acme/java@1.0.0`. */
export function aRef(name: string, optional = false): ModuleRef {
  const at = name.indexOf('@')
  const [id, version] = at === -1 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]
  return { ...anInfo(id, version), optional }
}

/** An order: one list of names a group. */
export function anOrder(...groups: readonly (readonly string[])[]): Order {
  return groups.map((names) => ({ refs: names.map((name) => aRef(name)) }))
}

function anInfo(id: string, version: string): ModuleInfo {
  return {
    id,
    version,
    name: '',
    description: '',
    homepage: '',
    keywords: [],
    execEnv: [],
    licenses: [],
    clearEnv: false,
  }
}
