import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { describeGoldenBuilders } from '../contracts/golden-builders.js'
import {
  goldenCases,
  materialiseGolden,
  publishGolden,
  startGoldenRegistry,
  type GoldenCase,
} from '../support/golden.js'

const workspace = materialiseGolden()
const registry = await startGoldenRegistry()
afterAll(async () => {
  await registry.close()
  workspace.remove()
})

function publish(golden: GoldenCase, without?: string): ReturnType<typeof publishGolden> {
  return publishGolden(golden, { workspace: workspace.path, registry: registry.host, without })
}

const repositoryOf = ({ name }: GoldenCase): string => `golden/${name}`

describeGoldenBuilders({
  create: publish,
  blob: async (golden, digest) => {
    const repository = repositoryOf(golden)
    const bytes = registry.manifest(repository, digest)?.bytes ?? (await registry.blob(repository, digest))
    return Buffer.from(bytes ?? []).toString()
  },
  isUntouched: (golden) => registry.tags(repositoryOf(golden)).size === 0,
})

describe('the tags of a run', () => {
  test('builder-tags: every further tag, also in another repository, gets what NAME gets', async () => {
    const [golden] = goldenCases(/^builder-tags$/)
    const { digest } = JSON.parse((await publish(golden!)).stdout) as { digest: string }
    expect(Object.fromEntries(registry.tags('golden/builder-tags'))).toEqual({ latest: digest, y: digest, z: digest })
    expect(Object.fromEntries(registry.tags('golden/builder-tags-other'))).toEqual({ x: digest })
  })

  test('builder-targets-suffix: each platform has a tag of its own, and the others stand for the index, not for the last platform', async () => {
    const [golden] = goldenCases(/^builder-targets-suffix$/)
    const { digest, platforms } = JSON.parse((await publish(golden!)).stdout) as {
      digest: string
      platforms: readonly { platform: string; digest: string }[]
    }
    const [amd64, arm64] = platforms
    expect(Object.fromEntries(registry.tags('golden/builder-targets-suffix'))).toEqual({
      v1: digest,
      extra: digest,
      'v1-linux-amd64': amd64?.digest,
      'v1-linux-arm64': arm64?.digest,
    })
    const pack = JSON.parse(readFileSync(join(golden!.expected, '../case.json'), 'utf8')) as { tags: object }
    expect(Object.keys(pack.tags).map((name) => name.split(':').at(-1))).toEqual([
      'v1-linux-amd64',
      'v1-linux-arm64',
      'extra',
    ])
  })
})

test('a golden image that is already there is not pushed again', async () => {
  const [golden] = goldenCases(/^builder-sources$/)
  await publish(golden!)
  registry.requests.splice(0)
  const run = await publish(golden!)
  const { published } = JSON.parse(run.stdout) as { published: readonly { before: string; after: string }[] }
  expect(published.every(({ before, after }) => before === after)).toBe(true)
  expect(registry.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([])
})
