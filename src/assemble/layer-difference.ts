import { compareBytes } from '../bytes.js'
import { digestOf, type Digest } from '../oci/digest.js'
import type { EntryType, TarHeader } from '../tar/entry.js'
import { withoutEmptyParts } from '../tar/names.js'
import { headerBlocks } from '../tar/writer.js'

/** What an entry means to whoever unpacks it. */
export interface EntryFacts {
  readonly type: EntryType
  readonly mode: string
  readonly owner: string
  readonly time: number
  readonly linkname: string
  readonly size: number
  readonly content: Digest
  /** Its header in the one spelling: what else it has, such as extended attributes. */
  readonly header: Digest
}

/** The name of an entry, without slashes around it. */
export function nameOfEntry({ name }: TarHeader): string {
  return withoutEmptyParts(name)
}

/** The names of owners do not count: those of images have numbers. */
export function factsOf(header: TarHeader, content: Digest): EntryFacts {
  const { type, mode, uid, gid, mtime, size } = header
  const linkname = type === 'hardlink' ? withoutEmptyParts(header.linkname) : header.linkname
  const plain = { ...header, name: nameOfEntry(header), linkname, uname: '', gname: '', format: undefined }
  return {
    type,
    mode: mode.toString(8).padStart(4, '0'),
    owner: `${uid}:${gid}`,
    time: Math.trunc(mtime),
    linkname,
    size,
    content,
    header: digestOf(headerBlocks(plain)),
  }
}

/** The aspects of an entry in the order in which they matter, with their names for people. */
const SHOWN = [
  ['type', 'type'],
  ['linkname', 'link target'],
  ['mode', 'mode'],
  ['size', 'size'],
  ['owner', 'owner'],
  ['time', 'time'],
] as const satisfies readonly (readonly [keyof EntryFacts, string])[]

/** A name that two layers do not have alike, and what differs. */
export interface LayerDifference {
  readonly name: string
  /** In words that come after the name: `has mode 0755 in the first and 0644 in the second`. */
  readonly problem: string
}

/** The first name, by its bytes, that does not mean the same in both; undefined when all do, in whatever order and spelling. */
export function firstDifference(
  a: ReadonlyMap<string, EntryFacts>,
  b: ReadonlyMap<string, EntryFacts>,
): LayerDifference | undefined {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort(compareBytes)
  for (const name of names) {
    const problem = problemOf(a.get(name), b.get(name))
    if (problem !== undefined) return { name, problem }
  }
  return undefined
}

function problemOf(a: EntryFacts | undefined, b: EntryFacts | undefined): string | undefined {
  if (a === undefined || b === undefined) return `is only in the ${a === undefined ? 'second' : 'first'}`
  const [key, word] = SHOWN.find(([aspect]) => a[aspect] !== b[aspect]) ?? []
  if (key !== undefined) return `has ${word} ${a[key]} in the first and ${b[key]} in the second`
  if (a.content !== b.content) return `has the same ${a.size} bytes of size, and other content`
  return a.header === b.header ? undefined : 'has other extended attributes, or other records in its header'
}
