import { parseLabelFlags } from '../cnb/label-flag.js'
import { parseTargets, type Target } from '../cnb/target.js'
import { CnbError, type Report } from '../errors.js'
import { normaliseReference, printReference, type Reference } from '../oci/reference.js'
import { PACK, parseProfile, type Profile } from '../rules/profile.js'
import { parseReplacement, Replacements } from '../sources/replacements.js'
import type { Host } from './host.js'
import type { ImageOptions } from './image-options.js'
import { namesIn, outputsOf, parseName, textsOf, type Output } from './outputs.js'
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
  if (outputs) warnAboutTags(tags, outputs, report)
  if (!names || !outputs || !settings || !labels || !flagTargets || !replacements || !profile) return undefined
  return { names, outputs, settings, labels, flagTargets, replacements, profile }
}

/** Says which further names no place keeps: a registry and an engine have those that go there, and an archive has all. */
function warnAboutTags(tags: readonly string[], outputs: readonly Output[], report: Report): void {
  const kept = new Set(namesIn(outputs).map(printReference))
  const lost = tags.filter((tag) => !kept.has(normaliseReference(tag) ?? tag))
  if (lost.length === 0) return
  const value = lost.join(', ')
  report({
    rule: 'tag-nowhere',
    severity: 'warning',
    message: `${value} becomes a name of the image nowhere: ${textsOf(outputs).join(', ')} does not keep it`,
    place: { file: '--tag' },
    value,
    fix: 'add --publish, or --to REFERENCE for a registry that is to get it; oci:DIR:TAG is the tag of a layout',
  })
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
