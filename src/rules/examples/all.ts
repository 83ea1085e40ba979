import { API_EXAMPLES } from './apis.js'
import type { RuleExamples } from './example.js'
import { DEPENDENCY_EXAMPLES } from './dependencies.js'
import { DOCKERFILE_EXAMPLES } from './dockerfiles.js'
import { EXTENSION_EXAMPLES } from './extensions.js'
import { IDENTITY_EXAMPLES } from './identity.js'
import { IMAGE_EXAMPLES } from './images.js'
import { LICENSE_EXAMPLES } from './licenses.js'
import { MIXIN_EXAMPLES } from './mixins.js'
import { MODULE_FILE_EXAMPLES } from './module-files.js'
import { ORDER_EXAMPLES } from './orders.js'
import { BASE_IMAGE_EXAMPLES, LIFECYCLE_EXAMPLES } from './base-images.js'
import { BUILD_ENV_EXAMPLES } from './build-env.js'
import { BUILDER_EXAMPLES } from './builder.js'
import { PACKAGE_EXAMPLES } from './package.js'
import { SCHEMA_EXAMPLES } from './schema.js'
import { STACK_EXAMPLES } from './stacks.js'
import { TARGET_EXAMPLES } from './targets.js'

/** An example of every rule. */
export const EXAMPLES: RuleExamples = {
  ...API_EXAMPLES,
  ...DEPENDENCY_EXAMPLES,
  ...DOCKERFILE_EXAMPLES,
  ...EXTENSION_EXAMPLES,
  ...IDENTITY_EXAMPLES,
  ...IMAGE_EXAMPLES,
  ...LICENSE_EXAMPLES,
  ...MIXIN_EXAMPLES,
  ...MODULE_FILE_EXAMPLES,
  ...ORDER_EXAMPLES,
  ...BASE_IMAGE_EXAMPLES,
  ...LIFECYCLE_EXAMPLES,
  ...BUILDER_EXAMPLES,
  ...BUILD_ENV_EXAMPLES,
  ...PACKAGE_EXAMPLES,
  ...SCHEMA_EXAMPLES,
  ...STACK_EXAMPLES,
  ...TARGET_EXAMPLES,
}
