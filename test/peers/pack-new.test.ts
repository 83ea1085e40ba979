import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { trowel } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { peer } from './peer.js'

interface Made {
  /** Every file and folder, with its mode. */
  readonly files: readonly string[]
  readonly descriptor: Readonly<Record<string, unknown>>
}

function madeIn(directory: string, module: string): Made {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()
  return {
    files: files.map((file) => `${(statSync(join(directory, file)).mode & 0o777).toString(8)} ${file}`),
    descriptor: parse(readFileSync(join(directory, module, 'buildpack.toml'), 'utf8')),
  }
}

/** As pack writes it without being told an API; two keys are private to it. See docs/differences-from-pack.md. */
function expectedOf({ files, descriptor }: Made, saysApi: boolean): Made {
  const { WithWindowsBuild: _, WithLinuxBuild: __, ...rest } = descriptor
  return { files, descriptor: saysApi ? rest : { ...rest, api: '0.10' } }
}

test.for([
  ['java', []],
  ['java', ['--version', '2.3.4']],
  ['java', ['--api', '0.9', '--targets', 'linux/amd64', '--targets', 'linux/arm64']],
  ['java', ['-t', 'linux/amd64:ubuntu@22.04']],
  ['java', ['-t', 'linux/arm/v7', '-V', '1.0.0-rc.1']],
  ['java', ['--stacks', 'io.x', '-a', '0.8']],
  ['java', ['-s', 'io.x', '-s', 'io.y', '-t', 'linux/arm64', '--api', '0.12']],
  ['deep/er', ['--path', 'deep/er']],
] as const)(
  'buildpack new makes in %s what pack makes with %j, but for what is listed',
  async ([module, flags], context) => {
    const pack = peer(context, 'pack')
    const [ours, theirs, home] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()]
    const words = ['buildpack', 'new', 'acme/java', ...flags]
    const child = pack.start(words, { cwd: theirs, env: { PACK_HOME: home } })
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await trowel(words, { cwd: ours })).toMatchObject({ status: 0 })
    const saysApi = flags.some((flag) => flag === '--api' || flag === '-a')
    expect(madeIn(ours, module)).toEqual(expectedOf(madeIn(theirs, module), saysApi))
  },
)

test('neither of the two makes a buildpack where there is something', async (context) => {
  const pack = peer(context, 'pack')
  const [cwd, home] = [temporaryDirectory(), temporaryDirectory()]
  const words = ['buildpack', 'new', 'acme/java']
  expect(await trowel(words, { cwd })).toMatchObject({ status: 0 })
  const before = madeIn(cwd, 'java')
  const [status] = (await once(pack.start(words, { cwd, env: { PACK_HOME: home } }), 'exit')) as [number]
  expect(status).toBe(1)
  expect(await trowel(words, { cwd })).toMatchObject({ status: 2 })
  expect(madeIn(cwd, 'java')).toEqual(before)
})
