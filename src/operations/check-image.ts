import { CnbError } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import { redactLocator } from '../redact.js'
import type { CheckedSubject } from './check-report.js'
import { imageRequestOf, type CheckContext, type CheckRun } from './check-run.js'
import { labelsOf, readChild } from './image-facts.js'
import { inspectedName } from './inspected-name.js'
import { readRunImages } from './builder-input.js'
import { publishedBuilder } from './published-builder.js'
import { sourceContext } from './source-context.js'
import type { MatrixInput } from '../rules/matrix/input.js'

/** Looks at an image that was published, on every platform that it has. @throws CnbError */
export async function checkImage(name: string, run: CheckRun): Promise<CheckedSubject | undefined> {
  const { context } = run
  const shown = redactLocator(name)
  const at = await placeOf(name, context)
  return context.problems.attempt(async () => {
    const images = await imagesOf(await context.outside.read(at, 'base'), context)
    const inputs: MatrixInput[] = []
    for (const image of images) inputs.push(await builderInput(image, shown, context))
    run.builders.push({ name: shown, inputs })
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

async function builderInput(image: Image, shown: string, context: CheckContext): Promise<MatrixInput> {
  const { options, problems } = context
  const builder = publishedBuilder(image, labelsOf(image, { place: shown, limits: options.limits }))
  if (builder === undefined) {
    throw new CnbError('E_IMAGE_KIND', `${shown} is no builder`, {
      value: shown,
      hint: 'its label io.buildpacks.builder.metadata would say so',
    })
  }
  const file = { base: context.surroundings.host.cwd, relativeTo: shown, locate: () => ({ file: shown }) }
  const sources = sourceContext({ ...context, request: imageRequestOf(context) }, file, options.limits)
  const { runImages } = builder.label
  return { ...builder.input, runImages: await readRunImages(sources, runImages, image.config.platform, problems) }
}
