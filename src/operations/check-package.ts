import { dirname, resolve } from 'node:path'
import { decodePackageConfig, locateInPackage } from '../cnb/decode-package.js'
import type { ModuleKind } from '../cnb/module.js'
import { PACKAGE_ADVICE } from '../rules/advice.js'
import { PACKAGE_RULES } from '../rules/rule-sets.js'
import type { TomlDocument } from '../toml/document.js'
import { checkModules } from './check-module.js'
import { imageRequestOf, unreadEntries, type CheckRun } from './check-run.js'
import { readPackageInput } from './package-input.js'
import type { PackageRequest } from './package-request.js'
import { packageTargets } from './package-targets.js'

/** Judges a package.toml for every platform that it is made for, and the modules in it. */
export async function checkPackage(document: TomlDocument, run: CheckRun): Promise<void> {
  const { asOf } = run.context
  const request = requestOf(document, run)
  const { config } = request
  for (const target of await packageTargets({ ...run.context, request })) {
    const input = await readPackageInput({ ...run.context, request }, target)
    run.judge(
      document.file,
      { ...input, config, document, asOf, pinned: (reference: string) => run.context.images.pinned(reference) },
      [...PACKAGE_RULES, ...PACKAGE_ADVICE],
      {
        partly: { buildpacks: unreadEntries('[[dependencies]]', input.buildpacks?.slice(1)) },
      },
    )
    const modules = [...(input.buildpacks ?? []), ...(input.extensions ?? [])].flatMap((entry) => entry ?? [])
    await checkModules(modules, run, { namedBy: document.file })
  }
}

function requestOf(document: TomlDocument, { context }: CheckRun): PackageRequest {
  const { problems, surroundings, options } = context
  const kind: ModuleKind = document.has(['extension']) && !document.has(['buildpack']) ? 'extension' : 'buildpack'
  return {
    ...imageRequestOf(context),
    document,
    imageName: undefined,
    flatten: undefined,
    createdBy: undefined,
    options: { kind, limits: options.limits, allowAbsoluteSymlinks: false },
    config: decodePackageConfig(kind, document, problems.report),
    file: {
      base: dirname(resolve(surroundings.host.cwd, document.file)),
      relativeTo: 'package.toml',
      makes: 'package',
      locate: locateInPackage(kind, document),
    },
  }
}
