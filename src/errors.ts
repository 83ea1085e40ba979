/**
 * What went wrong, as data. A problem in the input is a `Diagnostic`: it is reported, gathered, and shown with all the
 * others. Anything that ends the work is a `CnbError` with a stable code. A plain `Error` is a broken promise of our own.
 */

/** What a failure means for the caller; each kind has its exit status. */
export type ErrorKind = 'findings' | 'config' | 'refused' | 'network' | 'credentials' | 'disk'

/** The exit status of each kind. */
export const EXIT_STATUS: Readonly<Record<ErrorKind, number>> = {
  findings: 1,
  config: 2,
  refused: 3,
  network: 4,
  credentials: 5,
  disk: 6,
}

/** Exit status of a bug of ours, as in sysexits(3). */
export const EXIT_BUG = 70

/**
 * Every code that can end a run, with what it means for the caller. Codes are stable: they are never renamed or reused.
 * Sorted by area, then by name.
 */
export const ERROR_KINDS = {
  // Problems in what the user's files or flags say; `diagnostics` holds each of them.
  E_INPUT: 'config',
  E_USAGE: 'config',

  // Archives: tar
  E_NOT_TAR: 'refused',
  E_TAR_ABSOLUTE: 'refused',
  E_TAR_CHECKSUM: 'refused',
  E_TAR_DUPLICATE: 'refused',
  E_TAR_HEADER: 'refused',
  E_TAR_LIMIT: 'refused',
  E_TAR_LINK_DATA: 'refused',
  E_TAR_LINK_ESCAPE: 'refused',
  E_TAR_LINK_TARGET: 'refused',
  E_TAR_NAME_CHARS: 'refused',
  E_TAR_NAME_ENCODING: 'refused',
  E_TAR_PARENT_NOT_DIR: 'refused',
  E_TAR_PATH_ESCAPE: 'refused',
  E_TAR_PATH_LIMIT: 'refused',
  E_TAR_PAX: 'refused',
  E_TAR_PAX_CONFLICT: 'refused',
  E_TAR_PAX_LIMIT: 'refused',
  E_TAR_PAX_ORDER: 'refused',
  E_TAR_SIZE: 'refused',
  E_TAR_SPARSE: 'refused',
  E_TAR_SPECIAL: 'refused',
  E_TAR_TRAILING: 'refused',
  E_TAR_TRUNCATED: 'refused',
  E_TAR_TYPE: 'refused',
  E_TAR_WHITEOUT: 'refused',
  E_TAR_XATTR: 'refused',

  // Archives: compression
  E_COMPRESSION: 'refused',
  E_COMPRESSION_MISMATCH: 'refused',
  E_GZIP: 'refused',
  E_GZIP_NESTED: 'refused',
  E_RATIO: 'refused',

  // Modules and where they come from
  E_DESCRIPTOR: 'refused',
  E_OUTPUT_INSIDE_SOURCE: 'refused',
  E_SOURCE_CHANGED: 'refused',

  // Images
  E_AMBIGUOUS_REF: 'refused',
  E_DIFFID: 'refused',
  E_DIGEST: 'refused',
  E_DIGEST_SYNTAX: 'refused',
  E_IMAGE_CONFIG: 'refused',
  E_IMAGE_KIND: 'refused',
  E_IMAGE_MISSING: 'refused',
  E_JSON: 'refused',
  E_JSON_DUP: 'refused',
  E_LABEL: 'refused',
  E_LABEL_LAYER_MISMATCH: 'refused',
  E_MANIFEST: 'refused',
  E_MEDIATYPE_CONFUSION: 'refused',
  E_OCI_BLOB_MISSING: 'refused',
  E_OCI_LAYOUT: 'refused',
  E_OCI_LIMIT: 'refused',
  E_PLATFORM: 'refused',
  E_SIZE: 'refused',

  // Network
  E_NETWORK: 'network',
  E_OFFLINE: 'network',
  E_REDIRECT: 'refused',
  E_TLS: 'network',

  // Downloads
  E_NOT_ARCHIVE: 'refused',

  // Buildpack registries
  E_GIT: 'config',
  E_INDEX: 'refused',
  E_INDEX_ID: 'refused',
  E_INDEX_MISSING: 'refused',

  // Registries
  E_REGISTRY: 'network',
  E_REGISTRY_DIGEST: 'refused',
  E_REGISTRY_REFUSED: 'refused',

  // Credentials
  E_AUTH: 'credentials',
  E_CREDENTIALS: 'config',
  E_REALM: 'refused',

  // Docker engine
  E_ENGINE: 'network',
  E_ENGINE_CONFIG: 'config',
  E_ENGINE_DIGEST: 'refused',
  E_ENGINE_DISK: 'disk',
  E_ENGINE_LAYERS: 'config',

  // Disk
  E_IO: 'disk',
} as const satisfies Record<string, ErrorKind>

/** The code of a failure. */
export type ErrorCode = keyof typeof ERROR_KINDS

