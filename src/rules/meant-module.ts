import type { ModuleId } from '../cnb/module.js'
import { nearest } from '../nearest.js'
import type { Catalog } from '../plan/catalog.js'

/**
 * What to do about a reference to nothing in `catalog`: it may hold its version within its id, or be a slip. Otherwise `add` is how
 * the module itself gets there.
 */
export function fixOfReference({ id }: ModuleId, catalog: Catalog, add: string): string {
  const [name = '', version = ''] = id.split('@')
  if (version !== '') return `a version has a key of its own: write id = "${name}" and version = "${version}"`
  const versions = catalog.get(id)
  if (versions !== undefined) return `${add}, or change the version to ${versions.join(' or ')}`
  const meant = nearest(id, catalog.keys())
  return meant === undefined ? `${add}, or correct the id` : `${add}, or correct the id: did you mean ${meant}?`
}
