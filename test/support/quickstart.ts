import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** The folder of the example that `npm run quickstart` builds. */
export const QUICKSTART = join(PROJECT, 'builder-configs/quickstart')

/** The part of the result object of `--json` that tests look at. */
export interface Made {
  readonly reference: string
  readonly digest: string
  readonly platforms: readonly {
    readonly platform: string
    readonly digest: string
    readonly config: string
    readonly layers: readonly {
      readonly title: string
      readonly diffId: string
      readonly digest: string
      readonly size: number
    }[]
  }[]
  readonly warnings: readonly unknown[]
}

/** Makes the builder of the quickstart as tag `latest` of the OCI layout `layout`, with the built command line. */
export function makeQuickstart(layout: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Made {
  const replaced = ['build', 'run'].flatMap((tag) => ['--replace', `registry.example/base/${tag}=oci:base:${tag}`])
  const create = [
    'builder',
    'create',
    'example/builder',
    '--config',
    'builder.toml',
    '--no-cache',
    '--offline',
    '--quiet',
    '--json',
  ]
  const command = [join(PROJECT, 'dist/cli.js'), ...create, ...replaced, '--to', `oci:${layout}:latest`, ...args]
  const run = spawnSync(process.execPath, command, {
    cwd: QUICKSTART,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 600_000,
  })
  if (run.status !== 0) throw new Error(`trowel ended with status ${run.status ?? run.signal}: ${run.stderr}`)
  return JSON.parse(run.stdout) as Made
}
