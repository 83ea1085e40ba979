// `npm run quickstart`: makes the builder of builder-configs/quickstart with the built command line and shows what is in
// it. The image ends up in .scratch/quickstart, an OCI layout. usage: node builder-configs/quickstart.mjs [DIR]
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const layout = resolve(process.argv[2] ?? join(project, '.scratch/quickstart'))

/** The two base images are published nowhere: they are read from the layout beside builder.toml. */
const REPLACED = ['registry.example/base/build=oci:base:build', 'registry.example/base/run=oci:base:run']

const args = [
  'builder',
  'create',
  'example/builder',
  '--config',
  'builder.toml',
  '--to',
  `oci:${layout}:latest`,
  '--offline',
  '--json',
  '--quiet',
]
for (const replaced of REPLACED) args.push('--replace', replaced)

// A directory that was named may hold other images: the new one is added to it.
if (process.argv[2] === undefined) rmSync(layout, { recursive: true, force: true })
const run = spawnSync(process.execPath, [join(project, 'dist/cli.js'), ...args], {
  cwd: join(project, 'builder-configs/quickstart'),
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
if (run.status !== 0) {
  console.error(`quickstart: trowel ended with status ${run.status ?? run.signal}`)
  process.exit(run.status ?? 1)
}
const result = JSON.parse(run.stdout)

for (const { platform, config, layers } of result.platforms) {
  const { Labels } = blob(config).config
  print(`${result.reference} (${platform})`)
  print('', 'modules, as they are tried:')
  printOrder(JSON.parse(Labels['io.buildpacks.buildpack.order']), Labels)
  print('', 'extensions, as they are tried:')
  printOrder(JSON.parse(Labels['io.buildpacks.buildpack.order-extensions'] ?? '[]'), Labels)
  print('', 'layers:', `   ${'digest'.padEnd(19)} ${'diffID'.padEnd(19)} ${'bytes'.padStart(6)}  what it is`)
  layers.forEach(({ title, digest, diffId, size }, at) =>
    print(`${String(at + 1).padStart(2)} ${short(digest)} ${short(diffId)} ${String(size).padStart(6)}  ${title}`),
  )
}
print('', `warnings: ${result.warnings.length}`)
for (const { message } of result.warnings) print(`  ${message}`)
const place = relative(process.cwd(), layout)
print('', `The image is in ${place}, an OCI layout. Other tools read it too:`)
print(`  skopeo inspect --config oci:${place}:latest`)
print('It was made of builder-configs/quickstart: change a file there, run this again, and see which digests move.')

/** A composite stands above the order it brings along; that is in the label that says what each layer holds. */
function printOrder(order, labels, indent = '  ') {
  const modules = {
    ...JSON.parse(labels['io.buildpacks.buildpack.layers'] ?? '{}'),
    ...JSON.parse(labels['io.buildpacks.extension.layers'] ?? '{}'),
  }
  order.forEach(({ group }, at) => {
    print(`${indent}${order.length > 1 ? `${at + 1}. ` : ''}group`)
    for (const { id, version, optional } of group) {
      const [found, detail] = version ? [version, modules[id]?.[version]] : (Object.entries(modules[id] ?? {})[0] ?? [])
      print(`${indent}   ${id}@${found}${optional ? ' (optional)' : ''}`)
      if (detail?.order !== undefined) printOrder(detail.order, labels, `${indent}     `)
    }
  })
}

function blob(digest) {
  return JSON.parse(readFileSync(join(layout, 'blobs', ...digest.split(':')), 'utf8'))
}

function short(digest) {
  return digest.slice(0, 19)
}

function print(...lines) {
  console.log(lines.join('\n'))
}
