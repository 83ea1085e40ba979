import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { COMMANDS } from '#src/cli/commands.js'
import { parseCommandLine } from '#src/cli/parse.js'

const project = fileURLToPath(new URL('../..', import.meta.url))
const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(project, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'builder-configs/debian-node/README.md',
  'builder-configs/quickstart/README.md',
]
const SHOWN = DOCUMENTS.flatMap((document) => shownIn(read(document)).map((line) => [document, line] as const))
const REFERENCE = read('docs/commands.md')

test.each(SHOWN)('%s: %s', async (_, line) => {
  const words = line.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
  await expect(parseCommandLine(words.slice(1))).resolves.toBeDefined()
})

test.each(COMMANDS.filter(({ isHidden }) => isHidden !== true))('docs/commands.md has $words', ({ words, flags }) => {
  expect(REFERENCE).toContain(words.join(' '))
  const missing = flags.filter(({ name }) => !new RegExp(`\`(?:-., )?--${name}\\b|--${name}\\b`).test(REFERENCE))
  expect(missing.map(({ name }) => name)).toEqual([])
})

/** The command lines of trowel in blocks of code: without comments, and without where their output goes. */
function shownIn(document: string): string[] {
  const blocks = document
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('    '))
  const lines = blocks.flatMap((line) => line.match(/(?<=^ +(?:\w+=\$\()?)trowel .*/)?.[0] ?? [])
  return lines.map((line) => line.replace(/\s+(?:#|>|\|).*|\)$/, '').trim())
}

function read(document: string): string {
  return readFileSync(join(project, document), 'utf8')
}
