import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine } from '../support/engine.js'
import { trowelHere } from '../support/here.js'
import { json, place, TARS, withImage, type Place } from '../support/labelled.js'
import { sha256, tarOfEntries } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'

describe('bills of materials', () => {
  const FILES = [
    { name: '/layers', type: '5' },
    { name: '/layers/sbom', type: '5' },
    { name: '/layers/sbom/launch', type: '5' },
    { name: '/layers/sbom/launch/sbom.legacy.json', content: '{"a":1}' },
    { name: '/layers/sbom/launch/acme_node/sbom.cdx.json', content: '{}' },
  ]

  function withSbom(tar: Buffer, sha: string = sha256(tar)): Place {
    const labels = json({ 'io.buildpacks.lifecycle.metadata': { sbom: { sha } } })
    return withImage({ tars: [TARS[0]!, tar], labels })
  }

  /** Everything below a directory, a name a line. */
  const files = (directory: string): string =>
    readdirSync(directory, { recursive: true }).map(String).toSorted().join('\n')

  test('are written below the directory that is asked for', async () => {
    const { directory, run } = withSbom(tarOfEntries(FILES))
    const found = await run('sbom', 'download', 'oci:app', '-o', 'out/deep')
    expect(found.status, found.stderr).toBe(0)
    expect(found.stdout).toBe(
      'out/deep/layers/sbom/launch/sbom.legacy.json\nout/deep/layers/sbom/launch/acme_node/sbom.cdx.json\n',
    )
    expect(readFileSync(join(directory, 'out/deep/layers/sbom/launch/sbom.legacy.json'), 'utf8')).toBe('{"a":1}')
    // Once more over what is there.
    expect(await run('sbom', 'download', 'oci:app', '-o', 'out/deep')).toMatchObject({ status: 0 })
    const full = await run('sbom', 'download', 'oci:app', '-o', 'out/deep', '--json')
    expect(JSON.parse(full.stdout)).toMatchObject({
      diffId: sha256(tarOfEntries(FILES)),
      directory: join(directory, 'out/deep'),
      files: [{ size: 7 }, { size: 2 }],
    })
  })

  test('come from the docker engine when it has the image, and from nowhere else then', async () => {
    const engine = await startEngine()
    const tar = tarOfEntries(FILES)
    const labels = json({ 'io.buildpacks.lifecycle.metadata': { sbom: { sha: sha256(tar) } } })
    const config = {
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: labels },
      rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    }
    engine.put(Buffer.from(JSON.stringify(config)), [tar], 'r.test/acme/app:1')
    const directory = temporaryDirectory()
    const run = await trowelHere(['sbom', 'download', 'r.test/acme/app:1', '--no-cache'], {
      cwd: directory,
      env: { DOCKER_HOST: engine.host },
    })
    expect(run.status, run.stderr).toBe(0)
    expect(files(directory)).toContain('layers/sbom/launch/sbom.legacy.json')
  })

  test('come from the registry where there is no engine, or where --remote asks for it', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const { directory, layout, run } = withSbom(tarOfEntries(FILES))
    const name = `${registry.host}/acme/app:1`
    await pushLayout(registry, layout.directory, 'acme/app:1')
    const found = await run('sbom', 'download', name, '-o', 'a')
    expect(found.status, found.stderr).toBe(0)
    expect(found.stderr).not.toContain('engine')
    const remote = await run('sbom', 'download', name, '-o', 'b', '--remote')
    expect(remote).toMatchObject({ status: 0, stdout: found.stdout.replaceAll(/^a/gm, 'b') })
    expect(remote.stderr).not.toContain('engine')
    expect(files(join(directory, 'b'))).toBe(files(join(directory, 'a')))
  })

  test.each([
    ['a symbolic link', { name: '/layers/sbom/x', type: '2', link: '/etc' }, 'E_TAR_LINK_ESCAPE'],
    ['a link inside', { name: '/layers/sbom/x', type: '2', link: 'launch' }, 'E_TAR_LINK_ESCAPE'],
    [
      'a hard link',
      { name: '/layers/sbom/x', type: '1', link: '/layers/sbom/launch/sbom.legacy.json' },
      'E_TAR_LINK_ESCAPE',
    ],
    ['a fifo', { name: '/layers/sbom/x', type: '6' }, 'E_TAR_SPECIAL'],
    ['a name that climbs', { name: '/layers/../../x', content: 'x' }, 'E_TAR_PATH_ESCAPE'],
    ['a name that climbs without a slash', { name: '../x', content: 'x' }, 'E_TAR_PATH_ESCAPE'],
    ['a name with a backslash', { name: 'a\\b', content: 'x' }, 'E_TAR_NAME_CHARS'],
    ['a name with a control character', { name: 'a\u001bb', content: 'x' }, 'E_TAR_NAME_CHARS'],
    ['a whiteout', { name: '/layers/sbom/.wh.launch', content: '' }, 'E_TAR_WHITEOUT'],
    ['one name twice', { name: '/layers/sbom/launch/sbom.legacy.json', content: 'x' }, 'E_TAR_DUPLICATE'],
    ['a file below a file', { name: '/layers/sbom/launch/sbom.legacy.json/x', content: 'x' }, 'E_TAR_PARENT_NOT_DIR'],
  ])('with %s are refused, and nothing is written', async (_what, entry, code) => {
    const { directory, run } = withSbom(tarOfEntries([...FILES, entry]))
    const before = files(directory)
    const refused = await run('sbom', 'download', 'oci:app', '-o', 'out')
    expect(refused).toMatchObject({ status: 3, stdout: '' })
    expect(refused.stderr).toContain(`[${code}]`)
    expect(files(directory)).toBe(before)
  })

  test('whose layer is damaged, or is not what the config says, leave nothing behind', async () => {
    const damaged = withSbom(tarOfEntries(FILES))
    const layer = (damaged.layout.manifest() as { layers: { digest: string }[] }).layers[1]!
    damaged.layout.damage(layer.digest, (bytes) =>
      Buffer.from(bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))),
    )
    const lying = withSbom(tarOfEntries(FILES), `sha256:${'0'.repeat(64)}`)
    lying.layout.editConfig((config) => {
      config.rootfs.diff_ids[1] = `sha256:${'0'.repeat(64)}`
    })
    for (const { directory, run } of [damaged, lying]) {
      const before = files(directory)
      expect(await run('sbom', 'download', 'oci:app', '-o', 'out')).toMatchObject({ status: 3, stdout: '' })
      expect(files(directory)).toBe(before)
    }
  })

  test('do not follow a link that lies in their way', async () => {
    const { directory, run } = withSbom(tarOfEntries(FILES))
    const elsewhere = temporaryDirectory()
    symlinkSync(elsewhere, join(directory, 'layers'))
    const before = files(directory)
    const refused = await run('sbom', 'download', 'oci:app')
    expect(refused).toMatchObject({ status: 6, stdout: '' })
    expect(files(elsewhere)).toBe('')
    expect(files(directory)).toBe(before)
  })

  test.each([
    ['is in no layer', { sbom: { sha: `sha256:${'1'.repeat(64)}` } }, 'not in the image'],
    ['is not named', { runImage: {} }, "could not find SBoM information on '"],
    ['is no digest', { sbom: { sha: 'x' } }, 'must be sha256:'],
  ])('are missed when their layer %s', async (_what, metadata, words) => {
    const { run } = withImage({ labels: json({ 'io.buildpacks.lifecycle.metadata': metadata }) })
    const missed = await run('sbom', 'download', 'oci:app')
    expect(missed).toMatchObject({ status: 3, stdout: '' })
    expect(missed.stderr).toContain(words)
  })

  test('of an image that is nowhere are missed', async () => {
    const { run } = place()
    expect(await run('sbom', 'download', 'docker:acme/app')).toMatchObject({ status: 3, stdout: '' })
  })
})
