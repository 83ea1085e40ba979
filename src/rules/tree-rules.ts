import { FILE_SECRET_ADVICE } from './file-secrets.js'
import { JUNK_RULE } from './module-tree.js'
import { PROGRAM_ADVICE } from './program-rules.js'
import type { Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'
import { WHOLE_WITH_PLATFORMS } from './target-files.js'

/**
 * What is said of the files of a module by whatever makes an image of them: what everybody could read then, what makes every
 * digest another, and what nobody can run. Of it pack makes images all the same.
 */
export const TREE_RULES: readonly Rule<ModuleSubject>[] = [
  ...FILE_SECRET_ADVICE,
  JUNK_RULE,
  WHOLE_WITH_PLATFORMS,
  ...PROGRAM_ADVICE.filter(({ refusedBy }) => refusedBy !== undefined),
]
