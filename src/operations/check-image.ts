import { LABEL } from '../cnb/labels.js'
import { readPackageMetadata } from '../cnb/metadata-label.js'
import { CnbError } from '../errors.js'
import { readRange, wholeFile } from '../file-range.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import { redactLocator } from '../redact.js'
import type { FoundRunImage } from '../plan/builder-input.js'
import { statingRows } from '../rules/artifacts.js'
import type { ImageFiles } from '../rules/distribution/image-files.js'
import { imageKindOf, type ImageKind } from '../rules/distribution/kind.js'
import type { FoundImage } from '../rules/distribution/row.js'
import { rowsNeeding } from '../rules/distribution/rows.js'
import type { MatrixInput } from '../rules/matrix/input.js'
import { BUILDER_ADVICE, IMAGE_ADVICE, MODULE_ADVICE } from '../rules/advice.js'
import { PACKAGE_RULES, RULES } from '../rules/rule-sets.js'
import type { ImageSubject } from '../rules/subjects.js'
import { sniff } from '../tar/sniff.js'
import { readRunImages } from './builder-input.js'
import type { CheckedSubject } from './check-report.js'
import { imageRequestOf, type CheckContext, type CheckRun } from './check-run.js'
import { labelsOf } from './image-facts.js'
import { platformImages } from './platform-images.js'
import { inspectedName } from './inspected-name.js'
import { isAttested } from './attestations.js'
import { publishedBuilder, type PublishedBuilder } from './published-builder.js'
import { builderSubjectOf, packageInputOf, type PublishedContext } from './published-subject.js'
import { LayerReader } from './read-image-files.js'
import { sourceContext } from './source-context.js'

/** What is the same for all platforms of an image. */
interface Subject {
  readonly shown: string
  readonly at: ImagePlace
  readonly root: Image | ImageIndex
  readonly isCompressed: boolean
  readonly reader: LayerReader
  readonly attested: boolean | string
}

/** Rules that say nothing of a published image that rows of the checklist do not say. */
const SAID_BY_ROWS: ReadonlySet<string> = new Set([
  'base-cnb-env-missing',
  'base-os',
  'builder-run-images-missing',
  'order-composite-unused-dep',
  // The builder itself, which may lie anywhere.
  'reference-malformed',
  'target-distro-label-missing',
  // It asks whether a lifecycle is released for the processor; a builder that was published has its lifecycle already.
  'target-lifecycle-arch',
])

/** Rules about the files of modules. */
const OF_FILES = MODULE_ADVICE.filter(({ needs }) => needs.includes('files')).map(({ id }) => id)

/** Looks at an image that was published, on every platform that it has. @throws CnbError */
export async function checkImage(name: string, run: CheckRun): Promise<CheckedSubject | undefined> {
  const { context } = run
  const { limits } = context.options
  const { signal } = context.surroundings
  const shown = redactLocator(name)
  const at = await placeOf(name, context)
  return context.problems.attempt(async () => {
    const root = await readNamed(at, shown, run)
    const reader = new LayerReader({ from: shown, limits, signal })
    const subject = {
      shown,
      at,
      root,
      isCompressed: await isCompressed(at),
      reader,
      attested: await isAttested(at, root, context),
    }
    const inputs: MatrixInput[] = []
    for (const image of await imagesOf(root, signal)) inputs.push(...(await checkPlatform(image, subject, run)))
    if (inputs.length > 0) run.builders.push({ name: shown, inputs })
    return { name: shown, kind: 'image' as const }
  })
}

/** The image that somebody named; what is wrong is said of that name. */
async function readNamed(at: ImagePlace, shown: string, { context }: CheckRun): Promise<Image | ImageIndex> {
  try {
    return await context.images.read(at, context.options.deep ? 'layers' : 'base')
  } catch (error) {
    throw error instanceof CnbError && error.place === undefined ? error.with({ place: { file: shown } }) : error
  }
}

