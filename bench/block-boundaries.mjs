// What do block boundaries around large files cost, and what can be taken over because of them?
//
//   node bench/block-boundaries.mjs [--rounds N] SET=DIR[,DIR...] ...      every DIR is one module
//
// Every module becomes a tar in memory; every variant cuts it into blocks and compresses them as trowel does. Afterwards
// the module is made again with another version in every path, then again with 1 KiB more in front of everything, and
// blocks are taken over from the first blob where the SHA-256 of what went into them (dictionary and block) is known.
// CPU is that of the whole pass (SHA-256 of the tar, CRC-32, deflate or copy, SHA-256 of the blob), one thread, medians.
// The decision that came of it: docs/decisions/0010-compression-block-boundaries.md
import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'

const KiB = 1024
const MiB = 1024 * KiB
const BLOCK = MiB
const WINDOW = 32 * KiB
const VARIANTS = [
  { name: 'plain', threshold: Infinity, dictionary: true },
  { name: 'plain, no dictionary', threshold: Infinity, dictionary: false },
  { name: '64 KiB', threshold: 64 * KiB, dictionary: true },
  { name: '256 KiB', threshold: 256 * KiB, dictionary: true },
  { name: '1 MiB', threshold: MiB, dictionary: true },
  { name: '1 MiB, no dictionary', threshold: MiB, dictionary: false },
  { name: '4 MiB', threshold: 4 * MiB, dictionary: true },
]

/** A ustar header with what matters for its size: name (long ones are cut, they cost the same), size, type. */
function header(name, size, type) {
  const block = Buffer.alloc(512)
  block.write(name.slice(-100), 0, 'latin1')
  block.write(
    `0000755\0${'0000000\0'.repeat(2)}${size.toString(8).padStart(11, '0')}\x0002263603001\0        ${type}`,
    100,
    'latin1',
  )
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((a, b) => a + b, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** The files, folders and links below `directory` in name order, contents in memory. */
function contentsOf(directory, prefix = '') {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name)
      const stat = lstatSync(path)
      const entry = `${prefix}/${name}`
      if (stat.isDirectory()) return [{ name: entry, type: '5' }, ...contentsOf(path, entry)]
      if (stat.isSymbolicLink()) return [{ name: entry, type: '2', target: readlinkSync(path) }]
      return stat.isFile() ? [{ name: entry, type: '0', content: readFileSync(path) }] : []
    })
}

/** The tar of a module at `root`, after `preface` bytes, with the place of every file's content in it. */
function tarOf(entries, root, preface) {
  const parts = [Buffer.alloc(preface, 'x')]
  const files = []
  let at = preface
  for (const { name, type, content = Buffer.alloc(0) } of entries) {
    parts.push(header(root + name, content.length, type), content, Buffer.alloc(-content.length & 511))
    if (content.length > 0) files.push({ start: at + 512, end: at + 512 + content.length })
    at += 512 + content.length + (-content.length & 511)
  }
  return { bytes: Buffer.concat([...parts, Buffer.alloc(1024)]), files }
}

/** Where blocks begin and end, and from where on a block may look back: a segment is compressed by itself. */
function blocksOf({ bytes, files }, { threshold, dictionary }) {
  const cuts = files.filter(({ start, end }) => end - start >= threshold).flatMap(({ start, end }) => [start, end])
  const blocks = []
  let segment = 0
  for (const [index, end] of [...cuts, bytes.length].entries()) {
    for (let start = segment; start < end; start += BLOCK) {
      const from = dictionary ? Math.max(segment, start - WINDOW) : start
      blocks.push({ from, start, end: Math.min(start + BLOCK, end), file: index % 2 === 1 || threshold === Infinity })
    }
    segment = end
  }
  return blocks
}

const histogram = new Uint32Array(256)
function looksRandom(block) {
  if (block.length < 16 * KiB) return false
  histogram.fill(0)
  for (let part = 0; part < 4; part++) {
    const start = part * (block.length >> 2)
    for (let i = start; i < start + 4096; i++) histogram[block[i]]++
  }
  const n = 4 * 4096
  return histogram.reduce((sum, h) => sum + h * h, 0) * 25_600 < 113 * n * n
}

