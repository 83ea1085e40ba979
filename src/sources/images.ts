import type { Image, ImageConfig } from '../oci/image.js'
import type { ImagePlace, Named, SourceContext, WantedPlatform } from './context.js'
import { findReplaced, offline } from './find.js'
import { redactLocator } from '../redact.js'
import { requirePlatform, selectPlatform, type SelectOptions } from './select-platform.js'

/**
 * The build image, for the wanted platform. One that `--replace` points to nothing for was reported, and is undefined.
 *
 * @throws CnbError E_OFFLINE when no `--replace` says where it is, E_PLATFORM, and what its reader throws
 */
export async function readBuildImage(
  named: Named,
  wanted: WantedPlatform,
  context: SourceContext,
): Promise<Image | undefined> {
  const at = findImage(named, context)
  if (at === 'unreplaced') throw offline(named, 'would have to be pulled from its registry')
  return at === undefined ? undefined : readImageAt(at, named, wanted, context)
}

/** What a run image turned out to be. */
export type FoundImage = ImageConfig | 'absent' | 'no-such-platform'

/**
 * The config of a run image or of a mirror of one. `absent` when no `--replace` says where it is: a builder can be made
 * without looking at its run images.
 *
 * @throws CnbError what its reader throws
 */
export async function readRunImage(named: Named, wanted: WantedPlatform, context: SourceContext): Promise<FoundImage> {
  const at = findImage(named, context)
  if (at === undefined || at === 'unreplaced') return 'absent'
  const found = await selectPlatform(await context.readImage(at, context.signal), selectOptions(named, wanted, context))
  return found.kind === 'image' ? found.config : found.kind
}

/** Reads the image at a place and picks the child for the wanted platform. @throws CnbError E_PLATFORM */
export async function readImageAt(
  at: ImagePlace,
  named: Named,
  wanted: WantedPlatform,
  context: SourceContext,
): Promise<Image> {
  return requirePlatform(await context.readImage(at, context.signal), selectOptions(named, wanted, context))
}

function selectOptions(named: Named, wanted: WantedPlatform, context: SourceContext): SelectOptions {
  return { wanted, shown: redactLocator(named.text), place: named.place, signal: context.signal }
}

function findImage(named: Named, context: SourceContext): ImagePlace | 'unreplaced' | undefined {
  const replacement = context.replacements.find(named.text)
  if (replacement === undefined) return 'unreplaced'
  const found = findReplaced(replacement, named, context)
  if (found === undefined) return undefined
  if (found.kind === 'image') return found.at
  if (found.kind === 'file') return { kind: 'archive', file: found.path }
  context.report({
    rule: 'source-kind',
    severity: 'error',
    message: `the ${named.what} ${redactLocator(named.text)} is replaced by a directory without an oci-layout file`,
    place: named.place,
    value: redactLocator(named.text),
    fix: `name an OCI layout directory: --replace ${redactLocator(named.text)}=oci:DIR`,
  })
  return undefined
}
