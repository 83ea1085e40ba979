import { CnbError } from '../errors.js'
import type { Image, ImageConfig, ImageIndex } from '../oci/image.js'
import type { ImagePlace } from '../oci/place.js'
import { parseReference } from '../oci/reference.js'
import type { ImageNeed, Named, SourceContext, WantedPlatform } from './context.js'
import { findReplaced } from './find.js'
import { hintOfNoPath } from './not-a-path.js'
import { redactLocator } from '../redact.js'
import { requirePlatform, selectPlatform, type SelectOptions } from './select-platform.js'

/** Why an image is not there: nobody has it, or nobody may be asked. */
const NOT_THERE: ReadonlyMap<string, 'absent' | 'unread'> = new Map([
  ['E_IMAGE_MISSING', 'absent'],
  ['E_OFFLINE', 'unread'],
])

/**
 * The build image, for the wanted platform. One whose name is no reference, or that `--replace` points to nothing for, was
 * reported, and is undefined.
 *
 * @throws CnbError E_IMAGE_MISSING, E_OFFLINE, E_PLATFORM, and what its reader throws
 */
export async function readBuildImage(
  named: Named,
  wanted: WantedPlatform,
  context: SourceContext,
): Promise<Image | undefined> {
  const at = findImage(named, context)
  return at === undefined ? undefined : readImageAt(at, named, wanted, context, 'base')
}

/** What a run image turned out to be. */
export type FoundImage = ImageConfig | 'absent' | 'unread' | 'no-such-platform'

/**
 * The config of a run image or of a mirror of one. `absent` when it is not there, and `unread` when nobody may be asked: a builder can be made without looking at its
 * run images.
 *
 * @throws CnbError what its reader throws
 */
export async function readRunImage(named: Named, wanted: WantedPlatform, context: SourceContext): Promise<FoundImage> {
  const at = findImage(named, context)
  if (at === undefined) return 'absent'
  const options = selectOptions(named, wanted, context)
  try {
    const found = await selectPlatform(await readRoot(at, named, wanted, context, 'config'), options)
    return found.kind === 'image' ? found.config : found.kind
  } catch (error) {
    const why = error instanceof CnbError ? NOT_THERE.get(error.code) : undefined
    if (why !== undefined) return why
    throw error
  }
}

/** Reads the image at a place and picks the child for the wanted platform. @throws CnbError E_PLATFORM */
export async function readImageAt(
  at: ImagePlace,
  named: Named,
  wanted: WantedPlatform,
  context: SourceContext,
  need: ImageNeed = 'layers',
): Promise<Image> {
  return requirePlatform(await readRoot(at, named, wanted, context, need), selectOptions(named, wanted, context))
}

/** What is wrong with an image that is no file of the user is told with the place where the user names it. */
async function readRoot(
  at: ImagePlace,
  named: Named,
  wanted: WantedPlatform,
  context: SourceContext,
  need: ImageNeed,
): Promise<Image | ImageIndex> {
  try {
    return await context.readImage(at, need, wanted)
  } catch (error) {
    if (!(error instanceof CnbError) || (error.place !== undefined && !NOT_THERE.has(error.code))) throw error
    const shown = redactLocator(named.text)
    const { code, message, value } = error
    const isNotThere = NOT_THERE.has(code)
    const hint = error.hint ?? (isNotThere ? `say where it is: --replace ${shown}=PLACE` : undefined)
    const meant = isNotThere ? pathMeant(named.text) : undefined
    throw error.with({
      message: `the ${named.what} ${shown}: ${message}`,
      place: named.place,
      value: value ?? shown,
      hint: meant ?? hintOfNoPath(error.with({ hint }), named.text, context.base),
    })
  }
}

/** In a locator a word before a colon begins the name of an image, unlike in what `--to` and `--replace` take. */
function pathMeant(text: string): string | undefined {
  const path = /^(?:oci|oci-archive|docker-archive|file|dir):(.+)$/s.exec(text)?.[1]
  return path === undefined ? undefined : `is the file or directory ${path} meant? then write that alone`
}

function selectOptions(named: Named, wanted: WantedPlatform, context: SourceContext): SelectOptions {
  const { report, signal } = context
  return { wanted, shown: redactLocator(named.text), place: named.place, flag: '--target', report, signal }
}

function findImage(named: Named, context: SourceContext): ImagePlace | undefined {
  const replacement = context.replacements.find(named.text)
  if (replacement === undefined) {
    const reference = parseReference(named.text)
    // A rule says so.
    return reference && { kind: 'registry', reference }
  }
  const found = findReplaced(replacement, named, context)
  if (found === undefined) return undefined
  if (found.kind === 'image') return found.at
  if (found.kind === 'file') return { kind: 'archive', file: found.path, format: 'oci' }
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
