import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CnbError, type ErrorKind } from '#src/errors.js'
import { temporaryDirectory } from '../support/directories.js'
import { anIndex } from './an-index.js'
import { ROWS, USUAL_ADDRESS, type IndexRow, type Trial } from './index-catalogue.js'

const OUTCOMES: Readonly<Record<ErrorKind, IndexRow['outcome'] | 'IO'>> = {
  findings: 'CFG',
  config: 'CFG',
  refused: 'REJ',
  network: 'NET',
  credentials: 'AUTH',
  disk: 'IO',
}

interface Seen {
  readonly outcome: string
  readonly code?: string | undefined
  readonly address?: string
  readonly texts: string
  /** Of a failure. */
  readonly error?: CnbError
}

async function seenOf({ options, wanted = 'acme/java' }: Trial): Promise<Seen> {
  const index = anIndex(options)
  try {
    const address = await index.find(wanted)
    const [warning] = index.reported
    const texts = JSON.stringify(index.reported)
    return warning === undefined
      ? { outcome: 'ACC', address, texts }
      : { outcome: 'WARN', code: warning.rule, address, texts }
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    const { code, message, value, hint } = error
    return { outcome: OUTCOMES[error.kind], code, texts: `${message} ${value} ${hint}`, error }
  }
}

test.each(ROWS)('$id $about: $outcome $code', async (row) => {
  const marker = join(temporaryDirectory(), 'ran')
  const trial = await row.make(marker)
  const seen = await seenOf(trial)
  const isTaken = ['ACC', 'RTY', 'WARN'].includes(row.outcome)
  expect(seen, seen.texts).toMatchObject({
    outcome: row.outcome === 'RTY' ? 'ACC' : row.outcome,
    ...(row.code === undefined ? {} : { code: row.code }),
    ...(isTaken ? { address: trial.address ?? USUAL_ADDRESS } : {}),
  })
  expect(existsSync(marker)).toBe(false)
  if (seen.error !== undefined) expectHelpful(seen.error, row)
})

/** What failed, what to do, and, where it is a line of the index or of the user's file that is wrong, which one. */
function expectHelpful({ message, hint, place }: CnbError, { id }: IndexRow): void {
  expect(message).toMatch(/^the (?:buildpack|URL of the buildpack registry) /)
  expect(hint).toBeTypeOf('string')
  if (['I-05', 'I-06'].includes(id)) expect(place?.file).toMatch(/^(?:test\/ja\/va\/acme_java|builder\.toml)$/)
  if (id === 'I-07') expect(place).toEqual({ file: 'builder.toml', line: 7 })
}
