import { printTargets, type Target } from '../cnb/target.js'
import type { Dependency } from './dependencies.js'
import { dependencyRule, type DependencyModule, type DependencyProblem } from './dependency-rule.js'

/** What a stack, and here also an os or an architecture, is called that stands for all. */
const ANY = '*'

/** Names that others have for architectures. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map(
  Object.entries({ x86_64: 'amd64', x64: 'amd64', aarch64: 'arm64', i386: '386', i686: '386' }),
)

function archOf({ arch }: Pick<Dependency, 'arch'>): string {
  return ARCHITECTURES.get(arch) ?? arch
}

const stackMismatch = dependencyRule({
  id: 'dependency-stack-mismatch',
  severity: 'warning',
  summary: 'a dependency is for a stack that the buildpack does not run on',
  fix: 'remove the stack from the dependency, or add it to [[stacks]]',
  *find(dependencies, { descriptor }) {
    const stacks = new Set(descriptor?.stacks.map(({ id }) => id))
    if (stacks.size === 0 || stacks.has(ANY)) return
    for (const dependency of dependencies) {
      const foreign = dependency.stacks.find((stack) => stack !== ANY && !stacks.has(stack))
      if (foreign === undefined) continue
      const what = `is for stack ${foreign}, but the buildpack is for ${[...stacks].join(', ')}`
      yield { dependency, what, keys: ['stacks'], value: foreign }
    }
  },
})

const targetMismatch = dependencyRule({
  id: 'dependency-target-mismatch',
  severity: 'warning',
  summary: 'a dependency is for a platform that no target of the buildpack is',
  fix: 'remove the dependency, or add [[targets]] for its platform',
  *find(dependencies, { descriptor }) {
    const targets = descriptor?.targets ?? []
    if (targets.length === 0) return
    for (const dependency of dependencies) {
      if (targets.some((target) => fits(dependency, target))) continue
      const what = `is for ${printPlatform(dependency)}, but the buildpack is for ${printTargets(targets)}`
      yield { dependency, what, keys: ['arch', 'os', 'distros'], value: printPlatform(dependency) }
    }
  },
})

function fits(dependency: Dependency, { os, arch, distros }: Target): boolean {
  return isSame(dependency.os, os) && isSame(archOf(dependency), arch) && fitsDistros(dependency.distros, distros)
}

/** What is left out, or stands for all, is the same as anything. */
function isSame(a: string, b: string): boolean {
  return a === '' || b === '' || a === ANY || b === ANY || a === b
}

function fitsDistros(own: readonly string[], distros: Target['distros']): boolean {
  if (own.length === 0 || distros.length === 0) return true
  return own.some((distro) => {
    const [name = '', version = ''] = distro.split('@')
    return distros.some((other) => isSame(name, other.name) && isSame(version, other.version))
  })
}

function printPlatform({ os, arch, distros }: Dependency): string {
  return [[os || ANY, arch || ANY].join('/'), ...distros].join(' ')
}

const targetGap = dependencyRule({
  id: 'dependency-target-gap',
  severity: 'warning',
  summary: 'a dependency is there for some architectures of the targets, but not for all of them',
  fix: 'add the dependency for this target, or remove the target',
  *find(dependencies, module) {
    for (const same of byId(dependencies)) yield* gaps(same, module)
  },
})

function byId(dependencies: readonly Dependency[]): Iterable<readonly Dependency[]> {
  const groups = new Map<string, Dependency[]>()
  for (const dependency of dependencies) {
    const group = groups.get(dependency.id)
    if (group === undefined) groups.set(dependency.id, [dependency])
    else group.push(dependency)
  }
  return groups.values()
}

function* gaps(same: readonly Dependency[], { descriptor }: DependencyModule): Generator<DependencyProblem> {
  const [first] = same
  // One that leaves out its architecture may be for all of them.
  if (first === undefined || same.some((dependency) => ['', ANY].includes(dependency.arch))) return
  const architectures = new Set(same.map(archOf))
  const there = [...architectures].join(', ')
  for (const { os, arch } of descriptor?.targets ?? []) {
    if (arch === '' || arch === ANY || architectures.has(arch)) continue
    yield {
      dependency: first,
      what: `is there for ${there}, but in no version for target ${os || ANY}/${arch}`,
      keys: ['arch'],
      value: arch,
    }
    architectures.add(arch)
  }
}

const duplicate = dependencyRule({
  id: 'dependency-duplicate',
  severity: 'warning',
  summary: 'a dependency is there twice with the same version for the same platform and stack',
  fix: 'remove one of the two: which of them is taken depends on the tool',
  *find(dependencies) {
    const seen = new Set<string>()
    for (const dependency of dependencies) {
      const { id, version, os, stacks, distros } = dependency
      const places = [...(stacks.length === 0 ? [ANY] : stacks), ...distros]
      const keys = places.map((place) => JSON.stringify([id, version, os, archOf(dependency), place]))
      const again = keys.findIndex((key) => seen.has(key))
      for (const key of keys) seen.add(key)
      if (again === -1) continue
      const place = places[again] ?? ANY
      const platform = [os, archOf(dependency)].filter(Boolean).join('/')
      const where = [platform, place === ANY ? '' : place].filter(Boolean).join(' on ')
      yield { dependency, what: `is there twice${where === '' ? '' : ` for ${where}`}`, keys: ['id'], value: version }
    }
  },
})

/** Where dependencies run. */
export const DEPENDENCY_TARGET_ADVICE = [stackMismatch, targetMismatch, targetGap, duplicate]
