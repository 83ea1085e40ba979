import { limitHint, type Limits } from '../limits.js'
import { ContentBudget } from './budget.js'
import { ChunkReader, type Chunks } from './chunks.js'
import type { TarEntry, TarHeader, Warn } from './entry.js'
import { entryHeader, type Extensions } from './entry-header.js'
import { BLOCK_BYTES, paddingOf, sumOf } from './fields.js'
import { decodeHeader, hasChecksum, hasMagic, isZero, type RawHeader } from './header.js'
import { isAttribute, isPrivileged, parsePaxRecords } from './pax.js'
import { ArchivePosition, quoted } from './position.js'
import { KIND_NAMES, sniff } from './sniff.js'

/** What reading an archive needs to know. */
export interface TarReadOptions {
  /** Names the archive in messages. */
  readonly file: string
  readonly limits: Limits
  readonly warn?: Warn
  /** True when something around the archive (gzip's checksum, a digest) already proves that it is whole. */
  readonly proven?: boolean
  /** True when an archive without entries is one; a module is never empty, a layer may be. */
  readonly mayBeEmpty?: boolean
  /** True when nothing is made of what is read, so that attributes which grant powers may be in it. */
  readonly onlyLooks?: boolean
}

/** Zeros that may follow the end of an archive. Writers fill up to a record, of 10 KiB by default. */
const TRAILING_BYTES = 1 << 20
/** Global headers of one archive; git writes one. */
const GLOBAL_HEADERS = 100

/**
 * The entries of a tar archive, in order, each to be used before the next is asked for.
 *
 * Only what all readers read alike is accepted: the format is checked here, names and links are the business of
 * `TreeCheck`. Memory is bounded by the limits; what is not read of a content is skipped.
 *
 * @throws CnbError
 */
export async function* readTar(input: Chunks, options: TarReadOptions): AsyncGenerator<TarEntry, void, undefined> {
  const reader = new TarReader(new ChunkReader(input), options)
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) yield entry
  } finally {
    await reader.close()
  }
}

class TarReader {
  readonly #chunks: ChunkReader
  readonly #limits: Limits
  readonly #options: TarReadOptions
  readonly #position: ArchivePosition
  readonly #budget: ContentBudget
  /** Content and padding of the current entry that nobody has read. */
  #left = 0
  #padding = 0
  #entries = 0
  /** Calls of `next`; a content can be read until the one after its own. */
  #turn = 0
  #extensionBytes = 0
  #globals = 0
  #warned = false

  constructor(chunks: ChunkReader, options: TarReadOptions) {
    this.#chunks = chunks
    this.#options = options
    this.#limits = options.limits
    this.#position = new ArchivePosition(options.file)
    this.#budget = new ContentBudget(options.limits, this.#position)
  }

  close(): Promise<void> {
    return this.#chunks.close()
  }

  /** The next entry, or undefined after a proper end. */
  async next(): Promise<TarEntry | undefined> {
    this.#turn++
    await this.#skipRest()
    this.#position.entry = this.#entries + 1
    this.#position.name = undefined
    let extensions: Extensions = {}
    for (;;) {
      const raw = await this.#readHeader()
      if (raw === undefined) {
        if (extensions.first !== undefined) throw this.#danglingExtension()
        await this.#readEnd()
        return undefined
      }
      if (!EXTENSION_FLAGS.has(raw.flag)) return this.#entry(raw, extensions)
      extensions = await this.#readExtension(raw, extensions)
    }
  }

