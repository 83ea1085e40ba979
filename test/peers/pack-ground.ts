import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printTomlValue } from '#src/toml/encode.js'
import { temporaryDirectory } from '../support/directories.js'
import { GOLDEN, goldenInput } from '../support/golden.js'
import { writeFiles, type Files } from '../support/workspace.js'
import type { Peer, Registry } from './peer.js'

/** A file that names modules by locators. */
export type NamingFile = 'builder.toml' | 'package.toml'

/** Where a case is. What a locator names beyond `root` is not ours to make. */
export interface Ground {
  readonly root: string
  readonly base: string
  readonly cwd: string
  readonly home: string
  readonly registry: Registry
  readonly pack: Peer
}

/** A ground whose buildpack registry is the repository at `index`. */
export function groundFor(pack: Peer, registry: Registry, index: string): Ground {
  const root = temporaryDirectory()
  const ground = { base: join(root, '1/2/3/4/5/base'), cwd: join(root, '1/2/3/4/5/cwd'), home: join(root, 'home') }
  for (const directory of Object.values(ground)) mkdirSync(directory, { recursive: true })
  // Whatever image is asked for, this registry is.
  const config = `experimental = true\n[registry-mirrors]\n"*" = "${registry.host}"\n[[registries]]\nname = "mine"\ntype = "git"\nurl = "${index}"\n`
  writeFileSync(join(ground.home, 'config.toml'), config)
  return { root, ...ground, registry, pack }
}

const COMPOSITE =
  'api = "0.10"\n[buildpack]\nid = "acme/all"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "acme/one"\nversion = "1.0.0"\n'

/** The files that name `uri`, and what they need beside it. */
function filesFor(uri: string): Files {
  const lifecycle = join(GOLDEN, 'inputs', 'work', 'lifecycle', 'stub-dir')
  const shown = printTomlValue(uri)
  return {
    'main/buildpack.toml': COMPOSITE,
    'package.toml': `dependencies = [{ uri = ${shown} }]\n[buildpack]\nuri = "main"\n`,
    'builder.toml': [
      `buildpacks = [{ uri = ${shown} }]`,
      'order = [{ group = [{ id = "acme/one" }] }]',
      `lifecycle = { uri = "${lifecycle}" }`,
      'build = { image = "golden.test/base/build:1" }',
      'run = { images = [{ image = "golden.test/base/run:1" }] }',
    ].join('\n'),
  }
}

/** What pack says of a locator in a file; nothing that is named can be made anything of. */
export async function packOn(
  text: string,
  file: NamingFile,
  { base, cwd, home, registry, pack }: Ground,
): Promise<string> {
  writeFiles(base, filesFor(text))
  const words = file === 'package.toml' ? ['buildpack', 'package'] : ['builder', 'create']
  const flags = ['--publish', '--target', 'linux/amd64', file === 'package.toml' ? '-r' : '-R', 'mine']
  const args = [...words, `${registry.host}/made:1`, '--config', join(base, file), ...flags]
  // Whatever is not on the loopback is not there.
  const nowhere = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', PACK_HOME: home }
  const child = pack.start(args, { cwd, env: nowhere })
  const chunks: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((done) => child.once('close', done))
  return Buffer.concat(chunks).toString()
}

/** The base images that a builder is made on, which come before its modules. */
export function pushBases(crane: Peer, { host }: Registry): void {
  for (const base of ['build', 'run']) {
    crane.run(['push', '--index', goldenInput('bases', base), `${host}/base/${base}:1`])
  }
}
