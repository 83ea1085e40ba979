import { CnbError } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import { redactLocator } from '../redact.js'
import type { CheckedSubject } from './check-report.js'
import { imageRequestOf, type CheckContext, type CheckRun } from './check-run.js'
import { labelsOf, readChild } from './image-facts.js'
import { inspectedName } from './inspected-name.js'
import { readRunImages } from './builder-input.js'
import { publishedBuilder, type PublishedBuilder } from './published-builder.js'
import { sourceContext } from './source-context.js'
import type { MatrixInput } from '../rules/matrix/input.js'
import { IMAGE_ADVICE } from '../rules/registry.js'
import type { ImageSubject } from '../rules/subjects.js'

/** Looks at an image that was published, on every platform that it has. @throws CnbError */
export async function checkImage(name: string, run: CheckRun): Promise<CheckedSubject | undefined> {
  const { context } = run
  const shown = redactLocator(name)
  const at = await placeOf(name, context)
  return context.problems.attempt(async () => {
    const root = await context.outside.read(at, 'base')
    const inputs: MatrixInput[] = []
    for (const image of await imagesOf(root, context)) {
      const labels = labelsOf(image, { place: shown, limits: context.options.limits })
      run.judge<ImageSubject>(shown, { image, root, from: shown, labels, asOf: context.asOf }, IMAGE_ADVICE, {})
      const builder = publishedBuilder(image, labels)
      if (builder !== undefined) inputs.push(await withRunImages(builder, image, context))
    }
    if (inputs.length > 0) run.builders.push({ name: shown, inputs })
    return { name: shown, kind: 'image' as const }
  })
}

async function placeOf(text: string, { outside, surroundings }: CheckContext): Promise<ImagePlace> {
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
      return { kind: 'archive', file: (await outside.download(name.url, named)).file, format: 'oci' }
    }
    case 'entry':
      throw new CnbError('E_USAGE', `'${redactLocator(text)}' is an id, not an image`, { value: redactLocator(text) })
  }
}

/** All that runs somewhere; an index may hold attestations too, and name platforms that were not copied along. */
async function imagesOf(root: Image | ImageIndex, context: CheckContext): Promise<readonly Image[]> {
  if (root.kind === 'image') return [root]
  const found: Image[] = []
  for (const child of root.children) {
    if (child.descriptor.platform?.os === 'unknown') continue
    const read = await readChild(child, context.surroundings)
    if (read?.kind === 'image' || read?.kind === 'index') found.push(...(await imagesOf(read, context)))
  }
  return found
}

/** What a builder says of itself, and the run images that it names. */
async function withRunImages(
  { label, input }: PublishedBuilder,
  image: Image,
  context: CheckContext,
): Promise<MatrixInput> {
  const { options, problems, surroundings } = context
  const shown = input.config?.buildImage ?? ''
  const file = { base: surroundings.host.cwd, relativeTo: shown, locate: () => ({ file: shown }) }
  const sources = sourceContext({ ...context, request: imageRequestOf(context) }, file, options.limits)
  return { ...input, runImages: await readRunImages(sources, label.runImages, image.config.platform, problems) }
}
