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

test('the decision about run-time dependencies has a row for each, and what it says of all of them is so', () => {
  const page = readFileSync(join(project, 'docs/decisions/0018-eight-run-time-dependencies.md'), 'utf8')
  const { dependencies } = read('package.json') as { dependencies: Record<string, string> }
  expect([...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(dependencies))
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)

  const { packages } = read('package-lock.json') as { packages: Record<string, Locked> }
  const shipped = Object.entries(packages).flatMap(([path, locked]) => (path === '' || locked.dev ? [] : locked))
  expect(page).toContain(`they are ${shipped.length} packages`)
  expect(shipped.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([])
  const licenses = new Set(shipped.flatMap(({ license = 'none' }) => license.match(/[\w.-]+/g) ?? []))
  for (const license of licenses) if (license !== 'AND') expect(page).toContain(license)
})

interface Locked {
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly license?: string
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(project, path), 'utf8'))
}

function pagesOf(folder: string): string[] {
  const names = readdirSync(join(project, folder)).filter((name) => name.endsWith('.md'))
  return names.map((name) => `${folder}/${name}`)
}
