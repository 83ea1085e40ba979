import { LINUX_RELEASES } from '../cnb/known-lifecycles.js'
import { normaliseSemver } from '../cnb/semver.js'
import type { Named, SourceContext, WantedPlatform } from './context.js'
import { findDownload, findReplaced, type Found } from './find.js'
import type { Replacements } from './replacements.js'

/** The reference by which `--replace` gives the lifecycle of a builder.toml that names none. */
const REPLACEABLE = 'lifecycle'
/** What pack 0.40.6 downloads when builder.toml does not say. */
export const DEFAULT_LIFECYCLE = '0.21.0'
const RELEASES = 'https://github.com/buildpacks/lifecycle/releases/download'

/** True when `--replace` says where the lifecycle of a builder.toml is that names none of its own. */
export function isReplaced(replacements: Replacements): boolean {
  return replacements.find(REPLACEABLE) !== undefined
}

/** A release that was found, and what to call it. */
export interface FoundRelease {
  readonly found: Found
  readonly named: Named
}

/**
 * A release of the lifecycle: where `--replace` says that it is, or from the project's own page. `version` is as builder.toml has
 * it, empty for the default. undefined when there is no such release; the reason was reported.
 *
 * @throws CnbError what a download objects to
 */
export async function findRelease(
  version: string,
  target: WantedPlatform,
  context: SourceContext,
): Promise<FoundRelease | undefined> {
  const place = context.locate(['lifecycle', 'version'])
  const normal = normaliseSemver(version === '' ? DEFAULT_LIFECYCLE : version)
  // A rule says so.
  if (normal === undefined) return undefined
  const url = releaseUrl(normal, target)
  const named = { text: url ?? `lifecycle ${normal}`, place, what: 'lifecycle' }
  const replacement = context.replacements.find(named.text) ?? context.replacements.find(REPLACEABLE)
  if (replacement !== undefined) {
    const found = findReplaced(replacement, named, context)
    return found && { found, named }
  }
  if (url !== undefined) return { found: await findDownload(url, named, context), named }
  context.report({
    rule: 'target-lifecycle-arch',
    severity: 'error',
    message: `there is no release of lifecycle ${normal} for ${target.os}/${target.architecture}`,
    place,
    value: `${target.os}/${target.architecture}`,
    fix: 'name an archive or a directory with [lifecycle] uri',
  })
  return undefined
}

/**
 * The address of a release, or undefined when none is made for the platform.
 * @see https://github.com/buildpacks/lifecycle/releases
 */
function releaseUrl(version: string, { os, architecture }: WantedPlatform): string | undefined {
  const name =
    os === 'linux'
      ? LINUX_RELEASES.get(architecture)
      : os === 'windows' && architecture === 'amd64'
        ? 'x86-64'
        : undefined
  return name && `${RELEASES}/v${version}/lifecycle-v${version}+${os}.${name}.tgz`
}
