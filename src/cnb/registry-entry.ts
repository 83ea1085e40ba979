import { CnbError } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { parseJson } from '../oci/json.js'
import { parseReference, type Reference } from '../oci/reference.js'
import { printRegistryId, type RegistryId } from './registry-id.js'
import { withHighestVersion } from './version-order.js'

/** One line of an index: where a version of a buildpack is. */
export interface RegistryEntry {
  readonly version: string
  readonly isYanked: boolean
  /** As written; `addressOf` reads it. */
  readonly address: string
  /** Of its file, from 1. */
  readonly line: number
}

/** The lines of an index that are about one buildpack. */
export interface EntryList {
  readonly id: RegistryId
  /** The file for people. */
  readonly file: string
  readonly entries: readonly RegistryEntry[]
}

/** What is read, and how much of it. */
export interface EntryListOptions {
  readonly id: RegistryId
  readonly file: string
  readonly limits: Pick<Limits, 'indexLineBytes' | 'jsonDepth'>
}

const NEWLINE = 0x0a
/** Space, tab, carriage return. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d])

/**
 * The lines in a file of an index, each of which is a JSON object. Members that nobody knows are passed over.
 *
 * @throws CnbError E_INDEX, with the line
 */
export function parseEntries(bytes: Uint8Array, options: EntryListOptions): EntryList {
  const { id, file } = options
  return { id, file, entries: linesOf(bytes).map((line, index) => parseEntry(line, index + 1, options)) }
}

/** What ends in a newline has no line behind it. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start)
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end))
    start = end < 0 ? bytes.length : end + 1
  }
  return lines
}

function parseEntry(bytes: Uint8Array, line: number, { id, file, limits }: EntryListOptions): RegistryEntry {
  const { indexLineBytes } = limits
  if (isBlank(bytes)) throw badLine(file, line, 'is empty', {})
  if (bytes.length > indexLineBytes) {
    throw badLine(file, line, `has ${bytes.length} bytes, more than ${indexLineBytes}`, {
      hint: limitHint('indexLineBytes'),
    })
  }
  const { about, ...entry } = decodeEntry(bytes, line, { id, file, limits })
  if (about === printRegistryId(id)) return entry
  throw badLine(file, line, `is about ${about}, not ${printRegistryId(id)}`, { value: about })
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => BLANKS.has(byte))
}

function decodeEntry(
  bytes: Uint8Array,
  line: number,
  { file, limits }: EntryListOptions,
): RegistryEntry & { readonly about: string } {
  try {
    const { indexLineBytes: jsonBytes, jsonDepth } = limits
    const fields = Fields.of(parseJson(bytes, { file, limits: { jsonBytes, jsonDepth } }), { file, code: 'E_INDEX' })
    return {
      about: `${fields.string('ns')}/${fields.string('name')}`,
      version: fields.string('version'),
      isYanked: fields.optionalBoolean('yanked') ?? false,
      address: fields.optionalString('addr') ?? '',
      line,
    }
  } catch (cause) {
    if (!(cause instanceof CnbError)) throw cause
    const { message, value } = cause
    throw badLine(file, line, `is no entry: ${withoutFile(message, file)}`, { value, cause })
  }
}

/** The place is said beside it. */
function withoutFile(message: string, file: string): string {
  return message.startsWith(file) ? message.slice(file.length).replace(/^:? /, '') : message
}

/** What an index has for a wish. */
export type FoundEntry =
  | { readonly kind: 'entry'; readonly entry: RegistryEntry }
  /** The reason why there is none, and versions that can be named. */
  | {
      readonly kind: 'no-buildpack' | 'no-such-version' | 'all-yanked' | 'no-semver'
      readonly versions: readonly string[]
    }

/**
 * The entry of a version, yanked or not; without a version that of the highest one that is not yanked, and has the form of
 * semver.
 *
 * @throws CnbError E_INDEX when two lines say different things of the version
 */
export function findEntry(list: EntryList, version: string): FoundEntry {
  const { entries } = list
  const offered = entries.filter(({ isYanked }) => !isYanked)
  const wanted = version === '' ? withHighestVersion(offered, (entry) => entry.version)?.version : version
  const [first, ...others] = entries.filter((entry) => entry.version === wanted)
  if (first === undefined) {
    const named = offered.length === 0 ? entries : offered
    return { kind: reasonFor(list, version), versions: [...new Set(named.map((entry) => entry.version))] }
  }
  const other = others.find(({ address, isYanked }) => address !== first.address || isYanked !== first.isYanked)
  if (other !== undefined) {
    throw badLine(list.file, other.line, `says something else of version ${first.version} than line ${first.line}`, {
      value: first.version,
    })
  }
  return { kind: 'entry', entry: first }
}

function reasonFor({ entries }: EntryList, version: string): Exclude<FoundEntry['kind'], 'entry'> {
  if (entries.length === 0) return 'no-buildpack'
  if (version !== '') return 'no-such-version'
  return entries.every(({ isYanked }) => isYanked) ? 'all-yanked' : 'no-semver'
}

/** Versions that are named to people, the last ones. */
const SHOWN = 5

/** Versions for people: what was listed last, and how many there are before that. */
export function printVersions(versions: readonly string[]): string {
  const last = versions.slice(-SHOWN).join(', ')
  return versions.length > SHOWN ? `${last} and ${versions.length - SHOWN} before them` : last
}

/** The image of an entry. @throws CnbError E_INDEX unless it is named by a digest: what is published must not change */
export function addressOf({ address, line, version }: RegistryEntry, file: string): Reference {
  const reference = parseReference(address)
  if (reference?.selector.kind === 'digest') return reference
  throw badLine(file, line, `gives version ${version} an address that is not REPOSITORY@sha256:…`, { value: address })
}

/** An entry as the line of an index, without its end. */
export function printEntry(
  { namespace, name }: RegistryId,
  { version, isYanked, address }: Pick<RegistryEntry, 'version' | 'isYanked' | 'address'>,
): string {
  return JSON.stringify({ ns: namespace, name, version, yanked: isYanked, addr: address })
}

function badLine(
  file: string,
  line: number,
  problem: string,
  details: { readonly value?: string | undefined; readonly cause?: unknown; readonly hint?: string },
): CnbError {
  const hint = details.hint ?? 'tell whoever keeps the registry'
  return new CnbError('E_INDEX', `line ${line} of ${file} ${problem}`, { ...details, hint, place: { file, line } })
}
