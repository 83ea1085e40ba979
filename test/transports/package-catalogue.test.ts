import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { compositeOf, packageComposite } from '../support/dependency.js'
import { trowelHere } from '../support/here.js'
import { makePackage, tarOfEntries, type TestEntry } from '../support/layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { serveLayout } from '../support/registry/serve-layout.js'
import { snapshot } from '../support/snapshot.js'
import { ROWS, type Outcome, type Row } from './catalogue.js'

/** Group O again: what each row spoils is a package now, and a dependency of a composite. */

/** What the registry of these tests holds under every tag of `acme/row`. */
let served = ''
const registry = await startRegistry({ intercept: (exchange) => serveLayout(served, 'acme/row', exchange) })
afterAll(() => registry.close())

const STATUS: Readonly<Record<Outcome | 'CFG', number>> = { ACC: 0, NORM: 0, WARN: 0, CFG: 2, REJ: 3 }

interface Expected {
  readonly outcome: Outcome | 'CFG'
  readonly code?: string | undefined
}

/** The spoilt package of a row, at PACKAGE in `cwd`, as a directory or as whatever file the row is about. */
function spoil(row: Row, cwd: string): string {
  row.make(join(cwd, PACKAGE), makePackage)
  return row.file === undefined ? PACKAGE : `${PACKAGE}/${row.file}`
}

const PACKAGE = 'package'
const named = (rows: readonly Row[]) => rows.map((row) => [row.id, row.outcome, row.about, row] as const)
const inDirectories = ROWS.filter(({ file }) => file === undefined)

/** Runs what reads the package, and holds it to what is expected: what is refused leaves everything as it was. */
async function expectOf({ outcome, code }: Expected, cwd: string, run: () => Promise<Run>): Promise<void> {
  const before = snapshot(cwd)
  const { status, stderr } = await run()
  expect({ status, stderr }).toMatchObject({ status: STATUS[outcome] })
  if (code !== undefined) expect(stderr).toContain(`error[${code}]`)
  if (outcome === 'WARN') expect(stderr).toMatch(/^warning/m)
  if (status !== 0) expect(snapshot(cwd)).toBe(before)
}

/** Without its file `oci-layout`, a directory is no layout. */
const AS_DIRECTORY: ReadonlyMap<string, Expected> = new Map([
  ['oci-layout missing', { outcome: 'CFG', code: 'descriptor-missing' }],
])

/** A registry says what it sends, and is asked for no layer before the orders are judged by what the labels say. */
const AT_REGISTRY: ReadonlyMap<string, Expected> = new Map([
  // What a tag stands for is what was sent; R-19.
  ['manifest altered by one space', { outcome: 'WARN' }],
  ['entry that is neither image nor index', { outcome: 'REJ', code: 'E_MEDIATYPE_CONFUSION' }],
  ['schema 1 by media type', { outcome: 'REJ', code: 'E_MEDIATYPE_CONFUSION' }],
  ['layer with urls that is not there', { outcome: 'REJ', code: 'E_IMAGE_KIND' }],
  ['buildpack.toml in the layer is a link', { outcome: 'REJ', code: 'E_LABEL_LAYER_MISMATCH' }],
  ['label says another version than the layer holds', { outcome: 'CFG', code: 'order-composite-missing-dep' }],
])

describe('a package that is spoilt is refused as a dependency', () => {
  // Blobs are read by the same code as those of a .cnb; what is found where is not.
  test.each(named(inDirectories.filter(({ layoutOnly, shows }) => layoutOnly === true || shows === 'layers')))(
    'in a directory: %s %s: %s',
    async (_id, _outcome, about, row) => {
      const cwd = compositeOf(PACKAGE)
      spoil(row, cwd)
      await expectOf(AS_DIRECTORY.get(about) ?? row.ofPackage ?? row, cwd, () => packageComposite(cwd, '--offline'))
    },
  )

  test.each(named(ROWS))('in a .cnb: %s %s: %s', async (_id, _outcome, _about, row) => {
    const cwd = compositeOf('package.cnb')
    const at = join(cwd, spoil(row, cwd))
    writeFileSync(join(cwd, 'package.cnb'), row.file === undefined ? tarOfDirectory(at) : readFileSync(at))
    rmSync(join(cwd, PACKAGE), { recursive: true })
    await expectOf(row.ofPackage ?? row, cwd, () => packageComposite(cwd, '--offline'))
  })

  const atRegistry = inDirectories.filter(({ layoutOnly }) => layoutOnly !== true)
  test.each(named(atRegistry))('in a registry: %s %s: %s', async (_id, _outcome, about, row) => {
    const cwd = compositeOf(`docker://${registry.host}/acme/row:1`)
    spoil(row, cwd)
    served = join(cwd, PACKAGE)
    await expectOf(AT_REGISTRY.get(about) ?? row.ofPackage ?? row, cwd, () => packageComposite(cwd))
  })
})

/** What every reader of an image finds, however little of it is wanted. */
const seenByAll = ROWS.filter(({ shows, id }) => shows === 'open' && id !== 'O-20')

test.each(named(ROWS.filter(({ shows }) => shows === 'layers')))('copied: %s %s: %s', async (_id, _o, _about, row) => {
  const cwd = compositeOf(PACKAGE)
  const at = spoil(row, cwd)
  const from = row.file === undefined ? `oci:${at}` : `oci-archive:${at}`
  await expectOf(row, cwd, () => trowelHere(['copy', from, 'oci:copy'], { cwd }))
})

test.each(named(seenByAll))('inspected: %s %s: %s', async (_id, _outcome, _about, row) => {
  const cwd = compositeOf(PACKAGE)
  const at = spoil(row, cwd)
  await expectOf(row, cwd, () => trowelHere(['buildpack', 'inspect', `./${at}`], { cwd }))
})

/** A tar of what is in a directory, with its links as links. */
function tarOfDirectory(directory: string): Buffer {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()
  return tarOfEntries(
    names.map((name): TestEntry => {
      const path = join(directory, name)
      const stats = lstatSync(path)
      if (stats.isDirectory()) return { name, type: '5' }
      return stats.isSymbolicLink()
        ? { name, type: '2', link: readlinkSync(path) }
        : { name, content: readFileSync(path) }
    }),
  )
}