/** Where in the input something stands; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

const ARCHIVE_AGAIN = 'fetch or make the archive again: GNU tar and bsdtar make none like it'
const IMAGE_AGAIN = 'fetch it again, or have whoever made it make it again'

/** What to do about what is refused, where whoever refuses it knows nothing closer. */
const REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  E_TAR_ABSOLUTE: 'make the archive from inside the folder (tar -C DIR .)',
  E_TAR_CHECKSUM: 'the archive is damaged: fetch or make it again',
  E_TAR_DUPLICATE: 'make the archive again, with each file once',
  E_TAR_HEADER: ARCHIVE_AGAIN,
  E_TAR_LINK_DATA: ARCHIVE_AGAIN,
  E_TAR_LINK_ESCAPE: 'make the link point to a file of the module',
  E_TAR_LINK_TARGET: 'make the archive again, with every hard link behind the file that it links to',
  E_TAR_NAME_CHARS: 'rename the file',
  E_TAR_PARENT_NOT_DIR: 'make the archive again, from a folder in which nothing lies below a file or a link',
  E_TAR_PATH_ESCAPE: 'make the archive from inside the folder (tar -C DIR .)',
  E_TAR_PAX: ARCHIVE_AGAIN,
  E_TAR_PAX_CONFLICT: ARCHIVE_AGAIN,
  E_TAR_PAX_ORDER: ARCHIVE_AGAIN,
  E_TAR_SIZE: ARCHIVE_AGAIN,
  E_TAR_TRAILING: 'make the archive again: with tar --concatenate, and not with cat, where it is of several',
  E_TAR_TYPE: 'make the archive again, of files, directories and links only',
  E_TAR_WHITEOUT: 'rename the file: of its name, engines take the beginning for a sign of theirs',

  E_COMPRESSION_MISMATCH: IMAGE_AGAIN,
  E_DIFFID: IMAGE_AGAIN,
  E_DIGEST: IMAGE_AGAIN,
  E_DIGEST_SYNTAX: IMAGE_AGAIN,
  E_IMAGE_CONFIG: IMAGE_AGAIN,
  E_IMAGE_KIND: 'name an image of the kind that is needed',
  E_JSON: IMAGE_AGAIN,
  E_JSON_DUP: IMAGE_AGAIN,
  E_LABEL: 'have whoever made the image make it again',
  E_LABEL_LAYER_MISMATCH: 'make the package again',
  E_MANIFEST: IMAGE_AGAIN,
  E_MEDIATYPE_CONFUSION: IMAGE_AGAIN,
  E_OCI_BLOB_MISSING: 'fetch it again: a part of it was left behind',
  E_OCI_LAYOUT: 'name a directory that an image was written to, or a file that one was saved in',
  E_SIZE: IMAGE_AGAIN,
}

/** Whether a problem ends the run. */
export type Severity = 'error' | 'warning' | 'info'

/** One problem in the input. `rule` is the id of a rule in `rules/`, or the code of what refused the input. */
export interface Diagnostic {
  readonly rule: string
  readonly severity: Severity
  /** Something that could not be read may make it untrue: no profile makes an error of it. */
  readonly isUncertain?: boolean | undefined
  /** Lower case, no full stop; names the thing and both values. */
  readonly message: string
  readonly place: Place
  /** Where the same stands further on, when one finding speaks for all of them. */
  readonly also?: readonly Place[] | undefined
  /** The value that is wrong, as the input spells it. */
  readonly value?: string | undefined
  readonly notes?: readonly string[] | undefined
  /** One sentence that says what to do. */
  readonly fix?: string | undefined
}

/** Takes one problem; the work goes on, so that all of them are found in one run. */
export type Report = (diagnostic: Diagnostic) => void

/** What a failure can say beside its message. */
export interface ErrorDetails {
  readonly cause?: unknown
  readonly place?: Place | undefined
  /** The offending value as the input spells it; the renderer escapes and cuts it. */
  readonly value?: string | undefined
  /** One sentence that says what to do, or names the flag that lifts the limit. */
  readonly hint?: string | undefined
  /** All problems, when the error stands for several. */
  readonly diagnostics?: readonly Diagnostic[] | undefined
}

/** What is told differently of a failure. */
export interface ErrorChanges extends ErrorDetails {
  readonly code?: ErrorCode
  readonly message?: string
}

/** A failure that a user can meet. Its code decides the exit status. */
export class CnbError extends Error {
  readonly code: ErrorCode
  readonly place: Place | undefined
  readonly value: string | undefined
  readonly hint: string | undefined
  readonly diagnostics: readonly Diagnostic[]

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'CnbError'
    this.code = code
    this.place = details.place
    this.value = details.value
    this.hint = details.hint ?? REMEDIES[code]
    this.diagnostics = details.diagnostics ?? []
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code]
  }

  /** The same failure with other words for what `changes` names; it keeps everything else, also where it was thrown. */
  with({ code, message, ...details }: ErrorChanges): CnbError {
    const told = new CnbError(code ?? this.code, message ?? this.message, { ...this.#details(), ...details })
    if (this.stack !== undefined) told.stack = this.stack
    return told
  }

  #details(): ErrorDetails {
    const { cause, place, value, hint, diagnostics } = this
    return { cause, place, value, hint, diagnostics }
  }
}

/** The same problems in the order in which a reader of the files meets them. */
export function sortedDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const rank = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...diagnostics].sort(
    (a, b) =>
      rank(a.place.file, b.place.file) ||
      rank(a.place.line ?? 0, b.place.line ?? 0) ||
      rank(a.place.column ?? 0, b.place.column ?? 0) ||
      rank(a.rule, b.rule) ||
      rank(a.message, b.message),
  )
}
