import { moduleName } from '../cnb/module.js'
import { parseReference } from '../oci/reference.js'
import { isKnownToDiffer, listedModules, modulesBy, type ListedModule } from './listed-modules.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const CONFIG = 'https://buildpacks.io/docs/reference/config/builder-config/'
const DISTRIBUTION = 'https://github.com/buildpacks/spec/blob/main/distribution.md#order-definitions'

const duplicate = builderAdvice({
  id: 'module-duplicate',
  severity: 'info',
  summary: 'an entry brings a module that another entry brings already',
  reference: CONFIG,
  needs: ['locate', 'buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    const all = listedModules(input)
    const byName = modulesBy(all, keyOf)
    for (const listed of all.filter(({ isNamed }) => isNamed)) {
      const twins = byName.get(keyOf(listed)) ?? []
      // Of two entries that name it the second is the one too many; what comes along with another needs no entry.
      const other = twins.find((twin) => twin !== listed && isSaidBefore(twin, listed))
      if (other === undefined || isKnownToDiffer(other.module, listed.module)) continue
      report({
        message: `${listed.name} is there already: it comes ${other.isNamed ? 'from' : 'along in'} ${other.module.from}`,
        place: input.locate(listed.entry),
        value: listed.name,
        fix: 'remove this entry',
      })
    }
  },
})

function keyOf({ kind, name }: ListedModule): string {
  return `${kind} ${name}`
}

function isSaidBefore(twin: ListedModule, listed: ListedModule): boolean {
  return !twin.isNamed || Number(twin.entry[1]) < Number(listed.entry[1])
}

const multipleVersions = builderAdvice({
  id: 'module-multiple-versions',
  severity: 'warning',
  summary: 'a builder has several versions of one module',
  reference: DISTRIBUTION,
  needs: ['locate', 'buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const modules of modulesBy(listedModules(input), ({ kind, id }) => `${kind} ${id}`).values()) {
      const ofVersions = [...new Map(modules.map((listed) => [listed.version, listed])).values()]
      const [first, second, ...others] = ofVersions
      if (first === undefined || second === undefined) continue
      report({
        message: `${first.kind} ${first.id} is there in ${ofVersions.length} versions: ${ofVersions.map(({ version }) => version).join(', ')}`,
        place: input.locate(second.entry),
        also: others.map(({ entry }) => input.locate(entry)),
        value: second.name,
        notes: ofVersions.map(({ version, module }) => `${version} comes from ${module.from}`),
        fix: 'bring the modules that need it to one version, or name the version wherever an order names it',
      })
    }
  },
})

/** The version in a tag: `4.6.1`, `v4.6.1`. Anything else may mean anything. */
const VERSION_TAG = /^v?(\d+\.\d+\.\d+)$/

const tagMismatch = builderAdvice({
  id: 'tag-version-mismatch',
  severity: 'warning',
  summary: 'an entry names an image by the tag of one version and says that it is another',
  reference: CONFIG,
  refusedBy: { pack: 'builder create, once it was downloaded' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    for (const list of ['buildpacks', 'extensions'] as const) {
      config[list].forEach(({ id, version, uri, image }, index) => {
        const tag = uri === '' || uri.startsWith('docker:') ? versionOfTag(uri || image) : undefined
        if (version === '' || tag === undefined || tag === version.replace(/^v/, '')) return
        report({
          message: `this entry is said to be version ${version}, but its image has the tag of ${id === '' ? tag : moduleName({ id, version: tag })}`,
          place: locate([list, index, 'version']),
          value: version,
          fix: `change the version to ${tag}, or the tag to ${version}`,
        })
      })
    }
  },
})

/** What a reference says before its digest, which is where a version shows. */
function versionOfTag(locator: string): string | undefined {
  const [named = ''] = locator.replace(/^docker:\/*/, '').split('@')
  const selector = parseReference(named)?.selector
  return selector?.kind === 'tag' ? VERSION_TAG.exec(selector.tag)?.[1] : undefined
}

/** Modules of a builder beside each other. */
export const BUILDER_MODULE_ADVICE: readonly Rule<BuilderSubject>[] = [duplicate, multipleVersions, tagMismatch]
