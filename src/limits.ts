/**
 * Numbers that bound what hostile input can make us do. Each has a name, and `--limit NAME=NUMBER` lifts it.
 * Bytes unless said otherwise.
 */
export interface Limits {
  /** Bytes of one TOML file. */
  readonly tomlBytes: number
  /** Nesting of arrays, tables and dotted keys. */
  readonly tomlDepth: number
  /** Keys in one TOML file. */
  readonly tomlKeys: number
  /** Characters in one TOML string. */
  readonly tomlString: number
  /** Bytes of one JSON manifest, index or image config. */
  readonly jsonBytes: number
  readonly jsonDepth: number
  /** Manifests below an index and the indexes in it, as often as they are read; levels of nested indexes. */
  readonly indexChildren: number
  readonly indexDepth: number
  /** Bytes of one label value, of all label values together. */
  readonly labelBytes: number
  readonly labelsBytes: number
  /** Layers of an image: a builder is refused above, and a package, which need not run, warned about; both from `layersWarning` on. */
  readonly layers: number
  readonly layersWarning: number
  /** Entries of one archive or directory. */
  readonly entries: number
  readonly pathBytes: number
  readonly componentBytes: number
  readonly pathDepth: number
  readonly linkBytes: number
  /** Bytes of PAX records or of a GNU long name: of one entry, of all entries of an archive. */
  readonly paxEntryBytes: number
  readonly paxArchiveBytes: number
  /** Bytes of a decompressed module, and of one file in it. */
  readonly moduleBytes: number
  readonly fileBytes: number
  /** Decompressed bytes for each compressed one, looked at once `ratioFloor` bytes have come out. */
  readonly ratio: number
  readonly ratioFloor: number
  /** Bytes of a file that is downloaded. */
  readonly downloadBytes: number
  /** Bytes of a buildpack registry's index as git packs it; of one file in it, of one line. */
  readonly registryIndexBytes: number
  readonly registryIndexFileBytes: number
  readonly indexLineBytes: number
  /** Bytes of a descriptor file (buildpack.toml, extension.toml, lifecycle.toml). */
  readonly descriptorBytes: number
}

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** What to do where a limit stands in the way of something that is right. */
export function limitHint(name: keyof Limits): string {
  return `lift the limit with --limit ${name}=NUMBER`
}

/** What bounds a run unless the user says otherwise. */
export const DEFAULT_LIMITS: Limits = {
  tomlBytes: 4 * MIB,
  tomlDepth: 64,
  tomlKeys: 100_000,
  tomlString: MIB,
  jsonBytes: 4 * MIB,
  jsonDepth: 64,
  indexChildren: 10_000,
  indexDepth: 8,
  labelBytes: MIB,
  labelsBytes: 3 * MIB,
  layers: 127,
  layersWarning: 100,
  entries: 1_000_000,
  pathBytes: 4_095,
  componentBytes: 255,
  pathDepth: 255,
  linkBytes: 4_095,
  paxEntryBytes: MIB,
  paxArchiveBytes: 16 * MIB,
  moduleBytes: 16 * GIB,
  fileBytes: 16 * GIB,
  ratio: 200,
  ratioFloor: 64 * MIB,
  downloadBytes: 16 * GIB,
  registryIndexBytes: 256 * MIB,
  registryIndexFileBytes: 16 * MIB,
  indexLineBytes: 64 * KIB,
  descriptorBytes: 4 * MIB,
}
