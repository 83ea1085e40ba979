import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout, OCI, tarOf, tarOfEntries, type TestLayout } from '../support/layout.js'
import { startRegistry, type Registry, type RegistryOptions } from '../support/registry/registry.js'
import { startSlowRelay, type SlowRelay } from '../support/slow-relay.js'
import { wholeTag } from '../support/traces.js'

/** Rows of group X that are about a process and a registry at once. */

/** Bytes of a layer that does not compress: ten seconds on the slow way. */
const LARGE = 16 * 1024 * 1024
/** Bytes of a layer that takes two seconds. */
const MIDDLING = 3 * 1024 * 1024
/** Bytes after which a transfer is certainly under way, and certainly not over. */
const UNDER_WAY = 512 * 1024

interface Fixture {
  readonly directory: string
  readonly registry: Registry
  readonly slow: SlowRelay
  readonly layout: TestLayout
  /** Runs `trowel ARGS`, and does something to its process. */
  run(args: readonly string[], act?: (pid: number) => Promise<void>): Promise<Run>
}

async function fixture(bytes: number, options: RegistryOptions = {}): Promise<Fixture> {
  const directory = temporaryDirectory()
  for (const name of ['cache', 'tmp']) mkdirSync(join(directory, name))
  const tars = [tarOfEntries([{ name: 'large', content: randomBytes(bytes) }]), tarOf('small', 'small')]
  const layout = makeLayout(join(directory, 'from'), { tars })
  const registry = await startRegistry(options)
  const slow = await startSlowRelay(registry.host)
  onTestFinished(async () => {
    slow.close()
    await registry.close()
  })
  return {
    directory,
    registry,
    slow,
    layout,
    run(args, act) {
      let acted: Promise<void> | undefined
      const run = trowel([...args, '--cache-dir', 'cache'], {
        cwd: directory,
        env: { HOME: directory, TMPDIR: join(directory, 'tmp') },
        started: (pid) => (acted = act?.(pid)),
      })
      return Promise.all([run, acted]).then(([result]) => result)
    },
  }
}

function temporaryFiles({ directory }: Fixture): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.trowel-'))
}

describe('a signal in the middle of an upload', () => {
  test.each([
    ['X-01', 'SIGINT', 130],
    ['X-02', 'SIGTERM', 143],
    ['X-02', 'SIGHUP', 129],
  ] as const)(
    '%s %s ends it before all is sent: uploads are cancelled, the tag stays, no file is left',
    async (_, signal, status) => {
      const place = await fixture(LARGE)
      const { registry, slow } = place
      const before = (await place.run(['copy', 'oci:from', `${registry.host}/acme/app:old`])).stdout.trim()
      registry.putManifest(
        'acme/app',
        registry.manifest('acme/app', before)?.bytes ?? Buffer.of(),
        OCI.manifest,
        'live',
      )
      makeLayout(join(place.directory, 'from'), { tars: [tarOfEntries([{ name: 'x', content: randomBytes(LARGE) }])] })
      const run = await place.run(['copy', 'oci:from', `${slow.host}/acme/app:live`], async (pid) => {
        await slow.passed(UNDER_WAY)
        process.kill(pid, signal)
      })
      expect(slow.count()).toBeLessThan(LARGE)
      expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringContaining('stopped; nothing was changed') })
      expect(registry.openUploads()).toBe(0)
      expect(wholeTag(registry, 'acme/app', 'live')).toBe(before)
      expect(temporaryFiles(place)).toEqual([])
    },
  )

  test('X-01 SIGINT is obeyed also when the registry does not answer any more', async () => {
    const place = await fixture(LARGE, {
      intercept: ({ method, request }) => (method === 'DELETE' ? (request.pause(), true) : false),
    })
    const run = await place.run(['copy', 'oci:from', `${place.slow.host}/acme/app:1`], async (pid) => {
      await place.slow.passed(UNDER_WAY)
      process.kill(pid, 'SIGINT')
    })
    expect(place.slow.count()).toBeLessThan(LARGE)
    expect(run.status).toBe(130)
    expect(place.registry.requests.some(({ method }) => method === 'DELETE')).toBe(true)
    expect(temporaryFiles(place)).toEqual([])
  })

  test('X-02 a second signal does not wait for that', async () => {
    let asked = (): void => undefined
    const cancelling = new Promise<void>((resolve) => (asked = resolve))
    const place = await fixture(LARGE, {
      intercept: ({ method }) => {
        if (method === 'DELETE') asked()
        return method === 'DELETE'
      },
    })
    const run = await place.run(['copy', 'oci:from', `${place.slow.host}/acme/app:1`], async (pid) => {
      await place.slow.passed(UNDER_WAY)
      process.kill(pid, 'SIGINT')
      await cancelling
      process.kill(pid, 'SIGTERM')
    })
    expect(run.status).toBe(143)
    expect(temporaryFiles(place)).toEqual([])
  })

  test('X-01 SIGINT in the middle of a download leaves the output as it was, and no file', async () => {
    const place = await fixture(LARGE)
    expect((await place.run(['copy', 'oci:from', `${place.registry.host}/acme/app:1`])).status).toBe(0)
    for (const to of [['oci:to'], ['oci-archive:to.tar'], ['oci:to', 'oci:also']]) {
      const slow = await startSlowRelay(place.registry.host)
      const run = await place.run(['copy', `${slow.host}/acme/app:1`, ...to], async (pid) => {
        await slow.passed(UNDER_WAY)
        process.kill(pid, 'SIGINT')
      })
      slow.close()
      expect(run.status, run.stderr).toBe(130)
      expect(temporaryFiles(place)).toEqual([])
      expect(readdirSync(place.directory).toSorted()).toEqual(['cache', 'from', 'tmp'])
    }
  })
})

describe('X-15 a run that is stopped in the middle of a transfer, and continued', () => {
  async function stopped(pid: number, slow: SlowRelay): Promise<void> {
    await slow.passed(UNDER_WAY)
    process.kill(pid, 'SIGSTOP')
    slow.cut()
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.kill(pid, 'SIGCONT')
  }

  test('goes on with an upload, although its connections are gone', async () => {
    const place = await fixture(MIDDLING)
    const { slow, registry } = place
    const run = await place.run(['copy', 'oci:from', `${slow.host}/acme/app:1`], (pid) => stopped(pid, slow))
    expect(run.status, run.stderr).toBe(0)
    expect(wholeTag(registry, 'acme/app', '1')).toBe(run.stdout.trim())
    expect(temporaryFiles(place)).toEqual([])
  })

  test('goes on with a download, although its connections are gone', async () => {
    const place = await fixture(MIDDLING)
    const { slow, registry } = place
    const pushed = await place.run(['copy', 'oci:from', `${registry.host}/acme/app:1`])
    registry.requests.splice(0)
    const run = await place.run(['copy', `${slow.host}/acme/app:1`, 'oci:to'], (pid) => stopped(pid, slow))
    expect(run.status, run.stderr).toBe(0)
    expect(run.stdout).toBe(pushed.stdout)
    expect(registry.requests.some(({ headers }) => headers.range !== undefined)).toBe(true)
    expect(temporaryFiles(place)).toEqual([])
  })
})
