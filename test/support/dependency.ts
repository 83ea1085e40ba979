import { join } from 'node:path'
import type { Run } from './cli.js'
import { temporaryDirectory } from './directories.js'
import { trowelHere } from './here.js'
import { writeFiles } from './workspace.js'

const ORDER = '[[order]]\n[[order.group]]\nid = "acme/x"\nversion = "1.0.0"\n'
const MAIN = `api = "0.10"\n[buildpack]\nid = "acme/main"\nversion = "1.0.0"\n${ORDER}`

/** A directory with the composite `acme/main@1.0.0` of `acme/x@1.0.0`, whose package.toml says that this one is at `uri`. */
export function compositeOf(uri: string): string {
  const cwd = temporaryDirectory()
  const config = `[buildpack]\nuri = "main"\n[[dependencies]]\nuri = ${JSON.stringify(uri)}\n`
  writeFiles(cwd, { 'main/buildpack.toml': MAIN, 'package.toml': config })
  return cwd
}

/** Packages the composite of such a directory into its file `out.cnb`, without a cache. */
export function packageComposite(cwd: string, ...args: readonly string[]): Promise<Run> {
  const fixed = ['--config', 'package.toml', '--format', 'file', '--no-cache']
  const target = args.includes('--target') ? [] : ['--target', 'linux/amd64']
  return trowelHere(['buildpack', 'package', 'out.cnb', ...fixed, ...target, ...args], {
    cwd,
    env: { HOME: join(cwd, 'home') },
  })
}
