import { LABEL } from '../cnb/labels.js'
import { CnbError } from '../errors.js'
import type { Digest } from '../oci/digest.js'
import type { Artifact, Image, ImageIndex } from '../oci/image.js'
import { parsePlace, placeFrom, placeHint, printPlace, type ImagePlace } from '../oci/place.js'
import type { Reference } from '../oci/reference.js'
import { requirePlatform } from '../sources/select-platform.js'
import type { ImageSink, PublishedName } from '../transports/transport.js'
import { writeTo } from '../transports/write-to.js'
import type { PublishedResult } from './image-result.js'
import { imageNamed } from './inspected-name.js'
import type { Outcome } from './reading-run.js'
import type { RunOptions } from './run-options.js'
import { readHere } from './told-here.js'
import { checkPackageFiles, outputsOf, textsOf, type Output } from './outputs.js'
import type { ImageReader } from './image-reader.js'
import type { ImageSinks } from './image-sinks.js'
import { parsePlatformFlag } from './platform-flag.js'
import { Problems } from './problems.js'
import { publishedNames } from './results.js'
import { runSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'
import { withConnections } from './connections.js'

/** What `copyImage` is asked for. Texts are as a user writes them. */
export interface CopyImageOptions extends RunOptions {
  /** Where the image is: a file, a layout directory, or what `parsePlace` reads. */
  readonly from: string
  /** Where it is to be, at least one place. */
  readonly to: readonly string[]
  /** `os/arch[/variant]`: the one image of an index that is copied; undefined for all that is there. */
  readonly platform: string | undefined
  /** Makes it an error when a tag that was just written stands for something else. */
  readonly verifyTag: boolean
}

/** What was copied; `--json` prints it. */
export interface CopyResult {
  readonly digest: Digest
  readonly mediaType: string
  readonly places: readonly string[]
  readonly published: readonly PublishedResult[]
}

/** What came of it. */
export type CopyOutcome = Outcome<CopyResult>

/**
 * Copies an image, or an index with all of its images, byte for byte, to every place.
 *
 * @throws CnbError what a place objects to; the signal's reason
 */
export async function copyImage(options: CopyImageOptions, surroundings: Surroundings): Promise<CopyOutcome> {
  const problems = new Problems()
  return problems.guard(surroundings, (guarded) => copy(options, guarded, problems))
}

async function copy(options: CopyImageOptions, surroundings: Surroundings, problems: Problems): Promise<CopyOutcome> {
  const { host, report, signal } = surroundings
  const from = parseFrom(options.from, host.cwd)
  const outputs = outputsOf({ names: nameOf(from), to: options.to, publish: false }, host.cwd)
  const settings = runSettings(options, host, problems.report)
  problems.check()
  return withConnections({ options, settings, outputs, problems }, surroundings, async ({ images, sinks }) => {
    const opened = await openSinks(outputs, sinks)
    for (const sink of opened) await sink.check(signal)
    report({ kind: 'step', text: `copying ${printPlace(from)} to ${textsOf(outputs).join(', ')}` })
    const named = { text: options.from, what: 'image', cwd: host.cwd }
    const root = await readHere(named, () => readRoot(placeFrom(host.cwd, from), options, images, problems, signal))
    checkPackageFiles(outputs, await isPackage(root, signal))
    const published = await writeTo(opened, root, signal)
    return { result: resultOf(root, outputs, published), warnings: problems.warnings }
  })
}

function parseFrom(text: string, cwd: string): ImagePlace {
  const place = imageNamed(text, cwd) ?? parsePlace(text)
  if (place === undefined || (place.kind === 'engine' && place.reference === undefined)) {
    throw new CnbError('E_USAGE', 'not a place that an image can be read from', { value: text, hint: placeHint(text) })
  }
  return place
}

/** What an image at a place is called, where it has a name that an engine would understand. */
function nameOf(place: ImagePlace): readonly Reference[] {
  return (place.kind === 'registry' || place.kind === 'engine') && place.reference !== undefined
    ? [place.reference]
    : []
}

async function openSinks(outputs: readonly Output[], sinks: ImageSinks): Promise<ImageSink[]> {
  const opened: ImageSink[] = []
  for (const { place } of outputs) opened.push(await sinks.open(place))
  return opened
}

async function readRoot(
  from: ImagePlace,
  { platform }: CopyImageOptions,
  images: ImageReader,
  { report }: Problems,
  signal: AbortSignal | undefined,
): Promise<Image | ImageIndex> {
  const wanted = platform === undefined ? undefined : parsePlatformFlag(platform)
  const root = await images.read(from, 'layers')
  if (wanted === undefined) return root
  const shown = printPlace(from)
  return requirePlatform(root, { wanted, shown, place: { file: shown }, flag: '--platform', report, signal })
}

/** Every image in it says so. */
async function isPackage(root: Image | ImageIndex | Artifact, signal: AbortSignal | undefined): Promise<boolean> {
  if (root.kind !== 'index') return root.kind === 'artifact' || root.config.labels.has(LABEL.packageMetadata)
  for (const child of root.children) if (!(await isPackage(await child.read(signal), signal))) return false
  return true
}

function resultOf(
  root: Image | ImageIndex,
  outputs: readonly Output[],
  published: readonly PublishedName[],
): CopyResult {
  const { digest, mediaType } = root.descriptor
  return { digest, mediaType, places: textsOf(outputs), published: publishedNames(published) }
}
