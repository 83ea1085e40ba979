import { escapedId } from '../cnb/module.js'
import type { ModulesInput } from '../plan/modules-input.js'
import type { Locate } from '../toml/document.js'
import { infoPlace, isKnownToDiffer, listedModules, type ListedModule } from './listed-modules.js'
import { moduleRule, type Finding, type ReportFinding, type Rule } from './rule.js'

const BUILDPACK_ID =
  'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpacktoml-toml (Buildpack ID)'

const idCaseCollision = moduleRule({
  id: 'id-case-collision',
  severity: 'error',
  summary: 'two ids differ only in the case of their letters',
  reference: BUILDPACK_ID,
  refusedBy: { spec: 'ids differ in more than case' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check: (input, report) =>
    reportTwins(listedModules(input), (id) => id.toLowerCase(), 'differ only in the case of their letters', report),
})

const idEscapeCollision = moduleRule({
  id: 'id-escape-collision',
  severity: 'error',
  summary: 'two ids have the same folder, because "/" becomes "_"',
  reference: BUILDPACK_ID,
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check: (input, report) =>
    reportTwins(listedModules(input), escapedId, 'have the same folder, because "/" becomes "_"', report),
})

/** Reports each id that has the key of another id of its kind, at the later one. */
function reportTwins(
  modules: readonly ListedModule[],
  keyOf: (id: string) => string,
  relation: string,
  report: ReportFinding,
): void {
  const first = new Map<string, ListedModule>()
  for (const listed of modules) {
    const key = `${listed.kind} ${keyOf(listed.id)}`
    const other = first.get(key)
    if (other === undefined) first.set(key, listed)
    else if (other.id !== listed.id) {
      report({
        message: `${listed.kind}s ${other.name} and ${listed.name} ${relation}`,
        place: infoPlace(listed, 'id'),
        value: listed.id,
        notes: [`${other.name} comes from ${other.module.from}`],
        fix: 'rename one of them, or leave one out',
      })
    }
  }
}

const moduleContentConflict = moduleRule({
  id: 'module-content-conflict',
  severity: 'error',
  summary: 'two entries bring the same id and version with different content',
  reference: 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/distribution.md',
  needs: ['locate', 'buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    const first = new Map<string, ListedModule>()
    for (const listed of listedModules(input)) {
      const key = `${listed.kind} ${listed.name}`
      const other = first.get(key)
      if (other === undefined) first.set(key, listed)
      else if (isKnownToDiffer(other.module, listed.module)) report(conflictOf(other, listed, input.locate))
      else if (listed.module.contentDifference !== undefined) report(respelledOf(other, listed, input.locate))
    }
  },
})

function conflictOf(
  { module: { from } }: ListedModule,
  { kind, name, module, entry }: ListedModule,
  locate: Locate,
): Finding {
  const { contentDifference } = module
  return {
    message: `${kind} ${name} is there twice with different content, from ${from} and from ${module.from}`,
    place: locate(entry),
    value: name,
    notes: [...(contentDifference === undefined ? [] : [contentDifference]), 'pack takes the last one without a word'],
    fix: 'leave one of them out, or give one another version',
  }
}

/** Its layer has another digest, and gives the same files. */
function respelledOf(
  { module: { from } }: ListedModule,
  { kind, name, module, entry }: ListedModule,
  locate: Locate,
): Finding {
  return {
    severity: 'warning',
    message: `${kind} ${name} is there twice with the same files, but not the same layer, from ${from} and from ${module.from}; the last is taken`,
    place: locate(entry),
    value: name,
    notes: [`what differs is ${module.contentDifference}`],
    fix: 'leave one of them out, or make the archive with tar --format=ustar --sort=name',
  }
}

/** Names that two modules must not share. */
export const IDENTITY_CLASH_RULES: readonly Rule<ModulesInput>[] = [
  idCaseCollision,
  idEscapeCollision,
  moduleContentConflict,
]
