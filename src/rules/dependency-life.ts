import { DEPENDENCY_KEYS, type Dependency } from './dependencies.js'
import { dependencyRule, type DependencyModule } from './dependency-rule.js'

/** How many days before its end a dependency is warned about, as libpak does. */
const SOON_DAYS = 30
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/** Days from the day for which is judged to the end of life: negative when it is past. */
function daysLeft({ endOfLife }: Dependency, { asOf }: Pick<DependencyModule, 'asOf'>): number {
  return (Date.parse(endOfLife) - Date.parse(asOf)) / DAY_MILLISECONDS
}

const past = dependencyRule({
  id: 'dependency-eol-past',
  severity: 'warning',
  summary: 'the end of life of a dependency is past',
  fix: 'replace it by a version that is maintained, or remove it',
  *find(dependencies, module) {
    for (const dependency of dependencies) {
      if (!(daysLeft(dependency, module) < 0)) continue
      yield {
        dependency,
        what: `reached its end of life on ${dependency.endOfLife}, before ${module.asOf}`,
        keys: DEPENDENCY_KEYS.endOfLife,
        value: dependency.endOfLife,
      }
    }
  },
})

const soon = dependencyRule({
  id: 'dependency-eol-soon',
  severity: 'info',
  summary: `the end of life of a dependency is no more than ${SOON_DAYS} days away`,
  fix: 'replace it by a version that is maintained for longer',
  *find(dependencies, module) {
    for (const dependency of dependencies) {
      const days = daysLeft(dependency, module)
      if (!(days >= 0 && days <= SOON_DAYS)) continue
      yield {
        dependency,
        what: `reaches its end of life on ${dependency.endOfLife}, ${days} days after ${module.asOf}`,
        keys: DEPENDENCY_KEYS.endOfLife,
        value: dependency.endOfLife,
      }
    }
  },
})

const missing = dependencyRule({
  id: 'dependency-eol-missing',
  severity: 'info',
  isCommon: true,
  summary: 'a dependency does not say until when it is maintained',
  fix: 'add eol-date = "YYYY-MM-DDT00:00:00Z"',
  *find(dependencies) {
    for (const dependency of dependencies) {
      if (Number.isNaN(Date.parse(dependency.endOfLife))) {
        yield { dependency, what: 'has no eol-date', keys: DEPENDENCY_KEYS.endOfLife }
      }
    }
  },
})

/** Until when dependencies are maintained. */
export const DEPENDENCY_LIFE_ADVICE = [past, soon, missing]
