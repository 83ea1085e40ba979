import { CNB_EPOCH_SECONDS, LAYER_HEADER, type TarHeader } from '../tar/entry.js'

/** The content of what has none. */
export const NO_CONTENT: readonly Uint8Array[] = []

/** Mode of a directory, and of a file that may be run; pack knows only these two. */
const EXECUTABLE = 0o755
const PLAIN = 0o644

const EXECUTE_BITS = 0o111

/** Files that are run by the lifecycle, whatever their mode. */
const BINARIES: ReadonlySet<string> = new Set(['bin/build', 'bin/detect', 'bin/generate'])

/** A directory as pack makes them: mode 0755, owner 0, fixed time. */
export function directoryHeader(name: string): TarHeader {
  return { ...LAYER_HEADER, type: 'directory', name, mode: EXECUTABLE }
}

/** A symbolic link as pack makes them: mode 0644, owner 0, fixed time. */
export function symlinkHeader(name: string, linkname: string): TarHeader {
  return { ...LAYER_HEADER, type: 'symlink', name, linkname, mode: PLAIN }
}

/**
 * The header of a module's entry in the module's layer.
 *
 * @param header name and hard link target from the module's root on, clean
 * @param root the module's folder in the builder, without a trailing slash
 */
export function moduleHeader(header: TarHeader, root: string): TarHeader {
  return {
    ...header,
    name: `${root}/${header.name}`,
    linkname: header.type === 'hardlink' ? `${root}/${header.linkname}` : header.linkname,
    mode: moduleMode(header),
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    mtime: CNB_EPOCH_SECONDS,
  }
}

function moduleMode({ type, name, mode }: TarHeader): number {
  if (type === 'directory' || BINARIES.has(name)) return EXECUTABLE
  return (mode & EXECUTE_BITS) === 0 ? PLAIN : EXECUTABLE
}
