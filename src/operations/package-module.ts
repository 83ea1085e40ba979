import { looksLikeFile } from '../oci/place.js'
import { moduleName } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import type { Diagnostic } from '../errors.js'
import { printReference } from '../oci/reference.js'
import type { PackageInput } from '../plan/package-input.js'
import type { PackagePlan } from '../plan/package-plan.js'
import { planPackage } from '../plan/plan-package.js'
import type { Judged } from '../rules/rule.js'
import { runPackageRules } from '../rules/run-rules.js'
import { makeImages } from './make-images.js'
import { publishedName, textsOf } from './outputs.js'
import { readPackageInput } from './package-input.js'
import type { PackageOptions } from './package-options.js'
import { refusedOfPackage } from './profile-advice.js'
import { readPackageRequest, type PackageRequest } from './package-request.js'
import type { PackagedModule, PackagePlanResult, PackageResult } from './package-result.js'
import { packageTargets } from './package-targets.js'
import { imageResult, moduleDetails, platformPlan } from './results.js'
import type { Surroundings } from './surroundings.js'

/** What came of it: a plan when only that was asked for, else what was made. */
export type PackageOutcome = { readonly warnings: readonly Diagnostic[] } & (
  | { readonly kind: 'planned'; readonly plan: PackagePlanResult }
  | { readonly kind: 'made'; readonly result: PackageResult }
)

/** Makes a buildpackage or an extension package, or only decides how it would be made. @throws CnbError as `makeImages` */
export async function packageModule(options: PackageOptions, surroundings: Surroundings): Promise<PackageOutcome> {
  const { kind, config, path = 'the current folder' } = options
  const outcome = await makeImages<PackageRequest, Target, Judged<PackageInput>, PackagePlan>(
    {
      subject: config === undefined ? `the ${kind} in ${path}` : `${config} and what it names`,
      config,
      withoutEngine: looksLikeFile(options.name)
        ? `add --format file to make the file ${options.name}`
        : 'add --publish for the registry of NAME, --to PLACE, such as --to oci:DIR, or --format file',
      read: (problems) => readPackageRequest(options, surroundings.host, problems),
      targets: packageTargets,
      input: readPackageInput,
      judge: async (input, request) => [...runPackageRules(input), ...(await refusedOfPackage(input, request))],
      plan: (input) => planPackage(complete(input)),
      details: ({ base, metadata }) => moduleDetails(base.config.platform, metadata.modules),
    },
    options,
    surroundings,
  )
  const { request, plans, warnings } = outcome
  const packaged = packagedModule(plans)
  if (outcome.kind === 'made') {
    return { kind: 'made', result: { ...imageResult(nameOf(request, options), outcome), ...packaged }, warnings }
  }
  const plan = {
    name: options.name,
    places: textsOf(request.outputs),
    platforms: plans.map((plan) => platformPlan(plan, plan.metadata.modules)),
    replaced: request.replacements.used(),
    ...packaged,
  }
  return { kind: 'planned', plan, warnings }
}

/** The name under which a registry has the package: a name that is nowhere is not told. */
function nameOf({ imageName, outputs }: PackageRequest, { publish }: PackageOptions): string | undefined {
  const published = publishedName(outputs)
  return (publish ? imageName : undefined) ?? (published && printReference(published))
}

/** Every entry that is missing was reported, and ended the run before this. */
function complete(judged: Judged<PackageInput>): PackageInput {
  return judged as PackageInput
}

function packagedModule([plan]: readonly PackagePlan[]): PackagedModule {
  if (plan === undefined) throw new Error('there is no platform')
  const { main, stacks } = plan.metadata
  return { module: moduleName(main.descriptor.info), stacks: stacks ?? null }
}
