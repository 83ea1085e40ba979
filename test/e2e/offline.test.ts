import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { startEngine } from '../support/engine.js'
import { publishedInputs, type PublishedInputs } from '../support/published-inputs.js'

const NO_SOCKETS = fileURLToPath(new URL('../support/no-sockets.mjs', import.meta.url))

/** A run that may not open a socket. */
const unplugged = { nodeArguments: ['--import', NO_SOCKETS] }

let inputs: PublishedInputs
/** Of a builder that was made before, of a base, a lifecycle, a package and a file that are elsewhere. */
let digest: string

function digestOf(run: Run): string {
  expect(run.status, run.stderr).toBe(0)
  return run.stdout.trim().split('@').at(-1) ?? ''
}

beforeEach(async () => {
  inputs = await publishedInputs()
  // Layers of the base are kept when several places get them; one place gets them as they come.
  digest = digestOf(await inputs.create('x/y', ['--to', 'oci:../first', '--to', 'oci:../second']))
  inputs.registry.requests.splice(0)
})

function copy(...args: string[]): Promise<Run> {
  return trowel(['copy', ...args, '--cache-dir', 'cache'], {
    cwd: inputs.directory,
    env: { HOME: inputs.directory },
    ...unplugged,
  })
}

describe('--offline opens no socket', () => {
  test('the check can fail: without it, a run that has the same in its cache is ended', async () => {
    const run = await inputs.create('x/y', ['--to', 'oci:../again'], unplugged)
    expect(run.stderr).toContain('a socket was opened')
    expect(run.status).toBe(99)
  })

  test.each([
    ['to a new layout', ['--to', 'oci:../again']],
    ['to a layout that has it', ['--to', 'oci:../first:other']],
    ['to archives', ['--to', 'oci-archive:../a.tar', '--to', 'docker-archive:../b.tar']],
    ['planned only', ['--to', 'oci:../again', '--dry-run', '--json']],
  ])('builder create with everything in the cache, %s', async (about, args) => {
    const made = digestOf(await inputs.create('x/y', [...args, '--offline'], unplugged))
    if (about !== 'planned only') expect(made).toBe(digest)
    expect(inputs.registry.requests).toEqual([])
  })

  test('a plan of what is to be published, and says that nobody was asked', async () => {
    const args = ['--publish', '--to', 'oci:../again', '--dry-run', '--offline']
    const { status, stdout, stderr } = await inputs.create('HOST/x/y:1', args, unplugged)
    expect(stdout).toContain(`to ${inputs.registry.host}/x/y:1`)
    expect(stderr).toContain(`${inputs.registry.host}/x/y:1 was not looked at`)
    expect(status, stderr).toBe(0)
    expect(inputs.registry.requests).toEqual([])
  })

  test('copy between places on this machine, with and without the flag', async () => {
    expect(digestOf(await copy('oci:first', 'oci:third', '--offline'))).toBe(digest)
    expect(digestOf(await copy('oci:first', 'oci-archive:fourth.tar'))).toBe(digest)
  })

  test('what would need one is refused, and names what', async () => {
    const { host } = inputs.registry
    const there = await inputs.create('HOST/x/y:1', ['--publish', '--offline'], unplugged)
    const from = await copy(`${host}/pkg/two:1`, 'oci:third', '--offline')
    const to = await copy('oci:first', `${host}/x/y:1`, '--offline')
    for (const { status, stderr } of [there, from, to]) {
      expect(stderr).toMatch(/error\[E_OFFLINE\]/)
      expect(stderr).toContain(host)
      expect(status).toBe(4)
    }
    for (const { stderr } of [there, to]) expect(stderr).toContain('leave out --offline')
  })
})

test.each([
  ['--pull-policy', ['--pull-policy', 'never'], 'the pull policy is never'],
  ['--offline', ['--offline'], 'leave out --offline'],
])('%s names what keeps an engine from pulling a base that it has not', async (_, args, hint) => {
  const engine = await startEngine()
  const run = await inputs.create('x/y', ['--to', 'docker', ...args], { env: { DOCKER_HOST: engine.host } })
  expect(run.stderr).toMatch(/error\[E_IMAGE_MISSING\]/)
  expect(run.stderr).toContain(hint)
  expect(run.status).not.toBe(0)
})
