import { dirname } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CnbError, type Diagnostic, type ErrorKind } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readModules } from '#src/sources/module-source.js'
import { readNamedFile } from '#src/read-file.js'
import { CATALOGUE, type Made, type Outcome } from './catalogue.js'
import { temporaryDirectory } from '../support/directories.js'
import { sourceOf } from './golden-context.js'

const OUTCOMES: Readonly<Record<ErrorKind, Outcome>> = {
  findings: 'CFG',
  config: 'CFG',
  refused: 'REJ',
  network: 'NET',
  credentials: 'NET',
  disk: 'IO',
}

/** What came of a row: how it ended, and every text that a user would see. */
interface Seen {
  readonly outcome: Outcome
  readonly codes: readonly string[]
  readonly texts: string
  readonly fixes: readonly (string | undefined)[]
}

async function seenOf({ config, replace }: Made): Promise<Seen> {
  let reported: readonly Diagnostic[] = []
  try {
    readNamedFile(config, { shown: config, limit: DEFAULT_LIMITS.tomlBytes })
    const source = sourceOf(config, replace, dirname(config))
    reported = source.reported
    const wanted = { os: 'linux', architecture: 'amd64' }
    for (const [index, entry] of source.config.buildpacks.entries()) {
      await readModules({ kind: 'buildpack', index, entry, wanted }, source.context)
    }
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    const { code, message, value, hint, place } = error
    const texts = JSON.stringify({ message, value, hint, place })
    return { outcome: OUTCOMES[error.kind], codes: [code], texts, fixes: [hint] }
  }
  const errors = reported.filter(({ severity }) => severity === 'error')
  const shown = errors.length > 0 ? errors : reported
  return {
    outcome: errors.length > 0 ? 'CFG' : reported.length > 0 ? 'WARN' : 'ACC',
    codes: shown.map(({ rule }) => rule),
    texts: JSON.stringify(reported),
    fixes: shown.map(({ fix }) => fix),
  }
}

let dir = ''
beforeEach(() => {
  dir = temporaryDirectory()
})

const isRoot = process.getuid?.() === 0
const rows = CATALOGUE.filter((row) => row.inLayer !== true && !(isRoot && row.notAsRoot === true))

describe('the catalogue of bad input', () => {
  test.each(rows)('$id $about: $outcome $code', async (row) => {
    const seen = await seenOf(await row.make(dir))
    expect(seen).toMatchObject({ outcome: row.outcome, codes: row.code === undefined ? [] : [row.code] })
    if (row.secret !== undefined) expect(seen.texts).not.toContain(row.secret)
  })

  test.runIf(isRoot).each(CATALOGUE.filter((row) => row.notAsRoot === true))(
    'not looked at, because root may read everything: $id $about',
    async (row) => {
      expect((await seenOf(await row.make(dir))).outcome).not.toBe('IO')
    },
  )
})

test('an archive whose folder holds everything is told with the folder that was meant', async () => {
  const row = CATALOGUE.find(({ id, about }) => id === 'T-70' && about.startsWith('an archive'))
  const seen = await seenOf((await row?.make(dir)) ?? { config: '', replace: [] })
  expect(seen.fixes[0]).toContain('found my-bp-1.0/buildpack.toml')
})
