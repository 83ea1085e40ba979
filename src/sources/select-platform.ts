import { CnbError, type Place, type Report } from '../errors.js'
import { isAttestation } from '../oci/attestation.js'
import type { Artifact, Image, ImageIndex } from '../oci/image.js'
import { printPlatform, printWholePlatform, type Platform } from '../oci/platform.js'
import type { WantedPlatform } from './context.js'

/** Which platform is wanted, and what to call the image in messages. */
export interface SelectOptions {
  readonly wanted: WantedPlatform
  /** The image for people. */
  readonly shown: string
  /** Where it is named. */
  readonly place: Place
  /** What the user says the wanted platform with; undefined when there is nothing. */
  readonly flag?: '--target' | '--platform' | undefined
  /** Is told when no variant is wanted, and there are several. */
  readonly report?: Report | undefined
  readonly signal?: AbortSignal | undefined
}

/** What an index has when it has nothing for the wanted platform. */
export interface NoSuchPlatform {
  readonly kind: 'no-such-platform'
  readonly there: readonly Platform[]
}

/**
 * The image for the wanted platform: the first child of an index that has its os and architecture, and its variant when one
 * is wanted; of children for several versions of the operating system one for a version that is wanted. What is no index is taken
 * as it is, whatever it was made for, unless the wanted platform is strict.
 *
 * @throws CnbError E_PLATFORM when the index has two different images for the very same platform, or for several architectures of which
 *   none is wanted more than another
 */
export async function selectPlatform(
  root: Image | ImageIndex,
  options: SelectOptions,
): Promise<Image | NoSuchPlatform> {
  if (root.kind === 'image') return isTaken(root, options.wanted) ? root : noImageFor(root)
  const children = await childrenOf(root, options)
  const candidates = children.filter((child) => matches(child.platform, options.wanted))
  const matching = ofWantedVersion(candidates, options.wanted)
  const first = matching[0]
  if (first === undefined) return { kind: 'no-such-platform', there: children.map((child) => child.platform) }
  if (matching.some((child) => child.platform.architecture !== first.platform.architecture))
    throw noChoice(matching, options)
  const twin = matching.find((child) => child.digest !== first.digest && sameInAll(child.platform, first.platform))
  if (twin === undefined) {
    reportVariants(matching, options)
    return first.read()
  }
  throw new CnbError('E_PLATFORM', `${options.shown} has two images for ${printPlatform(first.platform)}`, {
    place: options.place,
    value: `${first.digest}, ${twin.digest}`,
    hint: 'name one of them by its digest',
  })
}

/** As `selectPlatform`, but an index without the wanted platform is an error too. @throws CnbError E_PLATFORM */
export async function requirePlatform(root: Image | ImageIndex, options: SelectOptions): Promise<Image> {
  const found = await selectPlatform(root, options)
  if (found.kind === 'image') return found
  const there = found.there.map((platform) => printWholePlatform(platform)).join(', ')
  const wanted = `${printPlatform(options.wanted)} ${options.wanted.osVersions?.join(' or ') ?? ''}`.trimEnd()
  throw new CnbError('E_PLATFORM', `${options.shown} has no image for ${wanted}; it has ${there || 'none at all'}`, {
    place: options.place,
    value: wanted,
    hint: options.flag && `choose a platform that it has with ${options.flag}`,
  })
}

/**
 * True when there is an image for the wanted platform, and it is there: an engine may have an index, and not all that it names. Whoever
 * then reads an image of several that fit is told.
 *
 * @throws CnbError what its reader throws
 */
export async function hasPlatform(
  root: Image | ImageIndex,
  wanted: WantedPlatform,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const isStrict = wanted.isOfAnyArchitecture !== true
  const options = { wanted: { ...wanted, isStrict }, shown: root.descriptor.digest, place: { file: '' }, signal }
  try {
    return (await selectPlatform(root, options)).kind === 'image'
  } catch (error) {
    if (error instanceof CnbError && error.code === 'E_OCI_BLOB_MISSING') return false
    if (error instanceof CnbError && error.code === 'E_PLATFORM') return true
    throw error
  }
}

