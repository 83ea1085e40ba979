import { isComposite } from '../cnb/module.js'
import type { Judged } from './rule.js'
import type { ModuleSubject } from './subjects.js'

/** What tells of which sort a module is: rules that speak of one sort only say so with the functions below. */
type Sort = Pick<Judged<ModuleSubject>, 'kind' | 'descriptor'>

/** What prepares images. */
export function isExtension({ kind }: Sort): boolean {
  return kind === 'extension'
}

/** A buildpack that stands for others. */
export function isOrder({ descriptor }: Sort): boolean {
  return descriptor !== undefined && isComposite(descriptor)
}

/** A buildpack that is run itself. */
export function isComponent(module: Sort): boolean {
  return module.kind === 'buildpack' && !isOrder(module)
}

/** Whatever has programs that are run. */
export function isRun(module: Sort): boolean {
  return !isOrder(module)
}
