// The least work of a cold run, in one thread: every byte read once, SHA-256 and CRC-32 of it, deflate level 1 in blocks of
// 1 MiB, SHA-256 of the result, written. No headers, no checks, no image. usage: node bench/floor.mjs SET OUT [--probe]
//
// With --probe, blocks that look random are stored, as trowel stores them: a lower floor, since deflate is nearly all of it.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'

const BLOCK = 1 << 20
const SAMPLE = 4096
const [set, out, probe] = process.argv.slice(2)
const block = Buffer.alloc(BLOCK)
const sink = openSync(out, 'w')
const total = { input: 0, output: 0 }
const modules = join(set, 'buildpacks')
for (const module of readdirSync(modules).sort()) packModule(join(modules, module))
closeSync(sink)
console.log(JSON.stringify(total))

/** A module's files one after the other as one stream, as in a layer, so that small files share a block. */
function packModule(directory) {
  const state = { diffId: createHash('sha256'), digest: createHash('sha256'), crc: 0, filled: 0 }
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = openSync(join(entry.parentPath ?? entry.path, entry.name))
    for (let read; (read = readSync(file, block, state.filled, BLOCK - state.filled, null)) > 0;) {
      state.filled += read
      if (state.filled === BLOCK) packBlock(state)
    }
    closeSync(file)
  }
  if (state.filled > 0) packBlock(state)
  state.diffId.digest()
  state.digest.digest()
}

function packBlock(state) {
  const input = block.subarray(0, state.filled)
  state.diffId.update(input)
  state.crc = zlib.crc32(input, state.crc)
  const packed = probe === '--probe' && looksRandom(input) ? input : deflate(input)
  state.digest.update(packed)
  writeSync(sink, packed)
  total.input += input.length
  total.output += packed.length
  state.filled = 0
}

function deflate(input) {
  const finishFlush = zlib.constants.Z_SYNC_FLUSH
  return zlib.deflateRawSync(input, { level: 1, memLevel: 9, chunkSize: BLOCK, finishFlush })
}

function looksRandom(input) {
  if (input.length < 4 * SAMPLE) return false
  const histogram = new Uint32Array(256)
  for (let part = 0; part < 4; part++) {
    const start = part * (input.length >> 2)
    for (let i = start; i < start + SAMPLE; i++) histogram[input[i]]++
  }
  let squares = 0
  for (const count of histogram) squares += count * count
  return squares * 25_600 < 113 * (4 * SAMPLE) ** 2
}
