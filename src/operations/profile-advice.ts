import type { Diagnostic } from '../errors.js'
import type { PackageConfig } from '../cnb/package-config.js'
import type { PackageInput } from '../plan/package-input.js'
import { refuses, severityFor, type Profile } from '../rules/profile.js'
import type { Judged, Rule } from '../rules/rule.js'
import { judge } from '../rules/run-rules.js'
import type { ModuleSubject } from '../rules/subjects.js'
import type { TomlDocument } from '../toml/document.js'
import type { Problems } from './problems.js'

// What an image is made by when pack decides knows nothing of advice, which is four times as much code: it is loaded for
// those who ask for another profile, and of it there is only what that refuses.

/** Of a builder. */
export async function refusedOfBuilder(
  input: Judged,
  { profile, document }: { readonly profile: Profile; readonly document: TomlDocument },
): Promise<readonly Diagnostic[]> {
  if (profile.name === 'pack') return []
  const { BUILDER_ADVICE } = await import('../rules/advice.js')
  const unknown = { asOf: undefined, pinned: undefined, baseConstraints: undefined }
  const files = { extensionFiles: undefined, buildpackFiles: undefined }
  return refused({ ...input, ...unknown, ...files, document, profile }, BUILDER_ADVICE, profile)
}

/** Of a package; `document` is missing without a package.toml. */
export async function refusedOfPackage(
  input: Judged<PackageInput>,
  about: { readonly profile: Profile; readonly config: PackageConfig; readonly document: TomlDocument | undefined },
): Promise<readonly Diagnostic[]> {
  const { profile, config, document } = about
  if (profile.name === 'pack') return []
  const { PACKAGE_ADVICE } = await import('../rules/advice.js')
  return refused({ ...input, config, document, asOf: undefined, pinned: undefined }, PACKAGE_ADVICE, profile)
}

/** The rules about a module's files and descriptor that find what `profile` refuses. */
export async function refusingModuleRules(profile: Profile): Promise<readonly Rule<ModuleSubject>[]> {
  if (profile.name === 'pack') return []
  const { MODULE_ADVICE } = await import('../rules/advice.js')
  return MODULE_ADVICE.filter((rule) => refuses(profile, rule))
}

/** Makes errors of all that was found so far and that `profile` refuses, whoever found it. */
export async function raiseRefused(profile: Profile, problems: Problems): Promise<void> {
  if (profile.name === 'pack') return
  const { CATALOGUE } = await import('../rules/catalogue.js')
  problems.judgeAgain((found) => severityFor(profile, found, CATALOGUE.get(found.rule) ?? {}))
}

function refused<Input>(input: Judged<Input>, rules: readonly Rule<Input>[], profile: Profile): readonly Diagnostic[] {
  return judge(
    input,
    rules.filter((rule) => refuses(profile, rule)),
  ).findings
}
