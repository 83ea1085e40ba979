import type { ModuleEntry } from '../cnb/builder-config.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import { listedModules, type ListedModule } from './listed-modules.js'
import { rule, type Rule } from './rule.js'

/** A rule about what an entry of builder.toml says of its module. `wrong` is told what it says and what the module is. */
function declaredRule(key: 'id' | 'version', wrong: (declared: string, listed: ListedModule) => string): Rule {
  return rule({
    id: `declared-${key}-mismatch`,
    severity: 'error',
    summary: `builder.toml gives an entry another ${key} than its module has`,
    reference: 'pack 0.40.6, builder create',
    refusedBy: { pack: 'builder create' },
    needs: ['config', 'locate', 'buildpacks', 'extensions'],
    whole: ['buildpacks', 'extensions'],
    check(input, report) {
      for (const listed of listedModules(input).filter(({ isNamed }) => isNamed)) {
        const declared = entryOf(input, listed)[key]
        if (declared === '' || declared === listed[key]) continue
        report({
          message: `this entry is said to be ${wrong(declared, listed)}`,
          place: input.locate([...listed.entry, key]),
          value: declared,
          fix: `change the ${key} to ${listed[key]}, or the uri to where ${declared} is`,
        })
      }
    },
  })
}

const declaredIdMismatch = declaredRule(
  'id',
  (declared, { kind, id, module }) => `${kind} ${declared}, but ${module.from} is ${id}`,
)

const declaredVersionMismatch = declaredRule(
  'version',
  (declared, { name, module }) => `version ${declared}, but ${module.from} is ${name}`,
)

function entryOf({ config }: Pick<BuilderFacts, 'config'>, listed: ListedModule): Pick<ModuleEntry, 'id' | 'version'> {
  const entries = listed.kind === 'buildpack' ? config.buildpacks : config.extensions
  return entries[Number(listed.entry[1])] ?? { id: '', version: '' }
}

/** What builder.toml says of the names of its modules. */
export const DECLARED_RULES: readonly Rule[] = [declaredIdMismatch, declaredVersionMismatch]
