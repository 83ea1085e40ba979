import type { ModuleKind, Module } from '../../cnb/module.js'
import { listedModules } from '../listed-modules.js'
import { redactLocator } from '../../redact.js'
import type { MatrixInput } from './input.js'

/** A module on one platform, or an entry of builder.toml that could not be read. */
export interface MatrixModule {
  readonly kind: ModuleKind
  readonly name: string
  readonly from: string
  /** undefined when it could not be read. */
  readonly module: Module | undefined
  readonly isSystem: boolean
}

/** Every module once, and every entry that could not be read, by what names it; buildpacks first, as the file has them. */
export function matrixModules(input: MatrixInput): ReadonlyMap<string, MatrixModule> {
  const { buildpacks = [], extensions = [], config } = input
  const modules = new Map<string, MatrixModule>()
  const { pre = [], post = [] } = config?.system ?? {}
  const system = new Set([...pre, ...post].map(({ id, version }) => (version === '' ? id : `${id}@${version}`)))
  for (const { kind, name, id, module } of listedModules({ buildpacks, extensions })) {
    const isSystem = kind === 'buildpack' && (system.has(id) || system.has(name))
    const key = `${kind} ${name}`
    if (!modules.has(key)) modules.set(key, { kind, name, from: module.from, module, isSystem })
  }
  for (const kind of ['buildpack', 'extension'] as const) {
    const entries = kind === 'buildpack' ? buildpacks : extensions
    entries.forEach((modulesOfEntry, index) => {
      if (modulesOfEntry !== undefined) return
      const { uri = '', image = '' } = config?.[`${kind}s`]?.[index] ?? {}
      const from = redactLocator(uri || image)
      const name = from || `entry ${index + 1} of [[${kind}s]]`
      modules.set(`${kind} entry ${index}`, { kind, name, from, module: undefined, isSystem: false })
    })
  }
  return modules
}
