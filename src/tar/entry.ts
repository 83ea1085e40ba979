/** Header formats. An entry that was read remembers its own, because what is kept of it depends on that: see `headerBlocks`. */
export type TarFormat = 'ustar' | 'pax' | 'gnu'

/** What an entry is. Kinds that no layer holds are told apart too, because a message names them. */
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
  /** Seconds since 1970; has a fraction only if a PAX record gave one. */
  readonly mtime: number
  /**
   * The format that the entry was read in, if one format describes all of it. `gnu` is written as GNU where that can hold it; any
   * other, and an entry of our own, which has none, is written as USTAR where that can hold it, and else as PAX, never as
   * GNU. With a format, fractions of `mtime` and the times among the records are kept; without one they are dropped.
   */
  readonly format?: TarFormat | undefined
  /**
   * The PAX records that the entry was read with, all of them: the writer drops those which the fields above outdate.
   * For a GNU header only `atime` and `ctime`, which it keeps in fields of its own.
   */
  readonly records?: ReadonlyMap<string, string> | undefined
}

/** Mode bits that change who a program runs as, or who may delete a file: setuid, setgid, sticky. */
export const SPECIAL_BITS = 0o7000

/** An entry with its content, which has exactly `header.size` bytes and is read once, before the next entry. */
export interface TarEntry {
  readonly header: TarHeader
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Where the content begins in the archive that the entry was read from, in bytes. */
  readonly offset?: number | undefined
}

/** Something odd about an archive that does not stop us. */
export interface TarWarning {
  readonly code: string
  readonly message: string
  /** The name or value that is odd, as the archive spells it. */
  readonly value?: string | undefined
}

/** Takes warnings; each code comes once for an archive, with the first value that deserved it. */
export type Warn = (warning: TarWarning) => void

/** 1980-01-01T00:00:01Z in seconds since 1970: the time of everything in a layer. Tools that read zip-era times choke on 0. */
export const CNB_EPOCH_SECONDS = 315_532_801

/** What an entry of a layer has unless it says otherwise: no content, no target, root's, of the one time. */
export const LAYER_HEADER = {
  linkname: '',
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  size: 0,
  mtime: CNB_EPOCH_SECONDS,
} as const satisfies Partial<TarHeader>
