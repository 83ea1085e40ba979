import { join } from 'node:path'
import type { Run } from './cli.js'
import { temporaryDirectory } from './directories.js'
import { trowelHere } from './here.js'
import { writeFiles } from './workspace.js'

/** The descriptor of a composite with one group. */
export function compositeToml(name: string, members: readonly string[]): string {
  const entries = members.map((member) => `[[order.group]]\n${idAndVersion(member)}`)
  return `api = "0.10"\n[buildpack]\n${idAndVersion(name)}[[order]]\n${entries.join('')}`
}

function idAndVersion(name: string): string {
  const [id, version] = name.split('@')
  return `id = "${id}"\nversion = "${version}"\n`
}

/**
 * A directory with the composite `acme/main@1.0.0` of `members`, whose package.toml says that its dependencies are at `uris`.
 */
export function compositeOf(uris: string | readonly string[], members: readonly string[] = ['acme/x@1.0.0']): string {
  const cwd = temporaryDirectory()
  const dependencies = [uris].flat().map((uri) => `[[dependencies]]\nuri = ${JSON.stringify(uri)}\n`)
  writeFiles(cwd, {
    'main/buildpack.toml': compositeToml('acme/main@1.0.0', members),
    'package.toml': `[buildpack]\nuri = "main"\n${dependencies.join('')}`,
  })
  return cwd
}

/** Packages the composite of such a directory into its file `out.cnb`, without a cache, and with the settings in its `home`. */
export function packageComposite(cwd: string, ...args: readonly string[]): Promise<Run> {
  const fixed = ['--config', 'package.toml', '--format', 'file', '--no-cache']
  const target = args.includes('--target') ? [] : ['--target', 'linux/amd64']
  return trowelHere(['buildpack', 'package', 'out.cnb', ...fixed, ...target, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], PACK_HOME: join(cwd, 'home') },
  })
}
