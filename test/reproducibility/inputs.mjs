// The inputs of the sweep: the quickstart example and one module with everything in it that has more than one way to be
// written. Same bytes every time.
import { cpSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { TarArchive } from 'archiver'

const MIB = 1024 * 1024

/** Writes everything below `dir`; `order` is the order in which the files of the module are made. */
export function writeInputs(quickstart, dir, order = (paths) => paths) {
  cpSync(quickstart, dir, { recursive: true })
  const module = join(dir, 'buildpacks/everything')
  const files = moduleFiles()
  for (const path of order([...files.keys()])) {
    mkdirSync(dirname(join(module, path)), { recursive: true })
    writeFileSync(join(module, path), files.get(path), { mode: path.startsWith('bin/') ? 0o755 : 0o644 })
  }
  mkdirSync(join(module, 'empty'))
  linkSync(join(module, 'tree/file-000.txt'), join(module, 'tree/same-as-000.txt'))
  symlinkSync('tree/file-001.txt', join(module, 'first.txt'))
  const config = join(dir, 'builder.toml')
  writeFileSync(config, `${readFileSync(config, 'utf8')}\n[[buildpacks]]\nuri = "buildpacks/everything"\n`)
}

function moduleFiles() {
  const files = new Map()
  const descriptor = [
    'api = "0.10"',
    '',
    '[buildpack]',
    'id = "example/everything"',
    'version = "0.0.1"',
    '',
    '[[targets]]',
  ]
  files.set('buildpack.toml', `${descriptor.join('\n')}\nos = "linux"\n`)
  files.set('bin/detect', '#!/bin/sh\nexit 100\n')
  files.set('bin/build', '#!/bin/sh\n')
  files.set('data/noise', noise(MIB + 17))
  files.set('data/words', words(3 * MIB + 1))
  files.set('data/mixed', Buffer.concat([words(300_000), noise(500_000), words(300_000)]))
  files.set('names/grüße – 你好.txt', 'not ASCII\n')
  files.set(`names/${'long/'.repeat(30)}name.txt`, 'a long path\n')
  for (let i = 0; i < 300; i++) files.set(`tree/file-${String(i).padStart(3, '0')}.txt`, words(i * 7))
  return files
}

/** Marsaglia's xorshift32 from a fixed seed. */
function random() {
  let x = 0x2545f491
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}

function noise(length) {
  const next = random()
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = next() * 256
  return bytes
}

function words(length) {
  const next = random()
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length;)
    at += bytes.write(`${'layer order module group stack target'.split(' ')[Math.floor(next() * 6)]} `, at)
  return bytes
}

/** A directory as an archive: entries in the order of a walk, siblings by name, times and owners that must not matter. */
export async function archive(dir, { gzipped }) {
  const tar = new TarArchive({ gzip: gzipped, gzipOptions: { level: 9 } })
  const add = (path) => {
    for (const entry of readdirSync(join(dir, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const name = path === '' ? entry.name : `${path}/${entry.name}`
      const { mode } = statSync(join(dir, name))
      const data = { name, mode: mode & 0o777, uid: 501, gid: 20, uname: 'someone', date: new Date(86_400_000) }
      if (entry.isDirectory()) {
        tar.append('', { ...data, type: 'directory' })
        add(name)
      } else tar.append(readFileSync(join(dir, name)), data)
    }
  }
  add('')
  const [bytes] = await Promise.all([buffer(tar), tar.finalize()])
  return bytes
}