const STORED_OVERHEAD = 5 * Math.ceil(BLOCK / 65_535)
function pack(bytes, { from, start, end }) {
  const block = bytes.subarray(start, end)
  if (looksRandom(block)) return Buffer.concat([Buffer.alloc(STORED_OVERHEAD), block])
  const dictionary = from < start ? { dictionary: bytes.subarray(from, start) } : {}
  const chunkSize = Math.max(1024, block.length + (block.length >> 8) + 64)
  const finishFlush = zlib.constants.Z_SYNC_FLUSH
  return zlib.deflateRawSync(block, { level: 1, memLevel: 9, chunkSize, finishFlush, ...dictionary })
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('latin1')

/** Compresses every tar, taking over what `known` has; adds what was made to `made`. */
function run(tars, variant, known, made) {
  const before = process.cpuUsage()
  const result = { size: 0, taken: 0, blocks: 0 }
  for (const tar of tars) {
    const diffId = createHash('sha256')
    const digest = createHash('sha256')
    let crc = 0
    for (const block of blocksOf(tar, variant)) {
      const content = tar.bytes.subarray(block.start, block.end)
      diffId.update(content)
      crc = zlib.crc32(content, crc)
      const key = (known || made) && block.file ? sha256(tar.bytes.subarray(block.from, block.end)) : undefined
      const old = key === undefined ? undefined : known?.get(key)
      const packed = old === undefined ? pack(tar.bytes, block) : Buffer.from(old)
      if (key !== undefined) made?.set(key, packed)
      digest.update(packed)
      result.size += packed.length
      result.blocks++
      if (old !== undefined) result.taken += packed.length
    }
    diffId.digest()
    digest.digest()
  }
  const { user, system } = process.cpuUsage(before)
  return { ...result, cpu: (user + system) / 1e6 }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const percent = (value, base) => `${((value / base - 1) * 100).toFixed(2)} %`
const share = (part, whole) => `${((part / whole) * 100).toFixed(1)} %`

const options = process.argv.slice(2)
const rounds = options[0] === '--rounds' ? Number(options.splice(0, 2)[1]) : 3
for (const option of options) {
  const [name, directories] = option.split('=')
  const modules = directories.split(',').map((directory) => contentsOf(directory))
  const tars = (version, preface) =>
    modules.map((entries, i) => tarOf(entries, `/cnb/buildpacks/example_${i}/${version}`, preface))
  const [first, bumped, moved] = [tars('1.0.0', 0), tars('1.0.1', 0), tars('1.0.1', 1024)]
  const samples = VARIANTS.map(() => ({ cold: [], bump: [], move: [] }))
  for (let round = 0; round < rounds; round++)
    for (const [i, variant] of VARIANTS.entries()) {
      const made = new Map()
      run(first, variant, undefined, made)
      samples[i].cold.push(run(first, variant))
      samples[i].bump.push(run(bumped, variant, made))
      samples[i].move.push(run(moved, variant, made))
    }
  const cpu = (runs) => median(runs.map((r) => r.cpu))
  const [{ cold: base }] = samples
  const bytes = first.reduce((sum, tar) => sum + tar.bytes.length, 0)
  console.log(
    `\n${name}: ${modules.length} modules, ${first.reduce((n, tar) => n + tar.files.length, 0)} files, ${bytes} bytes of tar, plain ${base[0].size} bytes, ${cpu(base).toFixed(2)} CPU s`,
  )
  console.table(
    Object.fromEntries(
      VARIANTS.map((variant, i) => {
        const { cold, bump, move } = samples[i]
        return [
          variant.name,
          {
            blocks: cold[0].blocks,
            size: percent(cold[0].size, base[0].size),
            CPU: percent(cpu(cold), cpu(base)),
            'bump: taken over': share(bump[0].taken, bump[0].size),
            'bump: CPU': (cpu(bump) / cpu(cold)).toFixed(2),
            'moved: taken over': share(move[0].taken, move[0].size),
            'moved: CPU': (cpu(move) / cpu(cold)).toFixed(2),
          },
        ]
      }),
    ),
  )
}
