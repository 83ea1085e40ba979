// Makes a set to measure on: DIR/NAME with builder.toml, buildpacks/, base/ (an OCI layout, tags build and run), lifecycle.tgz.
//
//   node bench/make-set.mjs DIR synthetic-N [--scale F]         N = 10, 50, 100, 200, 1000, ...
//
// The same bytes every time. Three modules of four carry one program (7 to 13 MB, like a stripped Go binary) with two links
// to it; one of eight is a tree of 600 small files; one of eight carries an archive of 12 to 18 MB that does not compress.
// `--scale` multiplies all sizes and file counts; from 350 modules on it shrinks by itself, so that a set stays near 3.5 GB.
import { cpSync, mkdirSync, openSync, closeSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dice, noise, program, text } from './content.mjs'

const MiB = 1 << 20
const TREE_FILES = 600
const examples = resolve(dirname(fileURLToPath(import.meta.url)), '../builder-configs/quickstart')

const [directory, name, option, factor] = process.argv.slice(2)
const count = Number(/^synthetic-([1-9][0-9]*)$/.exec(name ?? '')?.[1])
if (!count || (option !== undefined && !(option === '--scale' && Number(factor) > 0))) {
  console.error('usage: node bench/make-set.mjs DIR synthetic-N [--scale F]')
  process.exit(2)
}
makeSet(join(directory, name), count, Number(factor ?? Math.min(1, 350 / count)))

function makeSet(set, modules, scale) {
  rmSync(set, { recursive: true, force: true })
  const ids = Array.from({ length: modules }, (_, i) => `m${String(i + 1).padStart(4, '0')}`)
  ids.forEach((id, i) => makeModule(join(set, 'buildpacks', id), { id, number: i + 1, scale }))
  // The example's base images and lifecycle stand-in do: they are small, so what is measured are the modules.
  cpSync(join(examples, 'base'), join(set, 'base'), { recursive: true })
  cpSync(join(examples, 'lifecycle-stand-in.tgz'), join(set, 'lifecycle.tgz'))
  writeFileSync(join(set, 'builder.toml'), builderToml(ids))
}

function makeModule(directory, { id, number, scale }) {
  const roll = dice(id)
  const between = (low, high) => Math.max(1, Math.floor(scale * (low + (roll() % (high - low)))))
  mkdirSync(join(directory, 'bin'), { recursive: true })
  writeFileSync(
    join(directory, 'buildpack.toml'),
    `api = "0.10"\n\n[buildpack]\nid = "bench/${id}"\nversion = "${versionOf(number)}"\nname = "Bench ${number}"\n\n[[targets]]\nos = "linux"\narch = "amd64"\n`,
  )
  const kind = number % 8
  if (kind !== 2 && kind !== 6) {
    writeProgram(join(directory, 'bin/main'), id, between(7e6, 13e6))
    for (const link of ['build', 'detect']) symlinkSync('main', join(directory, 'bin', link))
    return
  }
  for (const script of ['build', 'detect'])
    writeFileSync(join(directory, 'bin', script), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  if (kind === 6) {
    mkdirSync(join(directory, 'dependencies'))
    writeFileSync(join(directory, 'dependencies/runtime.tgz'), noise(`${id}/runtime`, between(12e6, 18e6)))
    return
  }
  for (let file = 0; file < Math.ceil(TREE_FILES * scale); file++) {
    const folder = join(directory, 'lib', `part-${file % 20}`)
    mkdirSync(folder, { recursive: true })
    // Sizes spread evenly over the orders of magnitude from 100 bytes to 32 KiB, as sources are.
    writeFileSync(join(folder, `file-${file}.js`), text(roll, Math.floor(100 * 328 ** (roll() / 2 ** 32))))
  }
}

function writeProgram(path, id, size) {
  const next = program(id)
  const file = openSync(path, 'w', 0o755)
  for (let left = size; left > 0; left -= MiB) writeSync(file, next(Math.min(left, MiB)))
  closeSync(file)
}

function versionOf(number) {
  return `1.${number % 7}.${number}`
}

function builderToml(ids) {
  return [
    ...ids.map((id) => `[[buildpacks]]\nuri = "buildpacks/${id}"\n`),
    ...ids.map((id, i) => `[[order]]\n\n  [[order.group]]\n  id = "bench/${id}"\n  version = "${versionOf(i + 1)}"\n`),
    '[lifecycle]\nuri = "lifecycle.tgz"\n',
    '[[targets]]\nos = "linux"\narch = "amd64"\n',
    '[build]\nimage = "registry.example/base/build"\n',
    '[run]\n\n  [[run.images]]\n  image = "registry.example/base/run"\n',
  ].join('\n')
}
