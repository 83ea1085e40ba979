import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goldenCases, goldenLayers, materialiseGolden, type GoldenCase } from '../support/golden.js'
import { firstDifference } from '../support/lst.js'
import { archive, directory, make, refusal } from './made.js'

/** What pack makes a layer of, and the catalogue of bad input refuses. */
const REFUSED: Readonly<Record<string, string>> = {
  'archive-absolute': 'E_TAR_ABSOLUTE',
  'archive-cut-trailer': 'E_TAR_TRUNCATED',
  'archive-dotdot': 'E_TAR_PATH_ESCAPE',
  'archive-dotdot-inside': 'E_TAR_PATH_ESCAPE',
  'archive-duplicate-toml': 'E_TAR_DUPLICATE',
  'archive-duplicates': 'E_TAR_DUPLICATE',
  'archive-empty': 'E_NOT_TAR',
  'archive-latin1': 'E_TAR_NAME_ENCODING',
  'archive-links': 'E_TAR_LINK_ESCAPE',
  'archive-module': 'E_COMPRESSION',
  'archive-special': 'E_TAR_SPECIAL',
  'archive-truncated': 'E_GZIP',
  'archive-truncated-tar': 'E_TAR_TRUNCATED',
  'shape-links': 'E_TAR_LINK_ESCAPE',
  'shape-names': 'E_TAR_NAME_CHARS',
  'shape-names-bytes': 'E_TAR_NAME_ENCODING',
  'shape-special': 'E_TAR_SPECIAL',
}

/** What pack fails on by a defect of its own. How it must come out stands in the tests below. */
const SOUND: Readonly<Record<string, string>> = {
  'archive-pax-global': 'golden/a-pax-global@1',
  'shape-link-ustar-overflow': 'golden/link-ustar-overflow@1',
  'shape-linked-dir': 'golden/modes@1',
  'shape-linked-dir-slash': 'golden/modes@1',
  'shape-linux-folder': 'golden/linux-folder@1',
  'shape-names-ustar-overflow': 'golden/names-ustar-overflow@1',
}

/** Without a descriptor at the root they are no modules, which `sources` finds out: no layer is asked for. */
const NO_MODULE: ReadonlySet<string> = new Set(['archive-topfolder', 'shape-nested-toml', 'shape-upper-toml'])

let workspace: ReturnType<typeof materialiseGolden>
beforeAll(() => {
  workspace = materialiseGolden()
})
afterAll(() => workspace.remove())

const CASES = goldenCases(/^(?:shape|archive)-/).filter(({ name }) => !NO_MODULE.has(name))

function pathOf({ command }: GoldenCase, place = workspace): string {
  return join(place.path, command[command.indexOf('--path') + 1] ?? '')
}

/** `golden/modes@1`, as the listing of the layer calls the module. */
function moduleOf({ name, expected, exit }: GoldenCase): string {
  const [layer] = exit === 0 ? goldenLayers(expected) : []
  const [, id, version] = /^buildpack (\S+)@(\S+)/.exec(layer?.what ?? '') ?? []
  return SOUND[name] ?? `${id?.replace('_', '/')}@${version}`
}

function layerOf(golden: GoldenCase): Parameters<typeof make>[0] {
  const path = pathOf(golden)
  return golden.name.startsWith('shape-') ? directory(path, moduleOf(golden)) : archive(path, moduleOf(golden))
}

