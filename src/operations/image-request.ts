import { parseLabelFlags } from '../cnb/label-flag.js'
import { parseTargets, type Target } from '../cnb/target.js'
import { CnbError, type Report } from '../errors.js'
import type { Reference } from '../oci/reference.js'
import { PACK, parseProfile, type Profile } from '../rules/profile.js'
import { parseReplacement, Replacements } from '../sources/replacements.js'
import type { Host } from './host.js'
import type { ImageOptions } from './image-options.js'
import { outputsOf, parseName, type Output } from './outputs.js'
import type { Problems } from './problems.js'
import { runSettings, type RunSettings } from './run-settings.js'

/** What the flags of every verb that makes images ask for, parsed: nothing that they point to was looked at yet. */
export interface ImageRequest {
  /** Those of `--target`. */
  readonly flagTargets: readonly Target[]
  readonly labels: ReadonlyMap<string, string>
  readonly replacements: Replacements
  /** NAME and the further tags. */
  readonly names: readonly Reference[]
  readonly outputs: readonly Output[]
  readonly settings: RunSettings
  readonly profile: Profile
}

/** What the flags say, and `example`: a good NAME, for people. */
interface ImageFlags extends ImageOptions {
  readonly example: string
}

/** Parses the flags. All that is wrong goes to `problems`; undefined when there is nothing to go on with. */
export async function readImageRequest(
  options: ImageFlags,
  host: Host,
  { attempt, report }: Problems,
): Promise<ImageRequest | undefined> {
  const { name, tags, example } = options
  const given = [...(name === undefined ? [] : [name]), ...tags]
  const names = await attempt(() => given.map((text) => parseName(text, example)))
  const outputs = await attempt(() => outputsOf({ ...options, names: names ?? [] }, host.cwd))
  const settings = await attempt(() => settingsOf(options, host, report))
  const labels = await attempt(() => parseLabelFlags(options.labels))
  const flagTargets = await attempt(() => options.targets.flatMap(parseTargets))
  const replacements = await attempt(() => new Replacements(options.replace.map(parseReplacement)))
  const profile = await attempt(() => (options.profile === undefined ? PACK : parseProfile(options.profile)))
  if (!names || !outputs || !settings || !labels || !flagTargets || !replacements || !profile) return undefined
  return { names, outputs, settings, labels, flagTargets, replacements, profile }
}

function settingsOf(options: ImageOptions, host: Host, report: Report): RunSettings {
  checkPullPolicy(options)
  return runSettings(options, host, report)
}

/** Says that `--publish` and `--pull-policy never` do not go together. @throws CnbError E_USAGE */
export function checkPullPolicy({ publish, pullPolicy }: ImageOptions): void {
  if (!publish || pullPolicy !== 'never') return
  throw new CnbError('E_USAGE', '--publish reads images from registries, which --pull-policy never forbids', {
    hint: 'leave out one of the two',
  })
}
