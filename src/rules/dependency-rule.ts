import type { Severity } from '../errors.js'
import { moduleName } from '../cnb/module.js'
import { dependenciesOf, dependencyPlace, type Dependency } from './dependencies.js'
import { moduleAdvice, type Judged, type Rule, type RuleDescription } from './rule.js'
import type { ModuleSubject } from './subjects.js'

/** What keeps a dependency from being right. */
export interface DependencyProblem {
  readonly dependency: Dependency
  /** Completes a sentence that begins with the dependency: `has neither …`. */
  readonly what: string
  /** Where it stands: the first of these keys that is there, or else the dependency. */
  readonly keys: readonly string[]
  readonly value?: string | undefined
  /** Where it is not that of the rule. */
  readonly severity?: Severity
}

/** A rule about the dependencies of one module. */
export interface DependencyRule extends Pick<RuleDescription, 'id' | 'severity' | 'summary' | 'isCommon'> {
  readonly fix: string
  readonly find: (dependencies: readonly Dependency[], module: DependencyModule) => Iterable<DependencyProblem>
}

/** What of a module its dependencies are held against. */
export type DependencyModule = Pick<ModuleSubject, 'asOf' | 'document'> & Pick<Judged<ModuleSubject>, 'descriptor'>

/** Who reads these tables. */
export const PAKETO_DEPENDENCIES =
  'https://paketo.io/docs/reference/configuration/ and libpak: [[metadata.dependencies]], which the specification leaves free'

/** How many problems of one kind a note lists. */
const LISTED = 10

/** A rule that says once of all dependencies of a module what is wrong with them: a file may have hundreds. */
export function dependencyRule({ find, fix, ...description }: DependencyRule): Rule<ModuleSubject> {
  return moduleAdvice({
    ...description,
    reference: PAKETO_DEPENDENCIES,
    needs: ['document', 'asOf'],
    check(input, report) {
      const problems = [...find(dependenciesOf(input.document), input)]
      for (const same of bySeverity(problems, description.severity)) {
        const [first, ...others] = same.problems
        if (first === undefined) continue
        const placeOf = ({ dependency, keys }: DependencyProblem) => dependencyPlace(input.document, dependency, keys)
        const more = others.length === 0 ? '' : ` (and ${others.length} more)`
        report({
          severity: same.severity,
          message: `dependency ${first.dependency.name} of ${nameOf(input)} ${first.what}${more}`,
          place: placeOf(first),
          also: others.length === 0 ? undefined : others.map(placeOf),
          value: first.value,
          notes: notesOf(others),
          fix,
        })
      }
    },
  })
}

/** A descriptor that lacks something, such as the version that a release brings, has dependencies all the same. */
function nameOf({ descriptor, document }: DependencyModule): string {
  return descriptor === undefined ? document.file : moduleName(descriptor.info)
}

function bySeverity(problems: readonly DependencyProblem[], usual: Severity) {
  const severities = new Set(problems.map(({ severity = usual }) => severity))
  return [...severities].map((severity) => ({
    severity,
    problems: problems.filter((problem) => (problem.severity ?? usual) === severity),
  }))
}

function notesOf(others: readonly DependencyProblem[]): readonly string[] | undefined {
  if (others.length === 0) return undefined
  const listed = others.slice(0, LISTED).map(({ dependency, what }) => `${dependency.name} ${what}`)
  return others.length > LISTED ? [...listed, `and ${others.length - LISTED} more`] : listed
}
