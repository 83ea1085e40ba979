import type { Target } from '../cnb/target.js'
import { CnbError } from '../errors.js'
import { printPlatform, type Platform } from '../oci/platform.js'
import type { Outside } from './outside.js'
import type { Request } from './read-request.js'

/**
 * The targets that a run makes images for: all that were asked for, unless the docker engine is to take the image, which holds
 * one platform: then the first one that fits the engine, and its own platform when none was asked for.
 *
 * @throws CnbError E_USAGE when the engine can take none of them
 */
export async function targetsOf(
  { targets, targetFlags, outputs }: Request,
  outside: Outside,
): Promise<readonly (Target | undefined)[]> {
  if (!outputs.some(({ place }) => place.kind === 'engine')) return targets
  if (targetFlags > 1) {
    throw new CnbError('E_USAGE', 'a docker engine takes one platform, and --target names several', {
      hint: 'name one target, or write to a registry or to oci:DIR',
    })
  }
  const platform = await outside.enginePlatform()
  const [first] = targets
  if (first === undefined) return [targetOf(platform)]
  const fitting = targets.find((target) => target !== undefined && fits(target, platform))
  if (fitting !== undefined) return [{ ...fitting, arch: platform.architecture }]
  const engine = printPlatform(platform)
  throw new CnbError('E_USAGE', `no target fits the docker engine, which runs ${engine}`, {
    value: targets.map((target) => `${target?.os}/${target?.arch}`).join(', '),
    hint: `add the target ${engine}, or write to a registry or to oci:DIR`,
  })
}

function fits({ os, arch }: Target, { os: engineOs, architecture }: Platform): boolean {
  return os === engineOs && (arch === '' || arch === architecture)
}

function targetOf({ os, architecture }: Platform): Target {
  return { os, arch: architecture, variant: '', distros: [] }
}
