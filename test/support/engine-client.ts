import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Engine, type EngineSettings } from '#src/engine/engine.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image } from '#src/oci/image.js'
import { engineSink } from '#src/transports/engine-sink.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readEngineImage } from '#src/transports/read-engine.js'
import { readLayout } from '#src/transports/read-layout.js'
import type { ImageSink } from '#src/transports/transport.js'
import { temporaryDirectory } from './directories.js'
import { makeLayout, tarOf, type ImageOptions } from './layout.js'
import { reference } from './reference.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

/** The engine that an environment names; it is closed when the test ends. */
export async function openEngine(
  env: Readonly<Record<string, string>>,
  settings: Partial<EngineSettings> = {},
): Promise<Engine> {
  const engine = await Engine.open({ env, limits, report, ...settings })
  onTestFinished(() => engine.close())
  return engine
}

/** An image as some other transport would give it, with two small layers unless it is said otherwise. */
export async function anImage(options: ImageOptions = {}): Promise<Image> {
  const directory = join(temporaryDirectory(), 'source')
  makeLayout(directory, { tars: [tarOf('a', '1'), tarOf('b', '2')], ...options })
  const root = await readLayout(layoutDirectory(directory), undefined, { limits, report })
  if (root.kind !== 'image') throw new Error('not an image')
  return root
}

/** A sink to an engine. */
export function sinkTo(engine: Engine, ...names: readonly string[]): ImageSink {
  const scratch = temporaryDirectory()
  return engineSink({ engine, names: names.map(reference), limits, scratch: () => scratch })
}

/** The image that an engine has under a name, whole or as it is described. */
export async function readFrom(engine: Engine, name: string, { whole }: { readonly whole: boolean }): Promise<Image> {
  const scratch = temporaryDirectory()
  const options = { engine, whole, limits, report, scratch: () => scratch }
  const root = await readEngineImage(reference(name), options)
  if (root?.kind !== 'image') throw new Error(`the engine has no image ${name}`)
  return root
}

/** A place that takes every image, and refuses every name. */
export const REFUSING: ImageSink = {
  name: 'a place that refuses',
  check: () => Promise.resolve(),
  offer: () => undefined,
  abandon: () => Promise.resolve(),
  stage: () =>
    Promise.resolve({
      publish: () => Promise.reject(new Error('refused')),
      revert: () => Promise.resolve(),
      discard: () => Promise.resolve(),
    }),
}
