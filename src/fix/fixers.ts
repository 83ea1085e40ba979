import { API_QUOTES } from './api-quotes.js'
import { COMPOSITE_STACKS, EXTENSION_STACKS } from './dead-sections.js'
import { EXEC_ENV_TABLES } from './exec-env-tables.js'
import { EXTENSION_OPTIONAL } from './extension-optional.js'
import type { Fixer } from './fix.js'
import { LEGACY_DISTROS } from './legacy-distros.js'
import { MISSPELLED_KEYS } from './misspelled-keys.js'
import { MODULE_IMAGE } from './module-image.js'
import { ORDER_VERSIONS } from './order-versions.js'
import { PACKAGE_PLATFORM } from './package-platform.js'
import { STACK_SECTION } from './stack-section.js'
import { STACK_TARGETS } from './stack-targets.js'
import { TARGET_WORDS } from './target-words.js'
import { WRONG_TYPES } from './wrong-types.js'

/**
 * What is done first makes room for what is done then: keys are called by their names before their values are looked at. What
 * leaves the number of lines as it is goes before what does not, so that most places are those of the file as it lies there.
 */
export const FIXERS: readonly Fixer[] = [
  MISSPELLED_KEYS,
  WRONG_TYPES,
  API_QUOTES,
  TARGET_WORDS,
  MODULE_IMAGE,
  EXEC_ENV_TABLES,
  LEGACY_DISTROS,
  COMPOSITE_STACKS,
  EXTENSION_STACKS,
  STACK_TARGETS,
  STACK_SECTION,
  PACKAGE_PLATFORM,
  EXTENSION_OPTIONAL,
  ORDER_VERSIONS,
]

/** Rules some of whose findings can be mended. */
export const FIXABLE_RULES: ReadonlySet<string> = new Set(FIXERS.flatMap(({ rules }) => rules))