/** Returns what a matrix is made of, when it is a builder. */
async function checkPlatform(image: Image, subject: Subject, run: CheckRun): Promise<readonly MatrixInput[]> {
  const { shown } = subject
  const { context } = run
  const { limits } = context.options
  const kind = imageKindOf(image.config)
  const labels = labelsOf(image, { place: shown, limits })
  const { asOf, profile } = context
  const published = { image, labels, limits, asOf, profile }
  const builder = kind === 'builder' ? readable(() => publishedBuilder(image, labels), shown, run) : undefined
  const runImages = builder === undefined ? [] : await runImagesOf(builder, image, context)
  await judgeImage({ ...published, kind }, subject, runImages, run)
  if (kind === 'builder' && builder !== undefined) judgeBuilder(builder, runImages, published, run)
  if (kind === 'buildpackage' || kind === 'extension-package') judgePackage(kind, published, run)
  return builder === undefined ? [] : [{ ...builder.input, runImages }]
}

/** What labels say; undefined when one is broken, which a row of the checklist says. */
function readable<Value>(read: () => Value | undefined, shown: string, run: CheckRun): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    run.leaveOut(shown, `its labels cannot be relied on: ${error.message}`, [])
    return undefined
  }
}

async function judgeImage(
  { image, labels, kind, asOf, profile }: PublishedContext & { readonly kind: ImageKind },
  { shown, at, root, isCompressed, reader, attested }: Subject,
  named: readonly FoundRunImage[],
  run: CheckRun,
): Promise<void> {
  const { files, why } = await filesOf(image, reader, run)
  const subject = {
    image,
    root,
    at,
    isCompressed,
    from: shown,
    kind,
    labels,
    asOf,
    profile,
    files,
    runImages: kind === 'run-image' ? [{ reference: shown, config: image.config }] : readImages(named),
    isAttested: typeof attested === 'string' ? undefined : attested,
  }
  run.judge<ImageSubject>(shown, subject, IMAGE_ADVICE, {
    missing: {
      files: kind === 'builder' ? why : undefined,
      isAttested: typeof attested === 'string' ? attested : undefined,
    },
  })
  if (why !== undefined) leaveOutRows(rowsNeeding(kind, 'files'), why)
  const unread = whyUnread(named)
  if (unread !== undefined) leaveOutRows(rowsNeeding(kind, 'runImages'), unread)
  if (kind === 'other')
    run.leaveOut(
      shown,
      'checked as a plain image: by its labels it is no builder, package, lifecycle or base image',
      [],
    )

  function leaveOutRows(rows: readonly string[], reason: string): void {
    if (rows.length > 0) run.leaveOut(shown, reason, rows)
  }
}

/** Why rules that look at all run images cannot be asked; undefined when they can. */
function whyUnread(named: readonly FoundRunImage[]): string | undefined {
  const unread = named.filter(({ found }) => typeof found === 'string').map(({ reference }) => reference)
  return unread.length === 0 ? undefined : `of the run images ${unread.join(', ')} was not read`
}

function readImages(named: readonly FoundRunImage[]): readonly FoundImage[] {
  return named.flatMap(({ reference, found }) => (typeof found === 'string' ? [] : [{ reference, config: found }]))
}

/** Codes of layers that are not what manifest or config say of them. */
const NOT_AS_SAID: ReadonlySet<string> = new Set(['E_DIGEST', 'E_SIZE', 'E_DIFFID'])

/** What is in the layers, or why that is not known. */
async function filesOf(
  image: Image,
  reader: LayerReader,
  { context }: CheckRun,
): Promise<{ readonly files: ImageFiles | undefined; readonly why: string | undefined }> {
  if (!context.options.deep) return { files: undefined, why: 'its layers are read with --deep only' }
  try {
    return { files: await reader.filesOf(image), why: undefined }
  } catch (error) {
    if (!(error instanceof CnbError) || error.kind === 'network' || error.kind === 'credentials') throw error
    const { code, message, place = { file: '' }, value } = error
    if (NOT_AS_SAID.has(code)) {
      const fix = 'publish the image again, or copy it from where it is whole'
      context.problems.report({ rule: 'artifact-layer-digest-mismatch', severity: 'error', message, place, value, fix })
    }
    return { files: undefined, why: `a layer cannot be read: ${message}` }
  }
}

