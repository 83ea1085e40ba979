// How long `trowel check` takes, offline, over builders that a script writes: module folders on disk, images in layouts.
//
//   npm run build && node bench/check.mjs [--rounds 5] [--dir DIR] [--large]
//
//   60      60 modules, 12 of them composites, 291 entries in all orders: as large as the builders of today are
//   1000    1000 modules, 200 of them composites
//   --large 10,000 modules, and an order of 10,000 groups: nobody has that, and an answer comes all the same
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure, mediansOf } from './measure.mjs'

const cli = resolve(dirname(fileURLToPath(import.meta.url)), '../dist/cli.js')
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    dir: { type: 'string', default: join(tmpdir(), 'trowel-bench-check') },
    large: { type: 'boolean', default: false },
  },
})

const TARGETS = '[[targets]]\nos = "linux"\narch = "amd64"\n'

const SETS = {
  60: { components: 48, composites: 12, groups: 3, members: 7, builderGroups: 12, builderMembers: 3 },
  1000: { components: 800, composites: 200, groups: 3, members: 7, builderGroups: 200, builderMembers: 3 },
  ...(options.large
    ? {
        'modules-10000': {
          components: 9900,
          composites: 100,
          groups: 3,
          members: 7,
          builderGroups: 100,
          builderMembers: 3,
        },
        'groups-10000': {
          components: 200,
          composites: 0,
          groups: 0,
          members: 0,
          builderGroups: 10_000,
          builderMembers: 3,
        },
      }
    : {}),
}

for (const [name, shape] of Object.entries(SETS)) {
  const set = join(options.dir, name)
  rmSync(set, { recursive: true, force: true })
  const entries = makeBuilder(set, shape)
  const runs = []
  for (let round = 0; round < (name.length > 4 ? 1 : Number(options.rounds)); round++) {
    const args = ['check', join(set, 'builder.toml'), '--offline', '--no-cache', '--fail-on', 'error', '--quiet']
    runs.push(await measure([process.execPath, cli, ...args], { accepted: [0, 1, 2] }))
  }
  const { wall, cpu, rss } = mediansOf(runs)
  console.log(
    `${name}: ${shape.components + shape.composites} modules, ${entries} entries: ${wall.toFixed(2)} s, CPU ${cpu.toFixed(2)} s, ${Math.round(rss)} MiB`,
  )
}

/** Returns how many entries its orders have. */
function makeBuilder(set, { components, composites, groups, members, builderGroups, builderMembers }) {
  let entries = 0
  const names = Array.from({ length: components }, (_, i) => `acme/component-${i}`)
  names.forEach((id, i) => makeModule(join(set, `component-${i}`), descriptorOf(id, TARGETS), true))
  const all = Array.from({ length: composites }, (_, i) => `acme/composite-${i}`)
  all.forEach((id, i) => {
    const order = Array.from({ length: groups }, (_, group) =>
      groupOf(
        Array.from(
          { length: members },
          (_, member) => names[(i * groups * members + group * members + member) % components],
        ),
      ),
    )
    entries += groups * members
    makeModule(join(set, `composite-${i}`), descriptorOf(id, order.join('')), false)
  })
  const offered = [...all, ...names]
  const order = Array.from({ length: builderGroups }, (_, group) =>
    groupOf(Array.from({ length: builderMembers }, (_, member) => offered[(group + member * 7) % offered.length])),
  )
  entries += builderGroups * builderMembers
  const modules = [...names.map((_, i) => `component-${i}`), ...all.map((_, i) => `composite-${i}`)]
  writeFileSync(
    join(set, 'builder.toml'),
    `description = "a bench"\n${modules.map((uri) => `[[buildpacks]]\nuri = "${uri}"\n`).join('')}${order.join('')}
[build]\nimage = "registry.example/build@sha256:${'0'.repeat(64)}"\n[[run.images]]\nimage = "registry.example/run:1"
[lifecycle]\nversion = "0.21.17"\n`,
  )
  return entries
}

function descriptorOf(id, more) {
  return `api = "0.11"\n[buildpack]\nid = "${id}"\nname = "x"\nversion = "1.0.0"\n[[buildpack.licenses]]\ntype = "MIT"\n${more}`
}

function groupOf(ids) {
  const unique = [...new Set(ids)]
  return `[[order]]\n${unique.map((id, i) => `[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n${i > 0 ? 'optional = true\n' : ''}`).join('')}`
}

function makeModule(folder, descriptor, isComponent) {
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'buildpack.toml'), descriptor)
  if (!isComponent) return rmSync(join(folder, 'bin'), { recursive: true })
  for (const program of ['detect', 'build']) {
    writeFileSync(join(folder, 'bin', program), '#!/bin/sh\nexit 0\n')
    chmodSync(join(folder, 'bin', program), 0o755)
  }
}
