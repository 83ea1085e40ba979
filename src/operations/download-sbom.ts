import { resolve } from 'node:path'
import { readSbomLayer } from '../cnb/app-label.js'
import { CnbError, type Diagnostic } from '../errors.js'
import type { Reporter } from '../events.js'
import type { Limits } from '../limits.js'
import { parseDiffId, type DiffId } from '../oci/digest.js'
import type { Image, ImageIndex, Layer } from '../oci/image.js'
import { compressionMismatch, compressionOf } from '../oci/media-type.js'
import { printPlace, type ImagePlace } from '../oci/place.js'
import { verifiedTar } from '../oci/verified.js'
import { redactLocator } from '../redact.js'
import { decompress } from '../tar/archive.js'
import type { TarEntry } from '../tar/entry.js'
import { readTar } from '../tar/reader.js'
import { extractFiles, type ExtractedFile } from './extract-files.js'
import { labelsOf } from './image-facts.js'
import { inspectedName, type InspectedName } from './inspected-name.js'
import { chooseImage, type LookUpOptions } from './look-up.js'
import { readHere, toldHere } from './told-here.js'
import type { Surroundings } from './surroundings.js'
import type { Network } from './network.js'
import { withReadingRun, type ReadingRun } from './reading-run.js'

/** What `downloadSbom` is asked for. */
export interface DownloadSbomOptions extends Omit<LookUpOptions, 'allPlatforms'> {
  /** Does not ask the docker engine. */
  readonly remoteOnly: boolean
  /** Where the files go; made when it is not there. */
  readonly outputDirectory: string
}

/** What was written; `--json` prints it. */
export interface SbomResult {
  /** Where the image was read. */
  readonly place: string
  /** The layer that the files were in. */
  readonly diffId: string
  /** Absolute. */
  readonly directory: string
  readonly files: readonly ExtractedFile[]
  readonly warnings: readonly Diagnostic[]
}

/**
 * Writes the bills of materials of an application below a directory, as `layers/sbom/…`. Every file is there, or none that was
 * not there before.
 *
 * @throws CnbError E_IMAGE_MISSING; E_LABEL when the image has none; what is wrong with their layer; E_IO
 */
export async function downloadSbom(options: DownloadSbomOptions, surroundings: Surroundings): Promise<SbomResult> {
  return withReadingRun(options, surroundings, async (run) => {
    const { problems, surroundings } = run
    const { host, signal } = surroundings
    const { limits } = options
    const { root, place } = await readRoot(options, run)
    const image = await chooseImage(root, place, options, surroundings)
    const sha = readSbomLayer(labelsOf(image, { place, limits }))
    if (sha === undefined) throw noSbom(place)
    const diffId = parseDiffId(sha)
    const layer = layerOf(image, diffId, place)
    const directory = resolve(host.cwd, options.outputDirectory)
    const file = `${place}!${diffId}`
    const entries = entriesOf(layer, file, limits, signal)
    const files = await extractFiles(entries, directory, { file, limits })
    return { place, diffId, directory, files, warnings: problems.warnings }
  })
}

interface FoundRoot {
  readonly root: Image | ImageIndex
  readonly place: string
}

/** The engine's image before the registry's, as in pack; unlike there an engine need not be there. */
async function readRoot(
  { name: text, remoteOnly }: DownloadSbomOptions,
  { images, remote, network, surroundings }: ReadingRun,
): Promise<FoundRoot> {
  const { host, report } = surroundings
  const name = inspectedName(text, { cwd: host.cwd, takesIds: false })
  const shown = redactLocator(text)
  if (name.kind === 'url') {
    const named = { text: name.url, place: { file: 'command line' }, what: 'image' }
    const { file } = await remote.download(name.url, named)
    return { root: await images.read({ kind: 'archive', file, format: 'oci' }, 'base'), place: shown }
  }
  for (const at of placesOf(name, remoteOnly)) {
    try {
      if (at.kind === 'engine' && !(await hasEngine(network, report))) continue
      const named = { text, what: 'image', cwd: host.cwd }
      return { root: await readHere(named, () => images.read(at, 'base')), place: printPlace(at) }
    } catch (error) {
      if (!(error instanceof CnbError) || error.code !== 'E_IMAGE_MISSING') throw error
      report({ kind: 'notice', text: error.message })
    }
  }
  const missing = new CnbError('E_IMAGE_MISSING', `image '${shown}' cannot be found`, { value: shown })
  throw toldHere(missing, { text, what: 'image', cwd: host.cwd })
}

async function hasEngine(network: Network, report: Reporter): Promise<boolean> {
  try {
    await network.engine()
    return true
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    report({ kind: 'detail', text: `no docker engine was asked: ${error.message}` })
    return false
  }
}

function placesOf(name: Exclude<InspectedName, { readonly kind: 'url' }>, remoteOnly: boolean): readonly ImagePlace[] {
  switch (name.kind) {
    case 'reference': {
      const { reference } = name
      const registry: ImagePlace = { kind: 'registry', reference }
      return remoteOnly ? [registry] : [{ kind: 'engine', reference }, registry]
    }
    case 'engine':
      return [name]
    case 'file':
      return [name.at]
    case 'entry':
      return []
  }
}

function layerOf(image: Image, diffId: DiffId, place: string): Layer {
  const layer = image.layers.find((layer) => layer.diffId === diffId)
  if (layer !== undefined) return layer
  throw new CnbError('E_LABEL', `the SBOM layer that ${place} names is not in the image`, {
    place: { file: place },
    value: diffId,
  })
}

function noSbom(place: string): CnbError {
  return new CnbError('E_LABEL', `could not find SBoM information on '${place}'`, {
    place: { file: place },
    hint: 'build the application with buildpacks that write bills of materials',
  })
}

/** The entries of the layer; its digest and its diffID are checked while it is read. */
async function* entriesOf(
  layer: Layer,
  file: string,
  limits: Limits,
  signal: AbortSignal | undefined,
): AsyncGenerator<TarEntry, void, undefined> {
  const { compression, content, close } = await decompress(layer.open(signal), { file, limits })
  const { mediaType } = layer.descriptor
  // An engine hands layers over as plain tars, whatever type they have.
  const isWrong = compression !== 'none' && compression !== compressionOf(mediaType)
  if (isWrong) {
    await close()
    throw compressionMismatch(file, mediaType, compression)
  }
  yield* readTar(verifiedTar(content, layer.diffId, file), { file, limits, proven: true, mayBeEmpty: true })
}
