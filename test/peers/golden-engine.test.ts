import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { architectureOf } from '#src/operations/host.js'
import { REFUSED, WITHOUT } from '../contracts/golden-builders.js'
import {
  createInEngine,
  goldenCases,
  materialiseGolden,
  startGoldenRegistry,
  type GoldenCase,
} from '../support/golden.js'
import { peerEngine, type PeerEngine } from './engines.js'

const ARCHITECTURE = architectureOf(process.arch)

const workspace = materialiseGolden()
const registry = await startGoldenRegistry()
afterAll(async () => {
  await registry.close()
  workspace.remove()
})

/** What pack's engine had afterwards, as the golden set tells it. */
interface DaemonHint {
  /** The file with the config as the engine keeps it, where that differs from the published one. */
  readonly config?: string
}

const CASES = goldenCases(/^(?:builder|package|extension)-/).flatMap((golden) => {
  const file = join(golden.expected, '../case.json')
  const { daemon } = JSON.parse(readFileSync(file, 'utf8')) as { daemon?: DaemonHint }
  const isShuffled = golden.layerOrder !== undefined
  return daemon === undefined || isShuffled || REFUSED.has(golden.name) ? [] : [{ ...golden, daemon }]
})

/** The image id that pack's builder has in an engine: the digest of its config. */
function idOf({ expected, daemon }: (typeof CASES)[number]): string {
  // Where pack's defect is absent; of several platforms, that of the engine.
  const inside = ['should-be', `linux-${ARCHITECTURE}`].find((name) => existsSync(join(expected, name)))
  const folder = join(expected, inside ?? '.')
  const config = readFileSync(join(folder, daemon.config ?? 'config.json'))
  return `sha256:${createHash('sha256').update(config).digest('hex')}`
}

async function create(golden: GoldenCase, { host }: PeerEngine, flags: readonly string[] = []): Promise<Created> {
  const run = await createInEngine(golden, {
    workspace: workspace.path,
    registry: registry.host,
    flags,
    without: WITHOUT.get(golden.name),
    env: { DOCKER_HOST: host },
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout) as Created
}

interface Created {
  readonly digest: string
  readonly published: readonly { readonly before: string | null; readonly after: string }[]
}

test.for(CASES)('$name: an engine has the image that pack makes there', async (golden, context) => {
  const engine = await peerEngine(context, 'dockerd')
  const { digest } = await create(golden, engine)
  expect(digest).toBe(idOf(golden))
  const [image] = JSON.parse((await engine.ask('GET', `/images/${digest}/json`)).body.replace(/^\{/, '[{') + ']') as [
    { Id: string; RepoTags: string[] },
  ]
  expect(image.Id).toBe(digest)
  expect(image.RepoTags).toContain(`${registry.host}/golden/${golden.name}:latest`)
})

test('what an engine has already is not sent again, and that is said', async (context) => {
  const engine = await peerEngine(context, 'dockerd')
  const [golden] = CASES
  await create(golden!, engine)
  const { digest, published } = await create(golden!, engine)
  expect(published).toEqual([expect.objectContaining({ before: digest, after: digest })])
})

test('with --pull-policy never an image that the engine lacks is not pulled', async (context) => {
  const engine = await peerEngine(context, 'dockerd')
  await engine.clear()
  const [golden] = CASES
  await expect(create(golden!, engine, ['--pull-policy', 'never'])).rejects.toThrow('E_IMAGE_MISSING')
})
