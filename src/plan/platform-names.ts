import type { Target } from '../cnb/target.js'
import { CnbError } from '../errors.js'

/** What a name says of a target. */
type Parts = (target: Target) => readonly string[]

const platformParts: Parts = ({ os, arch }) => [os, arch]
const variantParts: Parts = (target) => [...platformParts(target), target.variant]
const distroParts: Parts = (target) => [
  ...variantParts(target),
  ...target.distros.flatMap(({ name, version }) => [name, version]),
]

/**
 * What the file of each target has behind its name: `os-arch`, as in pack; where that is the same for two of them, all have their variants
 * too, and then their distros.
 *
 * @throws CnbError E_USAGE when two would be the same all the same, or one cannot be part of a name
 */
export function fileSuffixes(targets: readonly Target[]): readonly string[] {
  return suffixes(targets, [platformParts, variantParts, distroParts])
}

/** The same for tags, which always have the variant, as in pack. @throws as `fileSuffixes` */
export function tagSuffixes(targets: readonly Target[]): readonly string[] {
  return suffixes(targets, [variantParts, distroParts])
}

/** What a tag is made of, and no path has a meaning for. */
const PART = /^[A-Za-z0-9_.-]+$/

/** By the first of `forms` that tells the targets apart. */
function suffixes(targets: readonly Target[], forms: readonly Parts[]): readonly string[] {
  const named = forms.map((parts) => targets.map((target) => parts(target).filter(isThere).join('-')))
  const [most = []] = named.slice(-1)
  const distinct = named.find((names) => new Set(names).size === names.length)
  const wrong = (distinct ?? most).find((name) => !PART.test(name))
  if (wrong !== undefined) {
    throw new CnbError('E_USAGE', `${wrong} cannot be part of the name of an image`, { value: wrong, hint: NO_SUFFIX })
  }
  if (distinct !== undefined) return distinct
  const twice = most.find((name, i) => most.indexOf(name) !== i)
  throw new CnbError('E_USAGE', `two targets would be called ${twice}`, { value: twice, hint: NO_SUFFIX })
}

const NO_SUFFIX = 'leave out --append-image-name-suffix: one name stands for the images of all targets'

function isThere(part: string): boolean {
  return part !== ''
}