function judgeBuilder(
  builder: PublishedBuilder,
  runImages: readonly FoundRunImage[],
  published: PublishedContext,
  run: CheckRun,
): void {
  const { from } = published.labels
  const looked = runImages.filter(({ found }) => found !== 'unread')
  const subject = readable(() => builderSubjectOf(builder, looked, published), from, run)
  if (subject === undefined) return
  const rules = [...RULES, ...BUILDER_ADVICE].filter(({ id }) => !SAID_BY_ROWS.has(id))
  run.judge(from, subject, statingRows(rules, 'builder'), { partly: { runImages: whyUnread(runImages) } })
}

function judgePackage(kind: 'buildpackage' | 'extension-package', published: PublishedContext, run: CheckRun): void {
  const { labels } = published
  const moduleKind = kind === 'buildpackage' ? 'buildpack' : 'extension'
  const input = readable(
    () => {
      const main = readPackageMetadata(labels)?.info
      return main && labels.labels.has(moduleKind === 'buildpack' ? LABEL.buildpackLayers : LABEL.extensionLayers)
        ? packageInputOf(moduleKind, main, published)
        : undefined
    },
    labels.from,
    run,
  )
  if (input === undefined) return
  const rules = PACKAGE_RULES.filter(({ id }) => !SAID_BY_ROWS.has(id))
  run.judge(labels.from, input, statingRows(rules, kind), {})
  run.leaveOut(
    labels.from,
    'what is in the layers of modules is not looked into: check what they were made of',
    OF_FILES,
  )
}

async function isCompressed(at: ImagePlace): Promise<boolean> {
  if (at.kind !== 'archive') return false
  for await (const piece of readRange(wholeFile(at.file))) return sniff(piece) !== 'tar'
  return false
}

async function placeOf(text: string, { remote, surroundings }: CheckContext): Promise<ImagePlace> {
  const name = inspectedName(text, { cwd: surroundings.host.cwd, takesIds: false })
  switch (name.kind) {
    case 'file':
      return name.at
    case 'reference':
      return { kind: 'registry', reference: name.reference }
    case 'engine':
      return { kind: 'engine', reference: name.reference }
    case 'url': {
      const named = { text: name.url, place: { file: redactLocator(text) }, what: 'image' }
      return { kind: 'archive', file: (await remote.download(name.url, named)).file, format: 'oci' }
    }
    case 'entry':
      throw new CnbError('E_USAGE', `'${redactLocator(text)}' is an id, not an image`, { value: redactLocator(text) })
  }
}

/** Nothing is judged when one of them is broken; what is not there is passed over. */
async function imagesOf(root: Image | ImageIndex, signal: AbortSignal | undefined): Promise<readonly Image[]> {
  const found: Image[] = []
  for await (const image of platformImages(root, signal)) if (image.kind === 'image') found.push(image)
  return found
}

/** The run images that a builder names. */
async function runImagesOf(
  { label, input }: PublishedBuilder,
  image: Image,
  context: CheckContext,
): Promise<readonly FoundRunImage[]> {
  const { options, problems, surroundings } = context
  const shown = input.config?.buildImage ?? ''
  const file = {
    base: surroundings.host.cwd,
    relativeTo: shown,
    makes: 'builder' as const,
    locate: () => ({ file: shown }),
  }
  const sources = sourceContext({ ...context, request: imageRequestOf(context) }, file, options.limits)
  return readRunImages(sources, label.runImages, image.config.platform, problems)
}
