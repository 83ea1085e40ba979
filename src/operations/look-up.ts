import { LABEL, type LabelSource } from '../cnb/labels.js'
import { CnbError } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace, type ImagePlace } from '../oci/place.js'
import type { Reference } from '../oci/reference.js'
import { redactLocator } from '../redact.js'
import { requirePlatform, selectPlatform } from '../sources/select-platform.js'
import { imageFacts, labelsOf } from './image-facts.js'
import type { ImageFacts, InspectedFrom, InspectedKind, Inspection, Side } from './inspected.js'
import { inspectedName, type InspectedName } from './inspected-name.js'
import type { Network } from './network.js'
import type { RunOptions } from './run-options.js'
import type { Connections } from './connections.js'
import { parsePlatformFlag } from './platform-flag.js'
import type { Settings } from './settings-file.js'
import type { Surroundings } from './surroundings.js'
import { withReadingRun } from './reading-run.js'
import { readHere, toldHere } from './told-here.js'
import { hintOfNoPath } from '../sources/not-a-path.js'

/** What every inspecting operation is asked for. Texts are as a user writes them. */
export interface LookUpOptions extends RunOptions {
  /** A reference, a place as `copy` has them, a file, a layout directory, or a URL. */
  readonly name: string
  /** `os/arch[/variant]`; undefined for that of this machine, or else the first one that is there. */
  readonly platform: string | undefined
  /** Looks at every image of an index. */
  readonly allPlatforms: boolean
}

/** An image that was found under a name. */
export interface LookedUpImage {
  readonly image: Image
  readonly facts: ImageFacts
  readonly labels: LabelSource
}

/** What is looked for. */
export interface Wanted<T> {
  readonly kind: InspectedKind
  /** Ids of a buildpack registry are names of it. */
  readonly takesIds: boolean
  /** What an image says of itself; undefined when it is not what is looked for. @throws CnbError */
  readonly read: (found: LookedUpImage, settings: Settings) => T | undefined
}

/**
 * Looks for an image where its name may lead to, and reads it there. Not to have a docker engine is no failure, nor is to have
 * an image in one place only.
 *
 * @throws CnbError E_IMAGE_MISSING when it is nowhere, or what kept us from looking; E_USAGE
 */
export async function lookUp<T>(
  options: LookUpOptions,
  wanted: Wanted<T>,
  surroundings: Surroundings,
): Promise<Inspection<T>> {
  const { what, isNo = what } = WORDS[wanted.kind]
  return withReadingRun(options, surroundings, async (run) => {
    const { images, problems, surroundings, settings } = run
    const { signal, host } = surroundings
    const shown = redactLocator(options.name)
    const name = inspectedName(options.name, { cwd: host.cwd, takesIds: wanted.takesIds })
    const read = async (at: ImagePlace): Promise<Side<T>> => {
      const root = await images.read(at, 'base')
      const place = name.kind === 'url' ? shown : printPlace(at)
      const image = await chooseImage(root, place, options, surroundings)
      const { report } = problems
      const facts = { place, isDescribed: at.kind === 'engine', limits: options.limits, report, signal }
      const found = await imageFacts(root, image, options.allPlatforms, facts)
      const value = wanted.read({ image, facts: found, labels: labelsOf(image, facts) }, settings.user)
      if (value !== undefined) return { kind: 'found', value }
      const reason = `the image ${printPlace(at)} is no ${isNo}`
      const instead = kindOf(image)
      return { kind: 'absent', reason, instead: instead === wanted.kind ? undefined : instead }
    }
    const named = { text: options.name, what, cwd: host.cwd }
    const sides = await readHere(named, () => lookAt(name, run, { named, read }))
    const found = { name: shown, from: fromOf(name), ...sides, warnings: problems.warnings }
    checkFound(found, wanted.kind, host.cwd)
    return found
  })
}

/** The image of `root` that is looked at. @throws CnbError E_PLATFORM when one that was asked for is not there */
export async function chooseImage(
  root: Image | ImageIndex,
  place: string,
  { platform }: Pick<LookUpOptions, 'platform'>,
  { host, report, signal }: Surroundings,
): Promise<Image> {
  const options = { shown: place, place: { file: place }, flag: '--platform', signal } as const
  if (platform !== undefined) return requirePlatform(root, { ...options, wanted: parsePlatformFlag(platform) })
  const wanted = { os: 'linux', architecture: host.architecture }
  const found = await selectPlatform(root, { ...options, wanted })
  if (found.kind === 'image') return found
  const first = found.there[0]
  if (first === undefined) return requirePlatform(root, { ...options, wanted })
  const image = await requirePlatform(root, { ...options, wanted: first })
  report({ kind: 'notice', text: `${place} has nothing for linux/${host.architecture}; this is its first image` })
  return image
}

