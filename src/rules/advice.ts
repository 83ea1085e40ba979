import { ARTIFACT_ADVICE } from './artifacts.js'
import { BASE_CONSTRAINT_ADVICE } from './base-constraints.js'
import { BASE_DISTRO_ADVICE } from './base-distro.js'
import { BASE_USER_ADVICE } from './base-images.js'
import { BASE_LABEL_ADVICE } from './base-labels.js'
import { BUILDER_FILE_ADVICE } from './builder-advice.js'
import { BUILDER_API_ADVICE } from './builder-apis.js'
import { BUILDER_EXTENSION_ADVICE } from './builder-extensions.js'
import { BUILDER_MIXIN_ADVICE } from './builder-mixins.js'
import { BUILDER_MODULE_ADVICE } from './builder-modules.js'
import { BUILDER_STACK_ADVICE } from './builder-stacks.js'
import { CLOUD_FOUNDRY_ADVICE } from './cloud-foundry.js'
import { DEPENDENCY_DEFAULT_ADVICE } from './dependency-defaults.js'
import { DEPENDENCY_DOWNLOAD_ADVICE } from './dependency-downloads.js'
import { DEPENDENCY_LIFE_ADVICE } from './dependency-life.js'
import { DEPENDENCY_ORIGIN_ADVICE } from './dependency-origins.js'
import { DEPENDENCY_TARGET_ADVICE } from './dependency-targets.js'
import { DOCKERFILE_HABIT_ADVICE } from './dockerfile-habits.js'
import { DOCKERFILE_ADVICE } from './dockerfiles.js'
import { DEPENDENCY_SOURCE_ADVICE, ENTRY_ADVICE } from './entry-sources.js'
import { EXTENSION_TOML_ADVICE } from './extension-toml.js'
import { EXTENSION_ADVICE } from './extensions.js'
import { FILE_SECRET_ADVICE } from './file-secrets.js'
import { LICENSE_ADVICE } from './licenses.js'
import { LIFECYCLE_ADVICE } from './lifecycle-advice.js'
import { MODULE_API_ADVICE } from './module-api.js'
import { MODULE_COMPOSITE_ADVICE } from './module-composite.js'
import { MODULE_IDENTITY_ADVICE } from './module-identity.js'
import { MODULE_MIXIN_ADVICE } from './module-mixins.js'
import { MODULE_STACK_ADVICE } from './module-stacks.js'
import { MODULE_TREE_ADVICE } from './module-tree.js'
import { NAMED_FILE_ADVICE } from './named-files.js'
import { ORDER_GROUP_ADVICE, PACKAGED_GROUP_ADVICE } from './order-groups.js'
import { ORDER_MEMBER_ADVICE, PACKAGED_MEMBER_ADVICE } from './order-members.js'
import { ORDER_MODULE_ADVICE } from './order-modules.js'
import { ORDER_PROGRAM_ADVICE } from './order-programs.js'
import { ORDER_TARGET_ADVICE, PACKAGED_TARGET_ADVICE } from './order-targets.js'
import { PACKAGE_FILE_ADVICE } from './package-advice.js'
import { PACKAGE_STACK_ADVICE } from './package-stacks.js'
import { BUILDER_TEMPLATE_ADVICE, PACKAGE_TEMPLATE_ADVICE } from './placeholder.js'
import { PROGRAM_ADVICE } from './program-rules.js'
import type { Rule } from './rule.js'
import { NAMED_IMAGE_ADVICE } from './run-images.js'
import { SBOM_ADVICE } from './sboms.js'
import type { BuilderSubject, ImageSubject, ModuleSubject, PackageSubject } from './subjects.js'
import { TARGET_FILE_ADVICE } from './target-files.js'
import { MODULE_TARGET_LIST_ADVICE } from './target-lists.js'
import { BUILDER_TARGET_ADVICE, MODULE_TARGET_ADVICE, PACKAGE_TARGET_ADVICE } from './target-names.js'
import { PACKAGED_PLATFORM_ADVICE } from './target-packages.js'
import { TARGET_ADVICE } from './targets.js'

/** What `check` says of a builder.toml beside what `RULES` do. */
export const BUILDER_ADVICE: readonly Rule<BuilderSubject>[] = [
  ...BASE_CONSTRAINT_ADVICE,
  ...BASE_DISTRO_ADVICE,
  ...BASE_USER_ADVICE,
  ...BASE_LABEL_ADVICE,
  ...BUILDER_FILE_ADVICE,
  ...ENTRY_ADVICE,
  ...NAMED_IMAGE_ADVICE,
  ...LIFECYCLE_ADVICE,
  ...BUILDER_API_ADVICE,
  ...BUILDER_EXTENSION_ADVICE,
  ...BUILDER_MIXIN_ADVICE,
  ...BUILDER_MODULE_ADVICE,
  ...BUILDER_STACK_ADVICE,
  ...BUILDER_TARGET_ADVICE,
  ...CLOUD_FOUNDRY_ADVICE,
  ...BUILDER_TEMPLATE_ADVICE,
  ...ORDER_GROUP_ADVICE,
  ...ORDER_MEMBER_ADVICE,
  ...ORDER_MODULE_ADVICE,
  ...ORDER_PROGRAM_ADVICE,
  ...ORDER_TARGET_ADVICE,
  ...TARGET_ADVICE,
]

/** The same of a package.toml. */
export const PACKAGE_ADVICE: readonly Rule<PackageSubject>[] = [
  ...PACKAGE_STACK_ADVICE,
  ...PACKAGE_TARGET_ADVICE,
  ...PACKAGE_TEMPLATE_ADVICE,
  ...PACKAGED_GROUP_ADVICE,
  ...PACKAGED_MEMBER_ADVICE,
  ...PACKAGED_PLATFORM_ADVICE,
  ...PACKAGED_TARGET_ADVICE,
  ...PACKAGE_FILE_ADVICE,
  ...DEPENDENCY_SOURCE_ADVICE,
]

/** What it says of each module whose files are at hand. */
export const MODULE_ADVICE: readonly Rule<ModuleSubject>[] = [
  ...DEPENDENCY_DEFAULT_ADVICE,
  ...DEPENDENCY_DOWNLOAD_ADVICE,
  ...DEPENDENCY_LIFE_ADVICE,
  ...DEPENDENCY_ORIGIN_ADVICE,
  ...DEPENDENCY_TARGET_ADVICE,
  ...DOCKERFILE_ADVICE,
  ...DOCKERFILE_HABIT_ADVICE,
  ...EXTENSION_ADVICE,
  ...EXTENSION_TOML_ADVICE,
  ...FILE_SECRET_ADVICE,
  ...LICENSE_ADVICE,
  ...MODULE_API_ADVICE,
  ...MODULE_COMPOSITE_ADVICE,
  ...MODULE_IDENTITY_ADVICE,
  ...MODULE_MIXIN_ADVICE,
  ...MODULE_STACK_ADVICE,
  ...MODULE_TARGET_ADVICE,
  ...MODULE_TARGET_LIST_ADVICE,
  ...MODULE_TREE_ADVICE,
  ...NAMED_FILE_ADVICE,
  ...PROGRAM_ADVICE,
  ...SBOM_ADVICE,
  ...TARGET_FILE_ADVICE,
]

/** What it says of an image. */
export const IMAGE_ADVICE: readonly Rule<ImageSubject>[] = ARTIFACT_ADVICE