  #danglingExtension(): Error {
    return this.#position.error('E_TAR_PAX_ORDER', 'an extended header stands before the end, not before an entry')
  }

  #entry(raw: RawHeader, extensions: Extensions): TarEntry {
    this.#entries++
    const header = entryHeader(raw, extensions, this.#position)
    this.#budget.count(header.size)
    this.#checkAttributes(header)
    this.#padding = paddingOf(header.size)
    const offset = this.#chunks.consumed
    const whole = this.#chunks.take(header.size)
    if (whole !== undefined) return { header, content: whole.length === 0 ? [] : [whole], offset }
    this.#left = header.size
    return { header, content: this.#content(this.#turn), offset }
  }

  async *#content(turn: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (turn !== this.#turn) throw new Error('a content was read after the next entry was asked for')
      if (this.#left === 0) return
      const part = await this.#chunks.some(this.#left)
      if (part === undefined) throw this.#truncated('in the middle of its content')
      this.#left -= part.length
      yield part
    }
  }

  async #skipRest(): Promise<void> {
    const skipped = await this.#chunks.skip(this.#left)
    if (skipped < this.#left) throw this.#truncated('in the middle of its content')
    this.#left = 0
    if ((await this.#chunks.read(this.#padding)).length < this.#padding) throw this.#truncated('before its padding')
    this.#padding = 0
  }

  /** The next header; undefined when the end begins instead. */
  async #readHeader(): Promise<RawHeader | undefined> {
    const position = this.#position
    position.offset = this.#chunks.consumed
    const block = this.#chunks.take(BLOCK_BYTES) ?? (await this.#chunks.read(BLOCK_BYTES))
    const first = position.offset === 0
    if (block.length < BLOCK_BYTES) {
      if (first && !hasMagic(block)) throw this.#notTar(block)
      throw this.#truncated(block.length === 0 ? 'without an end marker' : 'in the middle of a header')
    }
    if (block[0] === 0 && isZero(block)) return undefined
    const sum = sumOf(block)
    if (!hasChecksum(block, sum)) {
      if (first && !hasMagic(block)) throw this.#notTar(block)
      throw position.error('E_TAR_CHECKSUM', 'the checksum of its header is wrong')
    }
    return decodeHeader(block, sum.high === 0, position)
  }

  async #readExtension(raw: RawHeader, before: Extensions): Promise<Extensions> {
    if (before[raw.flag as ExtensionFlag] !== undefined || (raw.flag === 'g' && before.first !== undefined)) {
      throw this.#position.error('E_TAR_PAX_ORDER', `an extended header of type ${quoted(raw.flag)} follows another`)
    }
    const body = await this.#extensionBody(raw)
    if (raw.flag === 'g') {
      this.#checkGlobal(body)
      return before
    }
    const common = { ...before, first: before.first ?? raw.flag, formats: [...(before.formats ?? []), raw.formats] }
    if (raw.flag === 'x') return { ...common, x: parsePaxRecords(body, this.#position) }
    return { ...common, [raw.flag]: this.#longText(body) }
  }

  async #extensionBody(raw: RawHeader): Promise<Buffer> {
    this.#extensionBytes += raw.size
    const { paxEntryBytes, paxArchiveBytes } = this.#limits
    const over =
      raw.size > paxEntryBytes
        ? `has ${raw.size} bytes, more than ${paxEntryBytes}`
        : this.#extensionBytes > paxArchiveBytes
          ? `is one too many: together they have more than ${paxArchiveBytes} bytes`
          : undefined
    if (over !== undefined) {
      const name = raw.size > paxEntryBytes ? 'paxEntryBytes' : 'paxArchiveBytes'
      throw this.#position.error('E_TAR_PAX_LIMIT', `an extended header of type ${quoted(raw.flag)} ${over}`, {
        hint: limitHint(name),
      })
    }
    const body = await this.#chunks.read(raw.size)
    const padding = await this.#chunks.read(paddingOf(raw.size))
    if (body.length < raw.size || padding.length < paddingOf(raw.size)) {
      throw this.#truncated('in the middle of an extended header')
    }
    return Buffer.from(body.buffer, body.byteOffset, body.length)
  }

  /** A global header says something about all entries; but not all readers heed it. */
  #checkGlobal(body: Buffer): void {
    this.#globals++
    if (this.#globals > GLOBAL_HEADERS) {
      throw this.#position.error('E_TAR_PAX_LIMIT', `there are more than ${GLOBAL_HEADERS} global headers`)
    }
    for (const key of parsePaxRecords(body, this.#position).keys()) {
      if (key === 'comment') continue
      throw this.#position.error(
        'E_TAR_PAX',
        `a global header sets ${quoted(key)}, which some readers heed and others do not`,
        {
          value: key,
        },
      )
    }
  }

  /** The text of a GNU long name or link, without the NUL that ends it. */
  #longText(body: Buffer): Buffer {
    const end = body.indexOf(0)
    const text = end < 0 ? body : body.subarray(0, end)
    if (text.length === 0) throw this.#position.error('E_TAR_HEADER', 'a GNU long name is empty')
    if (end >= 0 && !isZero(body.subarray(end))) {
      throw this.#position.error('E_TAR_HEADER', 'a GNU long name goes on after a NUL')
    }
    return text
  }

  /** Reads what follows the first block of zeros. */
  async #readEnd(): Promise<void> {
    this.#position.name = undefined
    if (this.#entries === 0 && this.#options.mayBeEmpty !== true) throw this.#notTar(new Uint8Array(BLOCK_BYTES))
    const second = await this.#chunks.read(BLOCK_BYTES)
    if (!isZero(second)) throw this.#trailing('a single block of zeros, and more after it')
    if (second.length < BLOCK_BYTES) this.#halfEnd()
    let zeros = 0
    for (;;) {
      const part = await this.#chunks.some(TRAILING_BYTES)
      if (part === undefined) return
      zeros += part.length
      if (!isZero(part)) throw this.#trailing('something after its end')
      if (zeros > TRAILING_BYTES) throw this.#trailing('more than 1 MiB of zeros after its end')
    }
  }

  #trailing(what: string): Error {
    this.#position.entry = 0
    return this.#position.error('E_TAR_TRAILING', `the archive has ${what}, which some readers take for more entries`)
  }

  /** One block of zeros ends an archive as well, if it is certain that no more was there. */
  #halfEnd(): void {
    if (this.#options.proven !== true) throw this.#truncated('in the middle of its end marker')
    const message = `${this.#options.file} ends with one block of zeros instead of two`
    this.#options.warn?.({ code: 'W_TAR_END', message })
  }

  #checkAttributes(header: TarHeader): void {
    if (this.#options.onlyLooks === true) return
    for (const key of header.records?.keys() ?? []) {
      if (!isAttribute(key)) continue
      if (isPrivileged(key)) {
        throw this.#position.error('E_TAR_XATTR', `it has the extended attribute ${quoted(key)}, which grants powers`, {
          value: key,
          hint: 'make the archive without extended attributes (tar --no-xattrs --no-selinux)',
        })
      }
      if (this.#warned) continue
      this.#warned = true
      const message = `${quoted(header.name)} in ${this.#options.file} has the extended attribute ${quoted(key)}, which becomes part of the layer`
      this.#options.warn?.({ code: 'W_TAR_XATTR', message, value: key })
    }
  }

  #notTar(start: Uint8Array): Error {
    const [name, hint] = KIND_NAMES[sniff(start)]
    this.#position.entry = 0
    this.#position.offset = undefined
    return this.#position.error('E_NOT_TAR', `this is no tar archive but ${name}`, hint === undefined ? {} : { hint })
  }

  #truncated(where: string): Error {
    const hint = 'the archive is cut off; fetch or make it again'
    return this.#position.error('E_TAR_TRUNCATED', `the archive ends ${where}`, { hint })
  }
}

type ExtensionFlag = 'x' | 'L' | 'K' | 'g'
const EXTENSION_FLAGS: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K'])