interface Reading<T> {
  readonly named: Parameters<typeof toldHere>[1]
  readonly read: (at: ImagePlace) => Promise<Side<T>>
}

const NOBODY = { kind: 'absent', reason: undefined } as const

async function lookAt<T>(
  name: InspectedName,
  connections: Connections,
  reading: Reading<T>,
): Promise<{ readonly remote: Side<T>; readonly local: Side<T> }> {
  switch (name.kind) {
    case 'reference': {
      const { reference } = name
      const remote = await sideOf({ kind: 'registry', reference }, reading)
      return { remote, local: await engineSide(reference, connections.network, reading) }
    }
    case 'engine':
      return { remote: NOBODY, local: await engineSide(name.reference, connections.network, reading) }
    case 'file':
      return { remote: NOBODY, local: await sideOf(name.at, reading) }
    case 'url': {
      const named = { text: name.url, place: { file: 'command line' }, what: reading.named.what }
      const { file } = await connections.remote.download(name.url, named)
      return { remote: await sideOf({ kind: 'archive', file, format: 'oci' }, reading), local: NOBODY }
    }
    case 'entry': {
      const { text, what } = reading.named
      const named = { text, place: { file: 'command line' }, what }
      const reference = await connections.remote.lookUp(name.entry, named)
      return { remote: await sideOf({ kind: 'registry', reference }, reading), local: NOBODY }
    }
  }
}

async function engineSide<T>(reference: Reference, network: Network, reading: Reading<T>): Promise<Side<T>> {
  try {
    await network.engine()
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    return { kind: 'absent', reason: `no docker engine was asked: ${error.message}` }
  }
  return sideOf({ kind: 'engine', reference }, reading)
}

async function sideOf<T>(at: ImagePlace, { named, read }: Reading<T>): Promise<Side<T>> {
  try {
    return await read(at)
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    if (error.code === 'E_IMAGE_MISSING') return NOBODY
    if (error.code === 'E_OFFLINE') return { kind: 'absent', reason: error.message }
    return { kind: 'failed', error: toldHere(error, named) }
  }
}

function fromOf({ kind }: InspectedName): InspectedFrom {
  return kind === 'engine' ? 'reference' : kind === 'entry' ? 'buildpack registry' : kind
}

/** What an image of another kind than the one that was wanted is. A builder has the labels of what it is made of too. */
function kindOf({ config: { labels } }: Image): InspectedKind | undefined {
  if (labels.has(LABEL.builderMetadata)) return 'builder'
  if (labels.has(LABEL.buildpackLayers)) return 'buildpack'
  if (labels.has(LABEL.extensionLayers)) return 'extension'
  return labels.has(LABEL.lifecycleMetadata) ? 'application' : undefined
}

/** What to call one of a kind. */
interface Words {
  /** Without its article. */
  readonly what: string
  /** What an image of another kind is not, where that is said in other words. */
  readonly isNo?: string
  /** What an image is that was taken for something else, and the command that shows it. */
  readonly isA: string
  readonly command: string
}

const WORDS: Readonly<Record<InspectedKind, Words>> = {
  builder: { what: 'builder', isA: 'a builder', command: 'trowel builder inspect' },
  buildpack: { what: 'buildpack', isA: 'a package of a buildpack', command: 'trowel buildpack inspect' },
  extension: { what: 'extension', isA: 'a package of an extension', command: 'trowel extension inspect' },
  application: {
    what: 'image',
    isNo: 'application of buildpacks',
    isA: 'an application',
    command: 'trowel inspect',
  },
}

/** @throws CnbError why there is nothing to look at, if there is not */
function checkFound<T>({ name, remote, local }: Inspection<T>, kind: InspectedKind, cwd: string): void {
  const { what, isNo = what } = WORDS[kind]
  const sides = [remote, local]
  if (sides.some(({ kind }) => kind === 'found')) return
  for (const side of sides) if (side.kind === 'failed') throw side.error
  for (const side of sides) {
    if (side.kind !== 'absent' || side.instead === undefined) continue
    const { isA, command } = WORDS[side.instead]
    const hint = `${command} ${name}`
    throw new CnbError('E_LABEL', `'${name}' is ${isA}, and no ${isNo}`, { value: name, hint })
  }
  const reasons = sides.flatMap((side) => (side.kind === 'absent' && side.reason !== undefined ? [side.reason] : []))
  const missing = new CnbError(
    'E_IMAGE_MISSING',
    [`unable to find ${what} '${name}' locally or remotely`, ...reasons].join('; '),
    { value: name, hint: 'check the name; a registry hides private images from those who are not logged in' },
  )
  throw missing.with({ hint: hintOfNoPath(missing, name, cwd) })
}
