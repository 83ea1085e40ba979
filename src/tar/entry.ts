/** Header formats. An entry that was read remembers its own, because it is written back in it. */
export type TarFormat = 'ustar' | 'pax' | 'gnu'

export type EntryType = 'file' | 'hardlink' | 'symlink' | 'directory' | 'character' | 'block' | 'fifo'

/** One entry's metadata. Plain data. */
export interface TarHeader {
  readonly type: EntryType
  readonly name: string
  /** Target of a link, else empty. */
  readonly linkname: string
  /** Permission bits with setuid, setgid and sticky: 0o0000 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly uname: string
  readonly gname: string
  /** Bytes of content; 0 unless a file. */
  readonly size: number
  /** Seconds since 1970. */
  readonly mtime: number
  /** The only format in which it may be written; when undefined the first of USTAR, PAX, GNU that can hold it. */
  readonly format?: TarFormat | undefined
  /** PAX records beyond those that the header fields give: `atime`, `ctime`, vendor keys, extended attributes. */
  readonly records?: ReadonlyMap<string, string> | undefined
}

/** An entry with its content, which has exactly `header.size` bytes and is read once, before the next entry. */
export interface TarEntry {
  readonly header: TarHeader
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** 1980-01-01T00:00:01Z in seconds since 1970: the time of everything in a layer. Tools that read zip-era times choke on 0. */
export const CNB_EPOCH_SECONDS = 315_532_801
