import { resolve } from 'node:path'
import type { ImagePlace } from '../oci/place.js'
import type { Named, SourceContext, WantedPlatform } from './context.js'
import { mayExist } from './find.js'
import { readImageAt } from './images.js'
import { classifyLocator } from './locator.js'

/** Images that are read at the same time: enough to wait for a distant registry once and not for each of them. */
const AT_ONCE = 8

/**
 * Reads the images that are named, several at a time, so that they are known when they are read in turn; that is when what is
 * wrong with them is told.
 *
 * @throws never
 */
export async function prefetchImages(
  named: readonly Named[],
  wanted: WantedPlatform,
  context: SourceContext,
): Promise<void> {
  const rest = named.values()
  const readInTurn = async (): Promise<void> => {
    for (const one of rest) await prefetch(one, wanted, context).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, named.length) }, readInTurn))
}

async function prefetch(named: Named, wanted: WantedPlatform, context: SourceContext): Promise<void> {
  const at = remotePlace(named, context)
  if (at !== undefined) await readImageAt(at, named, wanted, context)
}

/** Where an image lies that is not on this machine; undefined for anything else. */
function remotePlace({ text }: Named, { replacements, base }: SourceContext): ImagePlace | undefined {
  const replaced = replacements.find(text)?.place
  if (replaced !== undefined) return replaced.kind === 'registry' || replaced.kind === 'engine' ? replaced : undefined
  const locator = classifyLocator(text, (path) => mayExist(resolve(base, path)))
  return locator.kind === 'image' ? { kind: 'registry', reference: locator.reference } : undefined
}
