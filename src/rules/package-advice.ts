import { namesBothKinds } from '../cnb/decode-package.js'
import { isPackaged, listedModules, type ListedModule } from './listed-modules.js'
import { packageAdvice, type Rule } from './rule.js'
import type { PackageSubject } from './subjects.js'

const PACKAGE = 'https://buildpacks.io/docs/reference/config/package-config/'

const bothKinds = packageAdvice({
  id: 'package-both-kinds',
  severity: 'error',
  summary: 'package.toml names a buildpack and an extension, and a package holds one of them',
  reference: PACKAGE,
  needs: ['document'],
  check({ document }, report) {
    if (!namesBothKinds(document)) return
    report({
      message:
        'there is a buildpack and an extension; which one is packaged, the command decides, and the other is left out',
      place: document.locate(['extension', 'uri']),
      fix: 'write a package.toml for each of them',
    })
  },
})

const dependencyDuplicate = packageAdvice({
  id: 'package-dep-duplicate',
  severity: 'warning',
  summary: 'two dependencies bring the same module',
  reference: PACKAGE,
  needs: ['locate', 'buildpacks', 'extensions'],
  whole: ['buildpacks'],
  check(input, report) {
    const first = new Map<string, ListedModule>()
    // What comes along with a package is there as often as somebody needs it.
    for (const listed of listedModules(input).filter((one) => one.isNamed && !isPackaged(one))) {
      const other = first.get(listed.name)
      if (other === undefined) first.set(listed.name, listed)
      else {
        report({
          message: `${listed.name} is a dependency twice, from ${other.module.from} and from ${listed.module.from}`,
          place: input.locate(listed.entry),
          value: listed.name,
          fix: 'remove one of the two',
        })
      }
    }
  },
})

/** package.toml as a whole. */
export const PACKAGE_FILE_ADVICE: readonly Rule<PackageSubject>[] = [bothKinds, dependencyDuplicate]
