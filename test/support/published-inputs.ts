import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { trowel, type Run, type RunOptions } from './cli.js'
import { temporaryDirectory } from './directories.js'
import { goldenInput } from './golden.js'
import { tarOfEntries } from './layout.js'
import { pushLayout } from './registry/push-layout.js'
import { startRegistry, type Registry } from './registry/registry.js'
import { SOUND_FILES, writeFiles } from './workspace.js'

/** A builder whose parts are on this machine, in a registry, and on a server of files. */
export interface PublishedInputs {
  readonly directory: string
  readonly cache: string
  readonly registry: Registry
  /** How often the file was sent as a whole. */
  readonly downloads: () => number
  /** Runs `trowel builder create NAME`, by which `HOST` stands for the registry. */
  create(name: string, args?: readonly string[], options?: Partial<RunOptions>): Promise<Run>
}

const ETAG = '"one"'

/** Makes such a builder: a base, a run image, a lifecycle and a packaged module in the registry, one module here, one downloaded. */
export async function publishedInputs(): Promise<PublishedInputs> {
  const directory = temporaryDirectory()
  for (const name of ['cache', 'tmp', 'work']) mkdirSync(join(directory, name))
  const toml = String(SOUND_FILES['module/buildpack.toml'])
  const archive = gzipSync(
    tarOfEntries([
      { name: 'buildpack.toml', content: toml.replace('acme/module', 'acme/downloaded') },
      { name: 'bin/build', content: '#!/bin/sh\n' },
      { name: 'bin/detect', content: '#!/bin/sh\n' },
    ]),
  )
  let downloads = 0
  const registry = await startRegistry()
  for (const name of ['build', 'run']) await pushLayout(registry, goldenInput('bases', name), `base/${name}:1`)
  await pushLayout(registry, goldenInput('bases/lifecycle-image'), 'lifecycle:1')
  await pushLayout(registry, goldenInput('packages/one'), 'pkg/one:1')
  const files = await startRegistry({
    intercept(exchange) {
      if (exchange.header('if-none-match') === ETAG) exchange.reply(304, { etag: ETAG })
      else {
        downloads++
        exchange.reply(200, { etag: ETAG }, archive)
      }
      return true
    },
  })
  onTestFinished(async () => {
    await registry.close()
    await files.close()
  })
  const flags = ['--config', 'builder.toml', '--quiet', '--cache-dir', '../cache']
  const mirror = ['--registry-mirror', `golden.test=${registry.host}`]
  writeFiles(join(directory, 'work'), {
    'builder.toml': `
[build]
image = "golden.test/base/build:1"
[[run.images]]
image = "golden.test/base/run:1"
[lifecycle]
uri = "docker://golden.test/lifecycle:1"
[[buildpacks]]
uri = "module"
[[buildpacks]]
uri = "docker://golden.test/pkg/one:1"
[[buildpacks]]
uri = "${files.url}/module.tgz"
[[order]]
[[order.group]]
id = "acme/module"
version = "1.0.0"
`,
    ...Object.fromEntries(Object.entries(SOUND_FILES).filter(([name]) => name.startsWith('module/'))),
  })
  return {
    directory,
    cache: join(directory, 'cache'),
    registry,
    downloads: () => downloads,
    create: (name, args = [], options = {}) =>
      trowel(['builder', 'create', name.replace('HOST', registry.host), ...flags, ...mirror, ...args], {
        cwd: join(directory, 'work'),
        ...options,
        env: { HOME: directory, TMPDIR: join(directory, 'tmp'), ...options.env },
      }),
  }
}