function expectedListing(golden: GoldenCase): string[] {
  const text = readFileSync(join(golden.expected, 'layer-0.lst'), 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('layers of modules', () => {
  const sound = CASES.filter(({ name }) => !(name in REFUSED) && !(name in SOUND))
  test.each(sound.map((golden) => [golden.name, golden.title, golden] as const))(
    '%s is what pack makes: %s',
    async (_name, _title, golden) => {
      const { facts, listing } = await make(layerOf(golden))
      expect(firstDifference(listing, expectedListing(golden))).toBeUndefined()
      expect(facts.diffId).toBe(goldenLayers(golden.expected)[0]?.diffId)
    },
  )

  test.each(Object.entries(REFUSED))('%s is refused with %s', async (name, code) => {
    const golden = CASES.find((golden) => golden.name === name)
    expect(golden).toBeDefined()
    if (golden !== undefined) expect(await refusal(make(layerOf(golden)))).toBe(code)
  })

  test('every case is accounted for', () => {
    const names = CASES.map(({ name }) => name)
    for (const name of [...Object.keys(REFUSED), ...Object.keys(SOUND)]) expect(names).toContain(name)
    expect(sound.every(({ exit }) => exit === 0)).toBe(true)
  })
})

/** The entries for which a shape is refused, as its listing spells their names. */
const TAKE_AWAY: Readonly<Record<string, readonly string[]>> = {
  'shape-links': ['abs', 'back\\\\slash', 'dangling', 'up'],
  'shape-names': ['back\\\\slash', 'bell\\u0007', 'new\\nline', 'tab\\there'],
  'shape-names-bytes': ['caf\\xe9', 'd\\x80/f', 'd\\x80', '\\xff\\xfex'],
  'shape-special': ['fifo', 'sock'],
}

/** The bytes of a name that a listing spells. */
function spelled(name: string): Buffer {
  if (!name.includes('\\x')) return Buffer.from(JSON.parse(`"${name}"`) as string)
  return Buffer.from(
    name.replaceAll(/\\x(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  )
}

describe('without what it is refused for', () => {
  let apart: ReturnType<typeof materialiseGolden>
  beforeAll(() => {
    apart = materialiseGolden()
  })
  afterAll(() => apart.remove())

  test.each(Object.entries(TAKE_AWAY))('%s is what pack makes of the rest', async (name, away) => {
    const golden = CASES.find((golden) => golden.name === name)
    if (golden === undefined) throw new Error(`no case ${name}`)
    const path = pathOf(golden, apart)
    for (const entry of away)
      rmSync(Buffer.concat([Buffer.from(`${path}/`), spelled(entry)]), { recursive: true, force: true })
    const [, root] = /"(.*)"/.exec(expectedListing(golden)[1] ?? '') ?? []
    const gone = new Set(away.map((entry) => `"${root}/${entry}"`))
    const rest = expectedListing(golden).filter((line) => !gone.has(line.split('\t')[9] ?? ''))
    const { listing } = await make(directory(path, moduleOf(golden)))
    expect(firstDifference(listing, rest)).toBeUndefined()
  })
})

/** Type, name, link target, format and PAX records of the entries after the first two. */
function essentials(listing: readonly string[]): string[][] {
  return listing.slice(2).map((line) => {
    const columns = line.split('\t')
    return [0, 9, 10, 6, 11].map((column) => columns[column] ?? '')
  })
}

describe('what pack fails on or cuts short comes out whole', () => {
  const made = async (name: string): Promise<readonly string[]> => {
    const golden = CASES.find((golden) => golden.name === name)
    if (golden === undefined) throw new Error(`no case ${name}`)
    return (await make(layerOf(golden))).listing
  }

  test('a path that fits USTAR before the prefix and not after it is written as PAX', async () => {
    const root = '/cnb/buildpacks/golden_names-ustar-overflow/1'
    const folder = `${root}/${'o'.repeat(140)}`
    const file = `${folder}/${'p'.repeat(100)}`
    expect(essentials(await made('shape-names-ustar-overflow'))).toEqual([
      ['5', `"${root}/bin"`, '-', 'ustar', '-'],
      ['0', `"${root}/bin/build"`, '-', 'ustar', '-'],
      ['0', `"${root}/bin/detect"`, '-', 'ustar', '-'],
      ['0', `"${root}/buildpack.toml"`, '-', 'ustar', '-'],
      ['5', `"${folder}"`, '-', 'pax', `{"path":"${folder}"}`],
      ['0', `"${file}"`, '-', 'pax', `{"path":"${file}"}`],
    ])
  })

  test('a hard link whose absolute target overflows USTAR is written as PAX', async () => {
    const root = '/cnb/buildpacks/golden_link-ustar-overflow/1'
    const target = `${root}/${'q'.repeat(90)}`
    expect(essentials(await made('shape-link-ustar-overflow')).slice(-2)).toEqual([
      ['0', `"${target}"`, '-', 'ustar', '-'],
      ['1', `"${root}/z"`, `"${target}"`, 'pax', `{"linkpath":"${target}"}`],
    ])
  })

  test('the global header of git archive is dropped, and all entries stay', async () => {
    const root = '/cnb/buildpacks/golden_a-pax-global/1'
    expect(essentials(await made('archive-pax-global')).map(([type, name]) => [type, name])).toEqual([
      ['5', `"${root}/bin"`],
      ['0', `"${root}/bin/build"`],
      ['0', `"${root}/bin/detect"`],
      ['0', `"${root}/buildpack.toml"`],
    ])
  })

  test('a folder that happens to be called linux is a folder', async () => {
    const names = essentials(await made('shape-linux-folder')).map(([, name]) => name)
    expect(names.slice(-2)).toEqual([
      '"/cnb/buildpacks/golden_linux-folder/1/linux"',
      '"/cnb/buildpacks/golden_linux-folder/1/linux/readme"',
    ])
  })

  test.each(['shape-linked-dir', 'shape-linked-dir-slash'])('%s is the module that the link leads to', async (name) => {
    const modes = CASES.find((golden) => golden.name === 'shape-modes')
    if (modes === undefined) throw new Error('no case shape-modes')
    expect(firstDifference(await made(name), expectedListing(modes))).toBeUndefined()
  })
})
