import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compositeOf, compositeToml, packageComposite } from '../support/dependency.js'
import { makeLayout, sha256, tarOfEntries, type TestLayout } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { snapshot } from '../support/snapshot.js'
import { writeFiles } from '../support/workspace.js'

/** Composites that name each other: no packer of ours makes them, so those in packages are made by hand. */

const registry = await startRegistry()
afterAll(() => registry.close())

const HOW = ['a directory', 'a file', 'an image'] as const
type How = (typeof HOW)[number]

/** A package of the composite `acme/NAME@1.0.0` alone. */
function packageOf(directory: string, name: string, member: string): TestLayout {
  const root = `/cnb/buildpacks/acme_${name}`
  const tar = tarOfEntries([
    { name: root, type: '5' },
    { name: `${root}/1.0.0`, type: '5' },
    { name: `${root}/1.0.0/buildpack.toml`, content: compositeToml(full(name), [full(member)]) },
  ])
  const order = [{ group: [{ id: `acme/${member}`, version: '1.0.0' }] }]
  return makeLayout(directory, {
    tars: [tar],
    labels: {
      'io.buildpacks.buildpackage.metadata': JSON.stringify({ id: `acme/${name}`, version: '1.0.0', stacks: [] }),
      'io.buildpacks.buildpack.layers': JSON.stringify({
        [`acme/${name}`]: { '1.0.0': { api: '0.10', order, layerDiffID: sha256(tar) } },
      }),
    },
  })
}

const full = (name: string): string => `acme/${name}@1.0.0`
const place = (name: string, how: How): string =>
  how === 'an image' ? `docker://${registry.host}/acme/${name}` : how === 'a file' ? `${name}.cnb` : name

/** Puts a composite that names one other below `cwd`, or into the registry. */
async function put(cwd: string, name: string, member: string, how: How): Promise<void> {
  if (how === 'a directory') {
    writeFiles(cwd, { [`${name}/buildpack.toml`]: compositeToml(full(name), [full(member)]) })
    return
  }
  const layout = packageOf(join(cwd, 'layouts', name), name, member)
  if (how === 'a file') writeFileSync(join(cwd, `${name}.cnb`), tarOfEntries(layout.tarEntries()))
  else await pushLayout(registry, layout.directory, `acme/${name}:latest`)
}

/** How each of the composites `a`, `b`, … comes; each names the next one, and the last one the first. */
const CIRCLES: readonly (readonly How[])[] = [
  ...HOW.map((how) => [how, how]),
  ...HOW.map((how) => [how, how, how]),
  ['a directory', 'a file', 'an image'],
  ['an image', 'a directory'],
]

const NAMES = ['a', 'b', 'c']

describe('of a package', () => {
  test.each(CIRCLES.map((hows) => [hows.join(', '), hows] as const))(
    'composites in a circle are told, however they come: %s',
    async (_, hows) => {
      const names = NAMES.slice(0, hows.length)
      const cwd = compositeOf(
        hows.map((how, index) => place(names[index]!, how)),
        [full('a')],
      )
      for (const [index, how] of hows.entries()) await put(cwd, names[index]!, names[index + 1] ?? 'a', how)
      const before = snapshot(cwd)
      const { status, stderr } = await packageComposite(cwd)
      expect({ status, stderr }).toMatchObject({ status: 2 })
      const circle = [...names, 'a'].map(full).join(' -> ')
      expect(stderr).toContain(`error[order-composite-cycle] composites name each other in a circle: ${circle}\n`)
      // A package has no lines of its own, so its place is where it is named.
      expect(stderr).toContain(hows[0] === 'a directory' ? '  at a/buildpack.toml:7:' : '  at package.toml:4:')
      expect(snapshot(cwd)).toBe(before)
    },
  )

  test.each(HOW)('that it is in itself: %s', async (how) => {
    const cwd = compositeOf(place('a', how), [full('a')])
    await put(cwd, 'a', 'main', how)
    const { status, stderr } = await packageComposite(cwd)
    expect({ status, stderr }).toMatchObject({ status: 2 })
    expect(stderr).toContain('acme/main@1.0.0 -> acme/a@1.0.0 -> acme/main@1.0.0')
  })
})
