import { expect, onTestFinished, test } from 'vitest'
import { join } from 'node:path'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout } from '../support/layout.js'
import { startRegistry, type Registry, type RegistryOptions } from '../support/registry/registry.js'

/** A registry that closes with the test. */
async function registry(options: RegistryOptions = {}): Promise<Registry> {
  const started = await startRegistry(options)
  onTestFinished(() => started.close())
  return started
}

/** Copies an image to names in two registries, of which the second takes everything but a tag. */
async function copyToTwo(first: Registry, second: Registry, started?: (pid: number) => void): Promise<Run> {
  const directory = temporaryDirectory()
  makeLayout(join(directory, 'from'))
  const names = [`${first.host}/new/name:1`, `${second.host}/other/name:2`]
  return trowel(['copy', 'oci:from', ...names, '--no-cache'], { cwd: directory, ...(started && { started }) })
}

const isTagPut = (method: string | undefined, url: string | undefined): boolean =>
  method === 'PUT' && (url?.endsWith('/manifests/2') ?? false)

test('a name that is new, and that a registry does not take back, is told when another name is refused', async () => {
  const first = await registry({ quirks: { deleteStatus: 405 } })
  const second = await registry({
    intercept: (exchange) => {
      if (!isTagPut(exchange.method, exchange.url.pathname)) return false
      exchange.fail(403, 'DENIED')
      return true
    },
  })
  const run = await copyToTwo(first, second)
  expect(run.status).toBe(5)
  expect(run.stderr).toContain('error[E_AUTH]')
  expect([...first.tags('new/name').keys()]).toEqual(['1'])
  expect(run.stderr).toContain(`warning[registry-tag] ${first.host}/new/name:1 could not be put back to nothing`)
})

test('a run that is stopped while names are given does not say that nothing was changed when something was', async () => {
  const first = await registry({ quirks: { deleteStatus: 405 } })
  let pid = 0
  const second = await registry({
    intercept: (exchange) => {
      if (!isTagPut(exchange.method, exchange.url.pathname)) return false
      process.kill(pid, 'SIGINT')
      // No answer: the run ends by itself.
      return true
    },
  })
  const run = await copyToTwo(first, second, (started) => (pid = started))
  expect(run.status).toBe(130)
  expect(run.stderr).toContain(`${first.host}/new/name:1 could not be put back`)
  expect(run.stderr).not.toContain('nothing was changed')
})
