import type { Content, LocalLayer } from '../cnb/content.js'
import type { FileRange, Layer } from '../oci/image.js'
import type { LayerSource } from '../plan/planned-layer.js'

/** A source whose bytes are all on this machine. Plain data, so that a worker can be told of it. */
export type LocalSource = LayerSource<LocalLayer>

/** Brings a layer to this machine, unless it is there. What was brought has the size and digest that it should have. */
export type FetchLayer = (layer: Layer, signal?: AbortSignal) => Promise<FileRange>

/** `source` once its layers are on this machine. @throws what `fetch` throws */
export async function localSource(source: LayerSource, fetch: FetchLayer, signal?: AbortSignal): Promise<LocalSource> {
  switch (source.kind) {
    case 'entries':
      return source
    case 'lifecycle':
      return { ...source, content: await localContent(source.content, fetch, signal) }
    case 'modules': {
      const modules = source.modules.map(async (module) => ({
        ...module,
        content: await localContent(module.content, fetch, signal),
      }))
      return { ...source, modules: await Promise.all(modules) }
    }
  }
}

async function localContent(content: Content, fetch: FetchLayer, signal?: AbortSignal): Promise<Content<LocalLayer>> {
  if (content.kind !== 'layer') return content
  const { descriptor, diffId } = content.layer
  const { mediaType, digest } = descriptor
  const isVerified = content.layer.range === undefined
  const range = await fetch(content.layer, signal)
  return { ...content, layer: { range, isVerified, mediaType, digest, diffId } }
}

/** True when something of `source` has to be fetched before it can be read. */
export function isElsewhere(source: LayerSource): boolean {
  return contentsOf(source).some((content) => content.kind === 'layer' && content.layer.range === undefined)
}

/** Where the bytes of a source come from. */
export function contentsOf<L>(source: LayerSource<L>): readonly Content<L>[] {
  switch (source.kind) {
    case 'entries':
      return []
    case 'lifecycle':
      return [source.content]
    case 'modules':
      return source.modules.map((module) => module.content)
  }
}
