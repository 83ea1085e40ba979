import type { Engine, EngineInfo } from '../engine/engine.js'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace } from '../oci/place.js'
import { printReference, type Reference } from '../oci/reference.js'
import { loadStream } from './engine-load.js'
import { knownLayers } from './engine-layers.js'
import type { ImageSink, PublishedName, StagedImage } from './transport.js'

/** Where an image is to be, and what it is to be called there. */
export interface EngineSinkOptions {
  readonly engine: Engine
  readonly names: readonly Reference[]
  readonly limits: Limits
  /** A directory for layers that must be unpacked; asked for when that is so. The caller removes it. */
  readonly scratch: () => string
}

/** Layers of an image that docker's storage drivers can put on top of each other. */
const ENGINE_LAYERS = 127

/**
 * Writes to a docker engine, which knows images by the digest of their config. Only what it lacks is sent: nothing when it has
 * the image already. It is loaded without a name, and named when all of it is there.
 */
export function engineSink(options: EngineSinkOptions): ImageSink {
  const { engine, names } = options
  const [first] = names
  return {
    name: first === undefined ? engine.name : printPlace({ kind: 'engine', reference: first }),
    check: async () => checkNames(names),
    // An engine takes an image in one piece.
    offer: () => undefined,
    abandon: () => Promise.resolve(),
    stage: (root, signal) => stageInEngine(root, options, signal),
  }
}

function checkNames(names: readonly Reference[]): void {
  const odd = names.find(({ selector }) => selector.kind === 'digest')
  if (odd === undefined) return
  throw new CnbError('E_USAGE', `an image in an engine cannot be called ${printReference(odd)}`, {
    value: printReference(odd),
    hint: 'name it with a tag',
  })
}

async function stageInEngine(
  root: Image | ImageIndex,
  options: EngineSinkOptions,
  signal: AbortSignal | undefined,
): Promise<StagedImage> {
  const { engine, names } = options
  checkNames(names)
  const image = oneImage(root, engine.name)
  const had = await engine.inspect(image.manifest.config.digest, signal)
  const id = had?.id ?? (await load(image, options, signal))
  const after = parseDigest(id)
  const earlier: PublishedName[] = []
  const revert = async (): Promise<void> => {
    for (const [index, { before }] of earlier.entries()) {
      const reference = names[index]
      if (reference === undefined || before === after) continue
      // The failure that brought us here is told.
      await (before === undefined ? engine.remove(reference) : engine.tag(before, reference)).catch(() => undefined)
    }
    earlier.length = 0
  }
  return {
    publish: async (signal) => {
      try {
        for (const reference of names) {
          const before = (await engine.inspect(reference, signal))?.id
          earlier.push({
            name: printPlace({ kind: 'engine', reference }),
            before: before === undefined ? undefined : parseDigest(before),
            after,
          })
          if (before !== after) await engine.tag(id, reference, signal)
        }
      } catch (error) {
        await revert()
        throw error
      }
      return [...earlier]
    },
    revert,
    discard: async () => {
      if (had === undefined && earlier.length === 0) await engine.remove(id).catch(() => undefined)
    },
  }
}

function oneImage(root: Image | ImageIndex, name: string): Image {
  if (root.kind === 'index') {
    throw new CnbError('E_USAGE', `${name} can take one image, and this is an index of ${root.children.length}`, {
      hint: 'choose one with --platform',
    })
  }
  const { length } = root.layers
  if (length <= ENGINE_LAYERS) return root
  throw new CnbError('E_ENGINE_LAYERS', `the image has ${length} layers, and an engine can have ${ENGINE_LAYERS}`, {
    value: String(length),
    hint: 'put several modules into one layer with --flatten',
  })
}

/**
 * Gives the engine the image: first without the layers that it should have, and when that fails, because an engine wants all of
 * them or a connection broke, once more with all of them.
 *
 * @returns the id under which the engine has it
 */
async function load(image: Image, options: EngineSinkOptions, signal: AbortSignal | undefined): Promise<string> {
  const { engine } = options
  const info = await engine.info(signal)
  const known = info.keepsManifests ? 0 : await knownLayers(engine, image.config.diffIds, signal)
  try {
    return await loadOnce(image, { ...options, info, known }, signal)
  } catch (error) {
    const canRetry = error instanceof CnbError && error.code === 'E_ENGINE'
    if (!canRetry || (known === 0 && !isCut(error))) throw error
    return loadOnce(image, { ...options, info, known: 0 }, signal)
  }
}

/** True when the engine did not say what is wrong. */
function isCut(error: CnbError): boolean {
  return error.cause !== undefined
}

interface LoadPlan extends EngineSinkOptions {
  readonly info: EngineInfo
  readonly known: number
}

async function loadOnce(image: Image, plan: LoadPlan, signal: AbortSignal | undefined): Promise<string> {
  const { engine, info, known, limits, scratch } = plan
  const said = await engine.load(loadStream(image, { known, limits, scratch, signal }), signal)
  const wanted = image.manifest.config.digest
  const reported = idsIn(said)
  // An engine that makes a manifest of its own has an id of its own too: what is in the image is all that can be compared.
  const [id = wanted] = info.keepsManifests ? reported : []
  const loaded = await engine.inspect(id, signal)
  const other = info.keepsManifests ? undefined : reported.find((one) => one !== wanted)
  if (other === undefined && loaded?.diffIds.join() === image.config.diffIds.join()) return id
  if (reported.length === 0) throw new CnbError('E_ENGINE', `${engine.name} took the image ${wanted}, but has none now`)
  throw new CnbError('E_ENGINE_DIGEST', `${engine.name} took the image ${wanted}, but made ${other ?? id} of it`, {
    value: other ?? id,
  })
}

/** The ids in `Loaded image ID: sha256:…`; podman leaves out the ID. */
function idsIn(said: readonly string[]): readonly Digest[] {
  return said
    .flatMap((line) => /^Loaded image(?: ID)?: (?:.*@)?(sha256:[0-9a-f]{64})$/.exec(line)?.[1] ?? [])
    .map(parseDigest)
}
