// `npm run build`: dist/ is the library as the compiler writes it, and dist/bundle/ the command line as a few files, which start
// in two thirds of the time (docs/decisions/0011-bundle.md). usage: node build.mjs
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const project = fileURLToPath(new URL('.', import.meta.url))
const dist = join(project, 'dist')
const bundle = join(dist, 'bundle')

rmSync(dist, { recursive: true, force: true })
const compiler = join(project, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [compiler, '-p', join(project, 'tsconfig.build.json')], {
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)

// Flat: what finds a file by where it stands itself, such as the worker, finds it here as it does in dist/.
const chunks = [
  ...(await bundled('cli.js', { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })),
  // One file: every worker opens all that it is made of at once.
  ...(await bundled('assemble/layer-worker.js', { entryFileNames: '[name].js', codeSplitting: false })),
]
writeFileSync(join(dist, 'cli.js'), "#!/usr/bin/env node\nimport './bundle/cli.js'\n")
writeFileSync(join(bundle, 'LICENSES.txt'), licenses(chunks))

async function bundled(entry, options) {
  const build = await rolldown({ input: join(dist, entry), platform: 'node' })
  const { output } = await build.write({ dir: bundle, ...options })
  await build.close()
  return output
}

/** The licences of all packages that went into the bundle. */
function licenses(chunks) {
  const modules = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
  const packages = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [])
  return [...new Set(packages)]
    .sort((a, b) => (a < b ? -1 : 1))
    .map(licenseOf)
    .join('\n')
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8')}`
}
