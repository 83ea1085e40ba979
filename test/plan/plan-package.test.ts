import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LABEL } from '#src/cnb/labels.js'
import type { Module } from '#src/cnb/module.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { parseDiffId } from '#src/oci/digest.js'
import type { PackageInput } from '#src/plan/package-input.js'
import { packageLabels } from '#src/plan/package-labels.js'
import { planPackage } from '#src/plan/plan-package.js'
import { aModule, anOrder } from '../support/modules.js'

const DIFF_ID = parseDiffId(`sha256:${'0'.repeat(64)}`)

function named(name: string): Module {
  const [id = '', version = ''] = name.split('@')
  return aModule({ id, version })
}

/** A composite of these modules. */
function anInput(names: readonly string[], parts: Partial<PackageInput> = {}): PackageInput {
  const main = aModule({ id: 's/main', version: '1', order: anOrder(names) })
  return {
    kind: 'buildpack',
    locate: () => ({ file: 'package.toml' }),
    buildpacks: [[main], ...names.map((name) => [named(name)])],
    extensions: [],
    target: { os: 'linux', arch: 'arm', variant: 'v7', distros: [{ name: 'ubuntu', version: '24.04' }] },
    labels: new Map(),
    createdBy: undefined,
    flatten: undefined,
    limits: DEFAULT_LIMITS,
    ...parts,
  }
}

const layersOf = (input: PackageInput): string[][] =>
  planPackage(input).layers.map(({ modules }) => modules.map(({ id, version }) => `${id}@${version}`))

describe('the layers of a package', () => {
  test('are sorted by id and version, whatever the order of the file', () =>
    fc.assert(
      fc.property(fc.shuffledSubarray(['s/a@1', 's/b@2', 's/b@10', 's/z@1']), (names) => {
        expect(layersOf(anInput(names)).flat()).toEqual([...names, 's/main@1'].sort())
      }),
    ))

  test('are one for a module that several dependencies bring', () => {
    expect(layersOf(anInput(['s/a@1', 's/a@1']))).toEqual([['s/a@1'], ['s/main@1']])
  })

  test('are one with --flatten: dependencies in their order, and then the module that is packaged', () => {
    const flatten = { exclude: [] }
    expect(layersOf(anInput(['s/z@1', 's/a@1'], { flatten }))).toEqual([['s/z@1', 's/a@1', 's/main@1']])
    expect(layersOf(anInput([], { flatten }))).toEqual([['s/main@1']])
  })

  test('are one and those that are left out of it', () => {
    const flatten = { exclude: [{ id: 's/a', version: '1' }] }
    expect(layersOf(anInput(['s/z@1', 's/a@1'], { flatten }))).toEqual([['s/z@1', 's/main@1'], ['s/a@1']])
  })
})

test('a package is for the platform of its target, and of its distro', () => {
  const { platform, labels } = planPackage(anInput(['s/a@1'])).base.config
  expect(platform).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7', osVersion: '24.04' })
  expect(labels.size).toBe(0)
})

test('labels of the user come first and do not replace ours', () => {
  const labels = new Map([
    ['mine', '1'],
    [LABEL.packageMetadata, 'mine'],
  ])
  const made = packageLabels(planPackage(anInput(['s/a@1'], { labels })), () => DIFF_ID)
  expect([...made.keys()]).toEqual(['mine', LABEL.packageMetadata, LABEL.buildpackLayers])
  expect(made.get(LABEL.packageMetadata)).toBe('{"id":"s/main","version":"1","stacks":[{"id":"*"}]}')
})

test('an extension has no stacks', () => {
  const extension = aModule({ kind: 'extension', id: 's/x', version: '1' })
  const plan = planPackage(anInput([], { kind: 'extension', buildpacks: [], extensions: [[extension]] }))
  const labels = packageLabels(plan, () => DIFF_ID)
  expect(labels.get(LABEL.packageMetadata)).toBe('{"id":"s/x","version":"1","stacks":null}')
  expect([...labels.keys()]).toEqual([LABEL.packageMetadata, LABEL.extensionLayers])
})
