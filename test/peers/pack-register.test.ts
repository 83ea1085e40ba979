import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { peer } from './peer.js'

let registry: Registry
beforeAll(async () => {
  registry = await startRegistry()
  await pushLayout(registry, goldenInput('packages/one'), 'golden/one:1')
})
afterAll(() => registry.close())

/** A home with a registry of type github, and what pack opens a browser by, which notes what it is given. */
function home(): { readonly directory: string; readonly env: Record<string, string>; readonly opened: () => string } {
  const directory = temporaryDirectory()
  const config =
    'default-registry = "mine"\n[[registries]]\nname = "mine"\ntype = "github"\nurl = "https://github.com/acme/index/"\n'
  writeFileSync(join(directory, 'config.toml'), config)
  const note =
    '#!/bin/sh\nprintf %s "$1" >"$PACK_HOME/opened.part" && mv "$PACK_HOME/opened.part" "$PACK_HOME/opened"\n'
  writeFileSync(join(directory, 'xdg-open'), note, { mode: 0o755 })
  const env = { PACK_HOME: directory, TROWEL_HOME: directory, PATH: `${directory}:${process.env['PATH']}` }
  return { directory, env, opened: () => readFileSync(join(directory, 'opened'), 'utf8') }
}

test.for([
  ['register', 'golden/one:1', []],
  ['yank', 'acme/java@1.0.0', []],
  ['yank', 'a.b/c-d@1.0.0-rc.1+build.5~x', []],
  ['yank', 'acme/java@1.0.0', ['--undo']],
] as const)('buildpack %s %s %j asks for what pack asks for, to the byte', async ([verb, name, flags], context) => {
  const pack = peer(context, 'pack')
  const { directory, env, opened } = home()
  const words = ['buildpack', verb, verb === 'register' ? `${registry.host}/${name}` : name, ...flags]
  await pack.runBeside(words, env)
  const ours = await trowelHere(words, { cwd: directory, env })
  expect(ours.status, ours.stderr).toBe(0)
  // pack does not wait for the browser.
  await expect.poll(opened).toBe(ours.stdout.trim())
})
