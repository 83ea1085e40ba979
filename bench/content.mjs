// Seeded bytes for benchmark sets: the same name gives the same bytes on every machine and every Node.
import { createCipheriv, createHash } from 'node:crypto'

/** Bytes that do not compress: the AES-CTR key stream of a key derived from `seed`. Stands for archives, jars, images. */
export function noise(seed, size) {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

/** A stream of 32-bit numbers that depends on `seed` alone: the words of {@link noise}, drawn 64 KiB at a time. */
export function dice(seed) {
  let pool = new Uint32Array(0)
  let next = 0
  let refill = 0
  return () => {
    if (next === pool.length) {
      const bytes = noise(`${seed}#${refill++}`, 65_536)
      pool = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4))
      next = 0
    }
    return pool[next++]
  }
}

const SYLLABLES =
  'ap ar con de en er ex fi in la li lo ma me mo na ne out pa pre re ro run se sta ta ten tor un ver'.split(' ')

function vocabulary(roll, count) {
  return Array.from({ length: count }, () => {
    let word = ''
    for (let left = 2 + (roll() % 3); left > 0; left--) word += SYLLABLES[roll() % SYLLABLES.length]
    return word
  })
}

/** Few values often, most of them rarely: the distribution of opcodes, of words, of called functions. */
const skewed = (roll, count) => Math.floor(count * (roll() / 2 ** 32) ** 4)

/** Source-like text: words of a small vocabulary, punctuation, indentation. Deflates to about a third at level 1. */
export function text(roll, size) {
  const words = vocabulary(roll, 400)
  const bytes = Buffer.alloc(size, '\n')
  for (let at = 0; at < size;) {
    const word = words[skewed(roll, words.length)]
    at += bytes.write(word + [' ', ' ', '.', '(', ') {\n    ', ';\n  ', ', ', ' = '][roll() % 8], at, 'latin1')
  }
  return bytes
}

/**
 * Bytes like those of a compiled program, 1 MiB at a time: instructions with operands and addresses, a table of growing
 * offsets, names, a little padding. Deflates to 0.48 at level 1, as stripped Go programs do.
 */
export function program(seed) {
  const roll = dice(seed)
  const opcodes = Array.from({ length: 600 }, () => noise(`${seed}:${roll()}`, 1 + (roll() % 6)))
  const calls = Uint32Array.from({ length: 3000 }, () => roll() >>> 9)
  const names = vocabulary(roll, 2000)
  return (size) => {
    const bytes = Buffer.alloc(size)
    const [code, table, strings] = [0.6, 0.83, 0.97].map((share) => Math.floor(size * share))
    let at = 0
    while (at + 12 < code) {
      at += opcodes[skewed(roll, opcodes.length)].copy(bytes, at)
      const kind = roll() & 7
      if (kind < 2) at = bytes.writeUInt32LE(calls[skewed(roll, calls.length)], at)
      else if (kind < 4) bytes[at++] = roll() & 0x78
      else if (kind === 4) bytes[at++] = roll() >>> 24
      else if (kind === 5 && at > 4096) {
        // A stretch that was generated before: inlined functions, repeated prologues.
        const from = at - 1 - (roll() % 4000)
        at += bytes.copy(bytes, at, from, Math.min(from + 8 + (roll() & 31), at, code - at + from))
      }
    }
    for (let offset = roll() >>> 4; at + 8 < table;) {
      at = bytes.writeUInt32LE((offset += 16 * (1 + skewed(roll, 40))) >>> 0, at)
      at = bytes.writeUInt32LE(skewed(roll, 1 << 14), at)
    }
    while (at + 32 < strings)
      at += bytes.write(names[skewed(roll, names.length)] + (roll() & 3 ? '.' : '\0'), at, 'latin1')
    return bytes
  }
}
