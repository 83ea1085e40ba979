import { join } from 'node:path'
import type { Content } from '../cnb/content.js'
import type { BuilderConfig } from '../cnb/builder-config.js'
import { decodeLifecycleDescriptor } from '../cnb/decode-lifecycle.js'
import { LIFECYCLE_IMAGE_FOLDER, type Lifecycle } from '../cnb/lifecycle.js'
import { CnbError } from '../errors.js'
import type { Image, Layer } from '../oci/image.js'
import { entriesBelow } from '../tar/below.js'
import { parseToml } from '../toml/parse.js'
import { entriesOfFile, entriesOfLayer } from './archive-entries.js'
import { layerContent } from './buildpackage.js'
import { BlobFetcher } from '../cache/fetch-blob.js'
import type { ImagePlace } from '../oci/place.js'
import { printPlatform, type Platform } from '../oci/platform.js'
import type { Named, SourceContext, WantedPlatform } from './context.js'
import { findSource, shownFile, shownPlace, type Found, type FoundFile } from './find.js'
import { shownPath } from './paths.js'
import { readImageAt } from './images.js'
import { findRelease } from './lifecycle-release.js'
import {
  LIFECYCLE_DESCRIPTOR,
  scanLifecycleDirectory,
  scanLifecycleEntries,
  type SeenLifecycle,
} from './lifecycle-scan.js'
import { redactLocator } from '../redact.js'

/** What an image with a lifecycle is, for people. */
const LIFECYCLE_IMAGE = 'lifecycle image'

/** What to read a lifecycle for. */
export interface LifecycleRequest {
  readonly lifecycle: BuilderConfig['lifecycle']
  /** The platform of the builder: decides which release is meant. */
  readonly target: WantedPlatform
  /** The platform whose child of a lifecycle image is taken: that of this machine, as pack does. */
  readonly host: WantedPlatform
}

/**
 * The lifecycle that builder.toml names. undefined when it could not be read; the reason was reported, with its place.
 *
 * @throws CnbError E_OFFLINE and others when it cannot be fetched; E_DESCRIPTOR; what an archive or an
 *   image is refused for; E_IO
 */
export async function readLifecycle(request: LifecycleRequest, context: SourceContext): Promise<Lifecycle | undefined> {
  const { uri, version } = request.lifecycle
  const place = context.locate(['lifecycle', uri === '' ? 'version' : 'uri'])
  // A rule says that one of them has to go.
  if (uri !== '' && version !== '') return undefined
  if (uri === '') {
    const release = await findRelease(version, request.target, context)
    return release && readFound(release.found, release.named, request, context)
  }
  const named = { text: uri, place, what: 'lifecycle' }
  const found = await findSource(named, { bare: 'path' }, context)
  return found && readFound(found, named, request, context)
}

async function readFound(
  found: Found,
  named: Named,
  request: LifecycleRequest,
  context: SourceContext,
): Promise<Lifecycle | undefined> {
  switch (found.kind) {
    case 'directory':
      return fromDirectory(found.path, named, context)
    case 'file':
      return fromArchive(found, named, context)
    case 'image':
      return fromImage(found.at, named, request, context)
  }
}

function fromDirectory(path: string, named: Named, context: SourceContext): Lifecycle | undefined {
  const file = shownPath(join(path, LIFECYCLE_DESCRIPTOR), context)
  const seen = scanLifecycleDirectory(path, file, context)
  return lifecycleOf({ seen, file, content: { kind: 'directory', path } }, named, context)
}

async function fromArchive(found: FoundFile, named: Named, context: SourceContext): Promise<Lifecycle | undefined> {
  const { path, download } = found
  const file = `${shownFile(found, context)}!${LIFECYCLE_DESCRIPTOR}`
  const seen = await scanLifecycleEntries(entriesOfFile(found, context), file, context)
  return lifecycleOf({ seen, file, content: { kind: 'archive', file: path, download } }, named, context)
}

/** The lifecycle is the last layer of its image, which is fetched: what it is has to be known before the plan. */
async function fromImage(
  at: ImagePlace,
  named: Named,
  { host, target }: LifecycleRequest,
  context: SourceContext,
): Promise<Lifecycle | undefined> {
  const image = await readImageAt(at, named, host, context)
  reportOtherPlatform(image.config.platform, target, named, context)
  const place = shownPlace(at, context)
  const { limits } = context
  const content = layerContent(lastLayer(image, place), { from: place, what: LIFECYCLE_IMAGE, limits })
  const layer = await new BlobFetcher(context.cache).bring(content.layer, context.signal)
  const file = `${place}!${LIFECYCLE_IMAGE_FOLDER}${LIFECYCLE_DESCRIPTOR}`
  const seen = await scanLifecycleEntries(
    entriesBelow(LIFECYCLE_IMAGE_FOLDER, entriesOfLayer(layer, place, context)),
    file,
    context,
  )
  return lifecycleOf({ seen, file, content: { ...content, layer } }, named, context)
}

/** Whatever the target is, pack takes the lifecycle of its own machine, and says nothing when that cannot run in the builder. */
function reportOtherPlatform(
  platform: Platform,
  target: WantedPlatform,
  { text, place }: Named,
  { report }: SourceContext,
): void {
  const { os, architecture } = platform
  if (architecture === '' || (os === target.os && architecture === target.architecture)) return
  const shown = redactLocator(text)
  report({
    rule: 'lifecycle-platform',
    severity: 'warning',
    message: `the lifecycle ${shown} is for ${printPlatform(platform)}, and the builder for ${printPlatform(target)}`,
    place,
    value: shown,
    notes: ['of a lifecycle image for several platforms that for this machine is taken, as pack does'],
    fix: 'name the image for the platform of the builder by its digest, or an archive with the lifecycle',
  })
}

function lastLayer({ layers }: Image, place: string): Layer {
  const last = layers.at(-1)
  if (last !== undefined) return last
  throw new CnbError('E_IMAGE_KIND', `${place} is no ${LIFECYCLE_IMAGE}: it has no layers`, { place: { file: place } })
}

interface ReadLifecycle {
  readonly seen: SeenLifecycle
  /** The descriptor for people. */
  readonly file: string
  readonly content: Content
}

function lifecycleOf(
  { seen, file, content }: ReadLifecycle,
  named: Named,
  context: SourceContext,
): Lifecycle | undefined {
  const from = redactLocator(named.text)
  const { limits, report } = context
  if (seen.descriptor === undefined) {
    report({
      rule: 'lifecycle-descriptor-missing',
      severity: 'error',
      message: `the lifecycle ${from} has no ${LIFECYCLE_DESCRIPTOR} at its root`,
      place: named.place,
      value: from,
      fix: 'name a release archive of the lifecycle, or a folder with its content',
    })
    return undefined
  }
  const document = parseToml(seen.descriptor, { file, limits, report })
  if (document === undefined) return undefined
  const descriptor = decodeLifecycleDescriptor(document, report)
  return { descriptor, locate: document.locate, from, content, binaries: [...seen.binaries].toSorted() }
}
