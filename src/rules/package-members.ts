import { moduleName } from '../cnb/module.js'
import { catalogOf, hasModule } from '../plan/catalog.js'
import type { PackageInput } from '../plan/package-input.js'
import { allMembers, MISSING_DEPENDENCY, type Member } from './composites.js'
import { isPackaged, listedBuildpacks, type ListedModule } from './listed-modules.js'
import { fixOfReference } from './meant-module.js'
import { packageRule, type Rule } from './rule.js'

const BUILDPACKAGE = 'https://github.com/buildpacks/spec/blob/main/distribution.md#buildpackage'

/** None while something is unknown, because an entry could not be read. */
export function allListed({ buildpacks }: Pick<PackageInput, 'buildpacks'>): readonly ListedModule[] {
  return buildpacks.every((entry) => entry !== undefined) ? listedBuildpacks({ buildpacks }) : []
}

/** Pinned members that no module of the package is. */
export function absentMembers(listed: readonly ListedModule[]): Member[] {
  const present = catalogOf(listed)
  return allMembers(listed).filter(({ ref }) => ref.version !== '' && !hasModule(present, ref))
}

const UNREAD_PACKAGE_FILE =
  'the package.toml in that folder is not read: package it first and name what that makes, or repeat its dependencies here'

const dependencyMissing = packageRule({
  ...MISSING_DEPENDENCY,
  needs: ['buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const listed = allListed(input)
    const present = catalogOf(listed)
    const main = listed.find(isPackaged)
    const told = new Set([main])
    for (const { composite, ref, path } of absentMembers(listed)) {
      const isUnread = composite.module.hasPackageFile === true && !told.has(composite)
      told.add(composite)
      const versions = present.get(ref.id)
      report({
        message: `composite ${composite.name} wants ${ref.id === '' ? 'a buildpack without an id' : moduleName(ref)}, but ${versions === undefined ? 'no dependency brings it' : `only ${versions.join(', ')} is there`}`,
        place: composite.module.locate([...path, versions === undefined ? 'id' : 'version']),
        value: moduleName(ref),
        notes: [`${composite.name} comes from ${composite.module.from}`, ...(isUnread ? [UNREAD_PACKAGE_FILE] : [])],
        fix:
          ref.id === ''
            ? 'write the id that is meant'
            : fixOfReference(ref, present, `add a [[dependencies]] entry for ${moduleName(ref)} to package.toml`),
      })
    }
  },
})

const dependencyUnused = packageRule({
  id: 'order-composite-unused-dep',
  severity: 'error',
  summary: 'a dependency of a package is in no order, so nothing would ever run it',
  reference: BUILDPACKAGE,
  refusedBy: { pack: 'buildpack package' },
  needs: ['locate', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const listed = allListed(input)
    const members = allMembers(listed)
    // One without a version is an error of its own; it stands for any.
    const isUsed = ({ id, version }: ListedModule): boolean =>
      members.some(({ ref }) => ref.id === id && (ref.version === version || ref.version === ''))
    const main = listed.find(isPackaged)
    for (const dependency of listed) {
      if (main === undefined || dependency === main || isUsed(dependency)) continue
      report({
        message: `${dependency.name} is in no order of ${main.name} or of its dependencies`,
        place: input.locate(dependency.entry),
        value: dependency.name,
        notes: dependency.isNamed ? [] : [`it comes along in ${dependency.module.from}`],
        fix: `leave it out, or name it in an order of ${main.name}`,
      })
    }
  },
})

/** The modules of a package: whether they belong together. */
export const MEMBER_RULES: readonly Rule<PackageInput>[] = [dependencyMissing, dependencyUnused]
