import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compositeOf, packageComposite } from '../support/dependency.js'
import { writeFiles } from '../support/workspace.js'
import { ROWS } from './index-catalogue.js'

/** Group I once more, as far as it is about what an index says: the module is a dependency in package.toml. */
const REJECTED = ROWS.filter(({ id, outcome }) => outcome === 'REJ' && /^I-0[5-8]$/.test(id))

test.each(REJECTED)('$id $about: $outcome $code', async (row) => {
  const { options, wanted = 'acme/java' } = await row.make('')
  const cwd = compositeOf(`urn:cnb:registry:${wanted}`)
  const url = JSON.stringify(options.url)
  writeFiles(cwd, { 'home/config.toml': `[[registries]]\nname = "mine"\ntype = "git"\nurl = ${url}\n` })
  const { status, stdout, stderr } = await packageComposite(
    cwd,
    '--buildpack-registry',
    'mine',
    '--allow-index-scheme',
    'file',
    '--json',
  )
  expect({ status, stderr }).toMatchObject({ status: 3 })
  expect(stdout).toContain(`"${row.code}"`)
  expect(stderr).toMatch(/^ {2}fix: ./m)
  expect(existsSync(join(cwd, 'out.cnb'))).toBe(false)
})
