import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rulePages } from './pages.js'

const DIRECTORY = fileURLToPath(new URL('../../docs/rules', import.meta.url))

/** Every page that was made, by how it begins: others may lie beside them. */
function writtenPages(): ReadonlyMap<string, string> {
  const all = readdirSync(DIRECTORY).map((name): [string, string] => [
    name,
    readFileSync(join(DIRECTORY, name), 'utf8'),
  ])
  return new Map(all.filter(([name, text]) => name === 'README.md' || text.startsWith('# `')))
}

test('docs/rules says what the rules say; npm run golden makes it anew', () => {
  const pages = rulePages()
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(DIRECTORY, { recursive: true })
    for (const name of writtenPages().keys()) if (!pages.has(name)) rmSync(join(DIRECTORY, name))
    for (const [name, text] of pages) writeFileSync(join(DIRECTORY, name), text)
  }
  const written = writtenPages()
  expect([...written.keys()].toSorted()).toEqual([...pages.keys()].toSorted())
  expect([...pages].filter(([name, text]) => written.get(name) !== text).map(([name]) => name)).toEqual([])
})
