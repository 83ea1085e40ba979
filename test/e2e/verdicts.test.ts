import { OFFLINE } from '../support/offline.js'
import { hostIn } from '../support/host.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { createBuilder, type CreateBuilderOutcome } from '#src/operations/create-builder.js'
import type { ImageOptions } from '#src/operations/image-options.js'
import { packageModule, type PackageOutcome } from '#src/operations/package-module.js'
import type { PackageOptions } from '#src/operations/package-options.js'
import type { Surroundings } from '#src/operations/surroundings.js'
import { BUILDERS, isAccepted, materialise, PACKAGES, valuesOf, write, type Verdict } from '../support/verdicts.js'

const root = mkdtempSync(join(tmpdir(), 'trowel-verdicts-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const OPTIONS: ImageOptions = {
  name: 'registry.test/out:1',
  to: [],
  publish: false,
  tags: [],
  appendImageNameSuffix: false,
  verifyTag: false,
  ...OFFLINE,
  replace: [],
  labels: [],
  targets: [],
  dryRun: true,
  jobs: 1,
  cacheDirectory: undefined,
  limits: DEFAULT_LIMITS,
  allowAbsoluteSymlinks: false,
  profile: undefined,
}

const surroundingsIn = (directory: string): Surroundings => ({
  host: hostIn(directory),
  version: '0.0.0',
  report: () => {},
})

/** What we decide of a builder, after its packages were made. */
async function decide(verdict: Verdict): Promise<CreateBuilderOutcome> {
  const directory = join(root, verdict.id)
  const replace = materialise(directory, verdict)
  for (const [name, { 'package.toml': toml, args = [] }] of Object.entries(verdict.packages ?? {})) {
    write(join(directory, `${name}.toml`), toml)
    await packageIn(directory, name, { config: `${name}.toml`, targets: valuesOf(args, '--target'), dryRun: false })
  }
  return createBuilder(
    {
      ...OPTIONS,
      name: 'registry.test/out:1',
      config: 'builder.toml',
      to: [`oci:${join(directory, 'out')}`],
      replace,
      labels: valuesOf(verdict.args, '--label', '-l'),
      flatten: valuesOf(verdict.args, '--flatten'),
      targets: valuesOf(verdict.args, '--target', '-t'),
      createdBy: 'Pack CLI@0.40.6',
      experimental: verdict.experimental === true,
    },
    surroundingsIn(directory),
  )
}

function packageIn(directory: string, name: string, options: Partial<PackageOptions>): Promise<PackageOutcome> {
  const asked: PackageOptions = {
    ...OPTIONS,
    kind: 'buildpack',
    name,
    format: 'file',
    config: undefined,
    path: undefined,
    createdBy: undefined,
    flatten: false,
    flattenExclude: [],
    ...options,
  }
  return packageModule(asked, surroundingsIn(directory))
}

/** Groups of `id@version`, with `?` behind what is optional, out of order.toml. */
function groupsOf(orderToml: string): string[][] {
  const [order = ''] = orderToml.split('[[order-extensions]]')
  return order
    .split('[[order]]')
    .slice(1)
    .map((group) =>
      group
        .split('[[order.group]]')
        .slice(1)
        .map((ref) => {
          const value = (key: string): string => new RegExp(`^ *${key} = "(.*)"$`, 'm').exec(ref)?.[1] ?? ''
          return `${value('id')}@${value('version')}${/^ *optional = true$/m.test(ref) ? '?' : ''}`
        }),
    )
}

describe('go or no-go over real files', () => {
  test.each(PACKAGES)('$id: $about', async (verdict) => {
    const directory = join(root, verdict.id)
    materialise(directory, verdict)
    write(join(directory, 'package.toml'), verdict.package ?? '')
    const outcome = await packageIn(directory, 'out.cnb', { config: 'package.toml' }).catch((error: unknown) => error)
    if (!isAccepted(verdict)) {
      expect(outcome).toBeInstanceOf(CnbError)
      return
    }
    if (outcome instanceof Error) throw outcome
    const { plan } = outcome as Extract<PackageOutcome, { kind: 'planned' }>
    expect(plan.platforms[0]?.layers.flatMap(({ modules }) => modules).toSorted()).toEqual(verdict.pack.modules)
  })

  test.each(BUILDERS)('$id: $about', async (verdict) => {
    const outcome = await decide(verdict).catch((error: unknown) => error)
    if (!isAccepted(verdict)) {
      expect(outcome).toBeInstanceOf(CnbError)
      return
    }
    if (outcome instanceof Error) throw outcome
    const { plan } = outcome as Extract<CreateBuilderOutcome, { kind: 'planned' }>
    // One platform twice is one image: docs/differences-from-pack.md.
    const children = new Set(verdict.pack.index?.map((child) => JSON.stringify(child)) ?? ['the only one'])
    expect(plan.platforms.length).toBe(children.size)
    if (verdict.pack.resolvedOrder === undefined) return
    const order = plan.order.order.map((group) =>
      group.map((ref) => `${ref.id}@${ref.version}${ref.optional ? '?' : ''}`),
    )
    expect(order).toEqual(groupsOf(verdict.pack.resolvedOrder))
  })
})
