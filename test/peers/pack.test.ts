import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { QUICKSTART, makeQuickstart } from '../support/quickstart.js'
import { peer, startRegistry, type Peer, type Registry } from './peer.js'

let scratch: string
let pack: Peer
let crane: Peer
let registry: Registry
beforeEach(async (context) => {
  crane = peer(context, 'crane')
  pack = peer(context, 'pack')
  scratch = mkdtempSync(join(tmpdir(), 'trowel-pack-'))
  registry = await startRegistry(crane)
  // Every name leads to the registry on the loopback.
  mkdirSync(join(scratch, 'home'))
  writeFileSync(join(scratch, 'home/config.toml'), `[registry-mirrors]\n"*" = "${registry.host}"\n`)
  return async () => {
    await registry.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
})

describe('pack', () => {
  test.for([{ env: {} }, { env: { CNB_BUILD_CONFIG_DIR: '/other/config' } }])(
    'makes the same layers and the same config of the same builder.toml, with $env',
    ({ env }, context) => {
      const skopeo = peer(context, 'skopeo')
      for (const tag of ['build', 'run']) {
        const to = `docker://${registry.host}/base/${tag}:latest`
        skopeo.run(['copy', '--quiet', '--dest-tls-verify=false', `oci:${join(QUICKSTART, 'base')}:${tag}`, to])
      }
      const name = `${registry.host}/example/builder`
      const config = join(QUICKSTART, 'builder.toml')
      pack.run(['builder', 'create', name, '--config', config, '--publish'], {
        PACK_HOME: join(scratch, 'home'),
        ...env,
      })
      const theirs = crane.run(['config', name])

      const ours = join(scratch, 'ours')
      const made = makeQuickstart(ours, ['--created-by', 'Pack CLI@0.40.6'], env)
      expect(crane.run(['push', ours, `${registry.host}/ours`])).toContain(made.digest)
      expect(crane.run(['config', `${registry.host}/ours`])).toBe(theirs)
    },
  )

  test('inspects a builder that we made', () => {
    const layout = join(scratch, 'layout')
    makeQuickstart(layout)
    const name = `${registry.host}/example/builder`
    crane.run(['push', layout, name])
    const said = pack.run(['builder', 'inspect', name], { PACK_HOME: join(scratch, 'home') })
    for (const module of ['example/greeting', 'example/listing', 'example/notes', 'example/website', 'example/tools']) {
      expect(said).toContain(module)
    }
    expect(said).toMatch(/Created By:\s+Name: trowel/)
  })
})