function noChoice(matching: readonly Child[], { shown, place, flag }: SelectOptions): CnbError {
  const there = matching.map(({ platform }) => printPlatform(platform)).join(', ')
  return new CnbError('E_PLATFORM', `${shown} has images for ${there}, and nothing says which is wanted`, {
    place,
    value: there,
    hint: flag && `choose one with ${flag}`,
  })
}

function reportVariants(matching: readonly Child[], { shown, place, flag, report }: SelectOptions): void {
  const [taken, ...others] = new Set(matching.map(({ platform }) => printWholePlatform(platform)))
  if (taken === undefined || others.length === 0) return
  report?.({
    rule: 'platform-variants',
    severity: 'warning',
    message: `${shown} has several images of this kind: ${taken} is taken, and ${others.join(', ')} left`,
    place,
    value: taken,
    fix: flag && `name the variant, or the distribution and its version, with ${flag}`,
  })
}

function isTaken({ config: { platform } }: Image, { os, architecture, isStrict }: WantedPlatform): boolean {
  if (isStrict !== true) return true
  const fits = (said: string, wanted: string): boolean => said === '' || said === wanted
  return fits(platform.os, os) && fits(platform.architecture, architecture)
}

function noImageFor({ config }: Image): NoSuchPlatform {
  return { kind: 'no-such-platform', there: [config.platform] }
}

interface Child {
  readonly platform: Platform
  readonly digest: string
  read(): Promise<Image>
}

/** Readers bound how deep indexes may be nested. */
async function childrenOf(index: ImageIndex, options: SelectOptions): Promise<Child[]> {
  const found: Child[] = []
  for (const child of index.children) {
    const { platform, digest } = child.descriptor
    if (isAttestation(child.descriptor)) continue
    if (platform !== undefined) {
      const read = async (): Promise<Image> =>
        requirePlatform(asImage(await child.read(options.signal), options), options)
      found.push({ platform, digest, read })
      continue
    }
    // The config knows what the index does not say.
    const image = await child.read(options.signal)
    if (image.kind === 'artifact') continue
    if (image.kind === 'index') found.push(...(await childrenOf(image, options)))
    else found.push({ platform: image.config.platform, digest, read: () => Promise.resolve(image) })
  }
  return found
}

/** What an index says is for a platform must be something that runs there. */
function asImage(read: Image | ImageIndex | Artifact, { shown, place }: SelectOptions): Image | ImageIndex {
  if (read.kind !== 'artifact') return read
  const { digest } = read.descriptor
  throw new CnbError('E_IMAGE_KIND', `${shown} names ${digest} for a platform, which is no container image`, {
    place,
    value: digest,
  })
}

function matches(platform: Platform, wanted: WantedPlatform): boolean {
  const { os, architecture, variant, isOfAnyArchitecture = false } = wanted
  if (platform.os !== os || !(isOfAnyArchitecture || platform.architecture === architecture)) return false
  return variant === undefined || variant === '' || platform.variant === variant
}

/**
 * Where children are for several versions of the operating system, those for one that is wanted, or that do not say; all of them
 * when none is wanted.
 */
function ofWantedVersion(children: readonly Child[], { osVersions = [] }: WantedPlatform): readonly Child[] {
  const versions = new Set(children.map(({ platform }) => platform.osVersion ?? ''))
  if (versions.size < 2 || osVersions.length === 0) return children
  const ofOneOf = (wanted: readonly string[]): readonly Child[] =>
    children.filter(({ platform }) => wanted.includes(platform.osVersion ?? ''))
  const named = ofOneOf(osVersions)
  return named.length > 0 ? named : ofOneOf([''])
}

function sameInAll(a: Platform, b: Platform): boolean {
  return (
    (a.variant ?? '') === (b.variant ?? '') &&
    (a.osVersion ?? '') === (b.osVersion ?? '') &&
    (a.osFeatures ?? []).join() === (b.osFeatures ?? []).join()
  )
}
