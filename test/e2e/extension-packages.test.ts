import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeLayout, makePackage, sha256, tarOfEntries, type TestLayout } from '../support/layout.js'
import { soundWorkspace, SOUND_FILES } from '../support/workspace.js'

/** Packages of extensions, sound or not: only builders are made of them. */

const TOML = 'api = "0.10"\n[extension]\nid = "acme/e"\nversion = "1.0.0"\n'
const ROOT = '/cnb/extensions/acme_e'

const tarWith = (toml: string | undefined, version = '1.0.0'): Buffer =>
  tarOfEntries([
    { name: ROOT, type: '5' },
    { name: `${ROOT}/${version}`, type: '5' },
    { name: `${ROOT}/${version}/bin`, type: '5' },
    { name: `${ROOT}/${version}/bin/generate`, content: '#!/bin/sh\n' },
    ...(toml === undefined ? [] : [{ name: `${ROOT}/${version}/extension.toml`, content: toml }]),
  ])

/** A package of this layer, whose label says what `said` has. */
const saying =
  (tar: Buffer, said: object = {}, more: object = {}) =>
  (directory: string): TestLayout =>
    makeLayout(directory, {
      tars: [tar],
      labels: {
        'io.buildpacks.buildpackage.metadata': JSON.stringify({ id: 'acme/e', version: '1.0.0', stacks: null }),
        'io.buildpacks.extension.layers': JSON.stringify({
          'acme/e': { '1.0.0': { api: '0.10', layerDiffID: sha256(tar), ...said } },
          ...more,
        }),
      },
    })

const SOUND = tarWith(TOML)

const REFUSED: readonly (readonly [string, (directory: string) => TestLayout, RegExp])[] = [
  [
    'another api in its label',
    saying(SOUND, { api: '0.9' }),
    /error\[E_LABEL_LAYER_MISMATCH\] .* says api 0\.10 instead of 0\.9/,
  ],
  [
    'no descriptor in its layer',
    saying(tarWith(undefined)),
    /error\[E_LABEL_LAYER_MISMATCH\] .* holds no cnb\/extensions\/acme_e\/1\.0\.0\/extension\.toml/,
  ],
  ['another version in its layer', saying(tarWith(TOML, '2.0.0')), /error\[E_LABEL_LAYER_MISMATCH\]/],
  [
    'another extension in its layer',
    saying(tarWith(TOML.replace('acme/e', 'acme/f'))),
    /error\[E_LABEL_LAYER_MISMATCH\] .* says acme\/f@1\.0\.0/,
  ],
  [
    'a layer that is not there',
    saying(SOUND, { layerDiffID: sha256(tarWith(undefined)) }),
    /error\[E_LABEL\] .* names at \S+ a layer that is not in the image/,
  ],
  [
    'two extensions',
    saying(SOUND, {}, { 'acme/f': { '1.0.0': { api: '0.10', layerDiffID: sha256(SOUND) } } }),
    /error\[E_LABEL\] .* has several extensions/,
  ],
  [
    'buildpacks',
    makePackage,
    /error\[E_LABEL\] .* so it is no extension package\n(?: .*\n)* {2}fix: it is a package with buildpacks/,
  ],
]

function withPackage(make: (directory: string) => TestLayout) {
  const workspace = soundWorkspace({
    'builder.toml': `${String(SOUND_FILES['builder.toml'])}[[extensions]]\nuri = "package"\n[[order-extensions]]\n[[order-extensions.group]]\nid = "acme/e"\nversion = "1.0.0"\n`,
  })
  make(join(workspace.input, 'package'))
  return workspace
}

describe('a package of an extension', () => {
  test('goes into a builder', async () => {
    const { status, stderr } = await withPackage(saying(SOUND)).create(['--no-cache', '--target', 'linux/amd64'])
    expect(status, stderr).toBe(0)
    expect(stderr).toContain('extension acme/e@1.0.0')
  })

  test('whose label says another name is taken, with a warning', async () => {
    const { status, stderr } = await withPackage(saying(SOUND, { homepage: 'https://elsewhere.test' })).create([
      '--no-cache',
      '--target',
      'linux/amd64',
    ])
    expect(status, stderr).toBe(0)
    expect(stderr).toMatch(/^warning\[package-label-differs\] of acme\/e@1\.0\.0 the label .* another homepage/m)
  })

  test.each(REFUSED)('with %s is refused', async (_, make, said) => {
    const workspace = withPackage(make)
    const before = workspace.snapshot()
    const { status, stderr } = await workspace.create(['--no-cache', '--target', 'linux/amd64'])
    expect({ status, stderr }).toMatchObject({ status: 3 })
    expect(stderr).toMatch(said)
    expect(workspace.snapshot()).toBe(before)
    expect(existsSync(join(workspace.output, 'layout'))).toBe(false)
  })
})
