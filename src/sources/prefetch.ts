import { resolve } from 'node:path'
import type { Named, SourceContext, WantedPlatform } from './context.js'
import { mayExist } from './paths.js'
import { readImageAt } from './images.js'
import { mayBeImage } from '../oci/place.js'
import { classifyLocator } from '../cnb/locator.js'

/** Images and files that are fetched at the same time: enough to wait for a distant registry once and not for each of them. */
const AT_ONCE = 8

/**
 * Fetches the images and files that are named, several at a time, so that they are there when they are read in turn; that is when what is
 * wrong with them is told.
 *
 * @throws never
 */
export async function prefetch(named: readonly Named[], wanted: WantedPlatform, context: SourceContext): Promise<void> {
  const rest = named.values()
  const readInTurn = async (): Promise<void> => {
    for (const one of rest) await prefetchOne(one, wanted, context).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, named.length) }, readInTurn))
}

async function prefetchOne(named: Named, wanted: WantedPlatform, context: SourceContext): Promise<void> {
  const { text } = named
  const replaced = context.replacements.find(text)?.place
  if (replaced?.kind === 'registry' || replaced?.kind === 'engine') await readImageAt(replaced, named, wanted, context)
  if (replaced !== undefined) return
  const locator = classifyLocator(text, (path) => mayExist(resolve(context.base, path)))
  if (locator.kind === 'url') await context.download(locator.url, named)
  if (locator.kind !== 'image' && locator.kind !== 'registry-id') return
  if (!mayBeImage(text)) return
  const reference = locator.kind === 'image' ? locator.reference : await context.lookUp(locator, named)
  await readImageAt({ kind: 'registry', reference }, named, wanted, context)
}
