import type { Content, LocalLayer } from '../cnb/content.js'
import { LIFECYCLE_IMAGE_FOLDER } from '../cnb/lifecycle.js'
import { CnbError } from '../errors.js'
import { entriesBelow } from '../tar/below.js'
import { SPECIAL_BITS, type TarEntry, type TarHeader } from '../tar/entry.js'
import { TreeCheck } from '../tar/tree.js'
import { directoryEntries } from './directory-entries.js'
import { warnAbout, type EntryContext } from './entry-context.js'
import { directoryHeader, NO_CONTENT, symlinkHeader } from './headers.js'
import { archiveEntries, archiveName, layerName, packagedEntries } from './open-archive.js'
import type { Entries } from './write-tar.js'

/** Where the lifecycle is in a builder. */
const FOLDER = '/cnb/lifecycle'

/** Where older platforms look for it. */
const OLD_FOLDER = '/lifecycle'

/** What goes in: the files of the folder, whatever its name. lifecycle.toml, the folder itself and deeper folders stay out. */
const IN_FOLDER = /^[^/]+\/([^/]+)$/

/**
 * The entries of the lifecycle layer. Modes, times, owners and formats stay as they are in the release, so that the layer
 * is the one that other tools make of it.
 */
export async function* lifecycleEntries(
  content: Content<LocalLayer>,
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const { file, entries } = openLifecycle(content, context)
  const { limits, allowAbsoluteSymlinks } = context
  const warn = warnAbout(file, context)
  const check = new TreeCheck({
    file,
    limits,
    allowAbsoluteSymlinks,
    // Modes are kept here, so what the check says about them does not hold.
    warn: (warning) => (warning.code === 'W_TAR_MODE' ? undefined : warn(warning)),
  })
  const written = new Set<string>()
  yield { header: directoryHeader(FOLDER), content: NO_CONTENT }
  for await (const { header, content: bytes, offset } of entries) {
    const name = check.check(header, offset)?.name
    const base = name === undefined ? undefined : IN_FOLDER.exec(name)?.[1]
    if (base === undefined) continue
    if (written.has(base)) throw twice(base, file)
    written.add(base)
    if ((header.mode & SPECIAL_BITS) !== 0 && header.type !== 'symlink') {
      const message = `${base} in ${file} has the mode ${header.mode.toString(8)}, which the builder keeps`
      warn({ code: 'W_LIFECYCLE_MODE', message, value: base })
    }
    const linkname = content.kind === 'directory' ? movedLink(header) : header.linkname
    if (header.type === 'hardlink' && content.kind !== 'directory') {
      const message = `${base} in ${file} is a hard link to ${linkname}, a name that the builder does not have`
      warn({ code: 'W_LIFECYCLE_HARDLINK', message, value: base })
    }
    yield { header: { ...header, name: `${FOLDER}/${base}`, linkname }, content: bytes }
  }
  check.end()
  yield { header: symlinkHeader(OLD_FOLDER, FOLDER), content: NO_CONTENT }
}

function openLifecycle(content: Content<LocalLayer>, context: EntryContext): { file: string; entries: Entries } {
  switch (content.kind) {
    case 'directory': {
      const { path } = content
      return { file: path, entries: directoryEntries({ path }, context.limits.pathDepth, context.buffer) }
    }
    case 'archive':
      return { file: archiveName(content), entries: archiveEntries(content, context) }
    case 'layer':
      return {
        file: layerName(content),
        entries: entriesBelow(LIFECYCLE_IMAGE_FOLDER, packagedEntries(content, context)),
      }
  }
}

/** What we make a hard link of ourselves must lead to where its target is now. */
function movedLink({ type, linkname }: TarHeader): string {
  const base = type === 'hardlink' ? IN_FOLDER.exec(linkname)?.[1] : undefined
  return base === undefined ? linkname : `${FOLDER}/${base}`
}

function twice(base: string, file: string): CnbError {
  return new CnbError('E_TAR_DUPLICATE', `${file} has ${base} in two folders, and only one can be ${FOLDER}/${base}`, {
    place: { file },
    value: base,
  })
}
