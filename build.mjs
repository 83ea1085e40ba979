// `npm run build`: dist/ is the library as the compiler writes it, and dist/bundle/ the command line as a few files, which start
// in two thirds of the time (docs/decisions/0011-bundle.md). usage: node build.mjs
import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/**
 * yargs lays out its own help on every run, which nobody sees: ours is in src/cli/help.ts. What it would do that with loads the
 * tables of Unicode, and takes a tenth of a run that finds nothing to do.
 */
const UNSEEN = {
  cliui: 'export default () => ({ div() {}, span() {}, toString: () => "" })',
  'string-width': 'export default (text) => text.length',
}
const withoutLayout = {
  name: 'without-layout',
  resolveId: (id) => (id in UNSEEN ? `\0${id}` : undefined),
  load: (id) => UNSEEN[id.slice(1)],
}

/**
 * What is loaded late by a command that makes a builder, and with it all that it needs, in few files: each costs a run about a
 * millisecond. What comes first is taken from what comes after.
 */
const FILES = {
  start: ['cli/main', 'files', 'operations/host'],
  create: [
    'cli/parse',
    'cli/commands/builder-create',
    'operations/builder-request',
    'operations/builder-input',
    'operations/create-builder',
  ],
  registry: [
    'http/client',
    'http/undici',
    'registry/authorizer',
    'registry/registry-client',
    'registry/credentials',
    'transports/registry-source',
    'transports/registry-sink',
  ],
}
const groups = Object.entries(FILES).map(([name, modules], i) => {
  const roots = new Set(modules.map((module) => join(dist, `${module}.js`)))
  return { name, test: (id) => roots.has(id), priority: -i }
})

// Flat: what finds a file by where it stands itself, such as the worker, finds it here as it does in dist/.
const chunks = [
  ...(await bundled('cli.js', {
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
  })),
  // One file: every worker opens all that it is made of at once.
  ...(await bundled('assemble/layer-worker.js', { entryFileNames: '[name].js', codeSplitting: false })),
]
writeFileSync(
  join(dist, 'cli.js'),
  `#!/usr/bin/env node
// When the working directory was deleted under us, the root: parts of the bundle ask for it when they are loaded.
try {
  process.cwd()
} catch {
  process.chdir('/')
}
await import('./bundle/cli.js')
`,
)
// npm does that when it links it, and not again after the next build.
chmodSync(join(dist, 'cli.js'), 0o755)
writeFileSync(join(bundle, 'LICENSES.txt'), licenses(chunks))

async function bundled(entry, options) {
  const build = await rolldown({
    input: join(dist, entry),
    platform: 'node',
    // What one part loads late another may have from the start.
    checks: { ineffectiveDynamicImport: false },
    plugins: [withoutLayout],
  })
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
