import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const project = fileURLToPath(new URL('..', import.meta.url))

/** What people wrote; docs/rules is made from the catalogue, and the changelog tells of what is gone. */
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...pagesOf('docs'),
  ...pagesOf('docs/decisions'),
]

test.each(DOCUMENTS)('every file that %s links to, and every test that it names, is there', (document) => {
  const text = readFileSync(join(project, document), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => join(dirname(document), to))
  const named = [...text.matchAll(/`((?:test|docs|fixtures|bench)\/[\w./-]+\.\w+)`/g)].map(([, file = '']) => file)
  expect([...links, ...named].filter((file) => !existsSync(join(project, file)))).toEqual([])
})

test('SECURITY.md names tests', () => {
  expect(readFileSync(join(project, 'SECURITY.md'), 'utf8').match(/`test\/[^`]+\.test\.ts`/g)?.length).toBeGreaterThan(
    5,
  )
})

function pagesOf(folder: string): string[] {
  const names = readdirSync(join(project, folder)).filter((name) => name.endsWith('.md'))
  return names.map((name) => `${folder}/${name}`)
}
