import { createHash } from 'node:crypto'
import { constants, deflateRaw, deflateRawSync } from 'node:zlib'

/**
 * The deflate engine: what turns one block of a layer into bytes that are hashed. Those bytes must be the same on every
 * machine. All official builds of Node since 20.10 carry one zlib that gives them; builds that link another zlib give
 * others. So the engine proves itself first, and `pako`, which gives the same bytes in pure JavaScript, stands behind it.
 */

/** Bytes of a block of a layer, the unit that is compressed on its own. */
export const DEFLATE_BLOCK_BYTES = 1 << 20
/** Bytes before a block that it may refer back to: all that deflate's window holds. */
export const DICTIONARY_BYTES = 1 << 15
/**
 * A file of so many bytes or more is compressed by itself, whatever stands around it: its blocks are the same wherever it
 * goes (docs/decisions/0010-compression-block-boundaries.md).
 */
export const SEGMENT_BYTES = 1 << 18
/** Fastest: level 6 takes 2.3 times the CPU for a twentieth of the bytes. */
export const LEVEL = 1
/** The most: larger Huffman blocks. */
export const MEM_LEVEL = 9

/** Compresses blocks. Each result ends on a byte boundary and is not the end of a stream, so results can be joined. */
export interface DeflateEngine {
  readonly name: 'zlib' | 'pako'
  deflate(block: Uint8Array, dictionary: Uint8Array | undefined): Uint8Array
  /** The same bytes, made beside the main thread where the engine can. The arguments stay untouched until then. */
  deflateAsync(block: Uint8Array, dictionary: Uint8Array | undefined): Promise<Uint8Array>
}

const optionsWith = (dictionary: Uint8Array | undefined): object => ({
  level: LEVEL,
  memLevel: MEM_LEVEL,
  chunkSize: DEFLATE_BLOCK_BYTES,
  finishFlush: constants.Z_SYNC_FLUSH,
  ...(dictionary === undefined ? {} : { dictionary }),
})

/** The zlib that this Node was built with. @internal */
export const zlibEngine: DeflateEngine = {
  name: 'zlib',
  deflate: (block, dictionary) => deflateRawSync(block, optionsWith(dictionary)),
  deflateAsync: (block, dictionary) =>
    new Promise((resolve, reject) => {
      deflateRaw(block, optionsWith(dictionary), (error, bytes) => {
        if (error === null) resolve(bytes)
        else reject(error)
      })
    }),
}

/** zlib in JavaScript, four times slower. Loaded only when needed. @internal */
export async function loadPakoEngine(): Promise<DeflateEngine> {
  const { Deflate, Z_SYNC_FLUSH } = await import('pako')
  const deflate: DeflateEngine['deflate'] = (block, dictionary) => {
    const stream = new Deflate({
      raw: true,
      level: LEVEL,
      memLevel: MEM_LEVEL,
      chunkSize: DEFLATE_BLOCK_BYTES,
      ...(dictionary === undefined ? {} : { dictionary }),
    })
    const parts: Uint8Array[] = []
    stream.onData = (part) => {
      parts.push(part)
    }
    if (!stream.push(block, Z_SYNC_FLUSH)) throw new Error(`pako: ${stream.msg} (${stream.err})`)
    return Buffer.concat(parts)
  }
  return { name: 'pako', deflate, deflateAsync: async (block, dictionary) => deflate(block, dictionary) }
}

let loading: Promise<DeflateEngine> | undefined

/** The engine to use: this Node's zlib if it gives the bytes that it must, else pako. */
export function loadDeflateEngine(): Promise<DeflateEngine> {
  loading ??= soundEngine(zlibEngine)
  return loading
}

/** `engine` if it passes the known-answer test, else pako. @internal */
export async function soundEngine(engine: DeflateEngine): Promise<DeflateEngine> {
  return givesKnownAnswer(engine) ? engine : loadPakoEngine()
}

/** What deflating the vector with its first 32 KiB as the dictionary must give: 17 Node versions and pako agree. */
const KNOWN_ANSWER = '70185a4d62d3e093'

/** True when `engine` compresses as ours must. Our very call on a large vector: a plain one cannot tell zlibs apart. @internal */
export function givesKnownAnswer(engine: DeflateEngine): boolean {
  const vector = knownVector()
  const bytes = engine.deflate(vector, vector.subarray(0, DICTIONARY_BYTES))
  return createHash('sha256').update(bytes).digest('hex').startsWith(KNOWN_ANSWER)
}

const VECTOR_BYTES = 1 << 18
const WORDS = 'layer buildpack stack lifecycle detect build export rebase '.split(' ')

/** 256 KiB of words, repetitions at all distances, and noise, from a xorshift generator. @internal */
export function knownVector(): Uint8Array {
  const bytes = Buffer.alloc(VECTOR_BYTES)
  let state = 0x9e3779b9
  const random = (): number => {
    state = (state ^ (state << 13)) >>> 0
    state = (state ^ (state >>> 17)) >>> 0
    state = (state ^ (state << 5)) >>> 0
    return state
  }
  let end = 0
  while (end < bytes.length) {
    const kind = random() % 8
    if (kind < 4) {
      end += bytes.write(`${WORDS[random() % 8] ?? ''} `, end, 'latin1')
    } else if (kind < 6 && end > 300) {
      const distance = 1 + (random() % Math.min(end - 1, DICTIONARY_BYTES - 1))
      const length = Math.min(3 + (random() % 260), bytes.length - end)
      // Byte by byte: the copy may overlap its source, which repeats it.
      for (let i = 0; i < length; i++) bytes[end + i] = bytes[end - distance + i] ?? 0
      end += length
    } else {
      const length = Math.min(1 + (random() % 24), bytes.length - end)
      for (let i = 0; i < length; i++) bytes[end++] = (random() >>> 11) & 0xff
    }
  }
  return bytes
}
