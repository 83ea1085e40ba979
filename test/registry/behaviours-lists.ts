import { expect } from 'vitest'
import { digestOf, type Digest } from '#src/oci/digest.js'
import { putReferrer } from '#src/registry/put-referrer.js'
import { referrersOf, referrersTag } from '#src/registry/referrers.js'
import { listTags } from '#src/registry/tags.js'
import { OCI } from '../support/layout.js'
import type { Quirks } from '../support/registry/quirks.js'
import type { Registry } from '../support/registry/registry.js'
import type { Behaviour } from './behaviour.js'
import { testClient, type TestClient } from './client.js'
import { registryWith, repositoryOf } from './kit.js'

const SUBJECT = manifestOf({ config: descriptorOf('{}', OCI.config), layers: [] })
const subject: Digest = SUBJECT.descriptor.digest

interface TestManifest {
  readonly descriptor: { readonly mediaType: string; readonly digest: Digest; readonly size: number }
  readonly bytes: Buffer
}

function descriptorOf(text: string, mediaType: string): { mediaType: string; digest: Digest; size: number } {
  return { mediaType, digest: digestOf(Buffer.from(text)), size: text.length }
}

function manifestOf(fields: object): TestManifest {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI.manifest, ...fields }))
  return { descriptor: { mediaType: OCI.manifest, digest: digestOf(bytes), size: bytes.length }, bytes }
}

/** Something that refers to the subject. */
function referrer(artifactType: string, n = 0): TestManifest {
  const config = descriptorOf('{}', 'application/vnd.oci.empty.v1+json')
  return manifestOf({ artifactType, config, layers: [], subject: SUBJECT.descriptor, annotations: { n: String(n) } })
}

interface Attached {
  readonly registry: Registry
  readonly test: TestClient
  readonly all: readonly TestManifest[]
}

/** A registry in which three signatures and two lists of parts refer to one manifest, put there by us. */
async function attached(quirks: Quirks): Promise<Attached> {
  const registry = await registryWith({ quirks: { believeManifests: true, ...quirks } })
  registry.putManifest('acme/app', SUBJECT.bytes, OCI.manifest, '1')
  const test = testClient()
  const remote = repositoryOf(test, registry.host)
  const all = [
    referrer('a/sig', 1),
    referrer('a/sig', 2),
    referrer('a/parts', 3),
    referrer('a/sig', 4),
    referrer('a/parts', 5),
  ]
  for (const one of all) await putReferrer(remote, one, subject)
  return { registry, test, all }
}

const digests = (found: readonly { digest: string }[]): string[] => found.map(({ digest }) => digest).toSorted()

/** What is found must be what was attached, and of one type what is of that type. */
async function expectFound({ registry, test, all }: Attached): Promise<void> {
  const remote = repositoryOf(test, registry.host)
  expect(digests(await referrersOf(remote, subject))).toEqual(digests(all.map(({ descriptor }) => descriptor)))
  const parts = [all[2]!, all[4]!].map(({ descriptor }) => descriptor)
  expect(digests(await referrersOf(remote, subject, 'a/parts'))).toEqual(digests(parts))
}

const LISTS: readonly (readonly [`R-${number}`, string, Quirks])[] = [
  ['R-43', 'the endpoint', {}],
  ['R-43', 'pages', { referrersPage: 2 }],
  ['R-43', 'a filter that is not applied', { ignoreReferrersFilter: true, referrersPage: 2 }],
  ...([404, 400, 405, 501, 'html'] as const).map(
    (noReferrers) => ['R-43', `no endpoint: ${noReferrers}`, { noReferrers }] as const,
  ),
  ['R-44', 'types that are those of configs', { referrersByConfigType: true }],
]

const TAG_LISTS: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['unsorted and twice', ['b', 'a', 'b'], ['a', 'b']],
  ['null', null, []],
  ['with what cannot be a tag', ['ok', '../../x', '', '-x', 'a b', 'x'.repeat(200)], ['ok']],
  ['a million', Array.from({ length: 1_000_000 }, (_, i) => `t${i}`), []],
]

/** A registry whose tags go on at another place. */
function registryThatGoesOn(link: string): Promise<Registry> {
  return registryWith({
    intercept: (exchange) => {
      if (!exchange.url.pathname.endsWith('/tags/list')) return false
      exchange.json(200, { tags: ['a'] }, { link: `<${link}>; rel="next"` })
      return true
    },
  })
}

/** lists. */
export const LIST_BEHAVIOURS: readonly Behaviour[] = [
  ...LISTS.map(([id, about, quirks]): Behaviour => ({
    id,
    about: `what refers to a manifest is found: ${about}`,
    outcome: 'ACC',
    run: async () => expectFound(await attached(quirks)),
  })),
  {
    id: 'R-43',
    about: 'nothing refers to a manifest',
    outcome: 'ACC',
    run: async () => {
      for (const quirks of [{}, { noReferrers: 404 }] as const) {
        const registry = await registryWith({ quirks })
        expect(await referrersOf(repositoryOf(testClient(), registry.host), subject)).toEqual([])
      }
    },
  },
  {
    id: 'R-45',
    about: 'the stand-in tag keeps what others wrote, to the letter',
    outcome: 'ACC',
    run: async () => {
      const { registry } = await attached({ noReferrers: 404 })
      const tag = referrersTag(subject)
      const index = JSON.parse(registry.manifest('acme/app', tag)!.bytes.toString()) as { manifests: object[] }
      const foreign = { ...index, 'x-new': { a: [1] }, manifests: [{ ...index.manifests[0], 'x-new': true }] }
      registry.putManifest('acme/app', Buffer.from(JSON.stringify(foreign)), OCI.index, tag)
      const added = referrer('a/sig', 9)
      const remote = repositoryOf(testClient(), registry.host)
      await putReferrer(remote, added, subject)
      const { digest } = added.descriptor
      expect(JSON.parse(registry.manifest('acme/app', tag)!.bytes.toString())).toEqual({
        ...foreign,
        manifests: [
          ...foreign.manifests,
          { ...added.descriptor, digest, artifactType: 'a/sig', annotations: { n: '9' } },
        ],
      })
    },
  },
  {
    id: 'R-45',
    about: 'two who write the stand-in tag at once are both in it',
    outcome: 'ACC',
    run: async () => {
      let isRaced = false
      const tag = referrersTag(subject)
      const registry = await registryWith({
        quirks: { noReferrers: 404, believeManifests: true },
        intercept: (exchange) => {
          if (exchange.method !== 'PUT' || !exchange.url.pathname.endsWith(tag) || isRaced) return false
          isRaced = true
          exchange.fail(412, 'MANIFEST_INVALID', 'somebody was here')
          return true
        },
      })
      const all = [referrer('a/sig', 1), referrer('a/sig', 2)]
      const remote = repositoryOf(testClient(), registry.host)
      await Promise.all(all.map((one) => putReferrer(remote, one, subject)))
      expect(isRaced).toBe(true)
      expect(digests(await referrersOf(remote, subject))).toEqual(digests(all.map(({ descriptor }) => descriptor)))
    },
  },
  {
    id: 'R-45',
    about: 'a tag that forgets whatever is put there',
    outcome: 'NET',
    code: 'E_REGISTRY',
    run: async () => {
      const registry = await registryWith({
        quirks: { noReferrers: 404, believeManifests: true },
        intercept: (exchange) => {
          if (exchange.method !== 'PUT' || !exchange.url.pathname.endsWith(referrersTag(subject))) return false
          exchange.reply(201)
          return true
        },
      })
      await putReferrer(repositoryOf(testClient(), registry.host), referrer('a/sig'), subject)
    },
  },
  {
    id: 'R-46',
    about: 'a stand-in tag that holds something else is left alone',
    outcome: 'REJ',
    code: 'E_IMAGE_KIND',
    run: async () => {
      const registry = await registryWith({ quirks: { noReferrers: 404, believeManifests: true } })
      registry.putManifest('acme/app', SUBJECT.bytes, OCI.manifest, referrersTag(subject))
      const remote = repositoryOf(testClient(), registry.host)
      await expect(referrersOf(remote, subject)).rejects.toMatchObject({ code: 'E_IMAGE_KIND' })
      const put = putReferrer(remote, referrer('a/sig'), subject)
      await put.finally(() => expect(registry.tags('acme/app').get(referrersTag(subject))).toBe(subject))
    },
  },
  ...(['http://127.0.0.2:1/v2/', 'https://127.0.0.1/v2/', 'http://[', '//127.0.0.2/x'] as const).map(
    (link): Behaviour => ({
      id: 'R-47',
      about: `a list that goes on elsewhere: ${link}`,
      outcome: 'REJ',
      code: 'E_REDIRECT',
      run: async () => {
        const registry = await registryThatGoesOn(link)
        const listed = listTags(repositoryOf(testClient(), registry.host))
        await expect(listed).rejects.toMatchObject({ value: link })
        await listed
      },
    }),
  ),
  {
    id: 'R-47',
    about: 'a list that goes on with itself',
    outcome: 'NET',
    code: 'E_REGISTRY',
    run: async () => {
      const registry = await registryThatGoesOn('/v2/acme/app/tags/list')
      const listed = listTags(repositoryOf(testClient(), registry.host))
      const asked = (): unknown[] => registry.requests.filter(({ path }) => path.includes('tags'))
      await listed.finally(() => expect(asked()).toHaveLength(1))
    },
  },
  {
    id: 'R-48',
    about: 'tags come in pages, and none is lost',
    outcome: 'ACC',
    run: async () => {
      const registry = await registryWith({ quirks: { tagsPage: 7 } })
      const tags = Array.from({ length: 40 }, (_, i) => `v${i}`)
      for (const tag of tags) registry.putManifest('acme/app', SUBJECT.bytes, OCI.manifest, tag)
      expect(await listTags(repositoryOf(testClient(), registry.host))).toEqual(tags.toSorted())
    },
  },
  ...TAG_LISTS.map(([about, list, expected]): Behaviour => ({
    id: 'R-48',
    about: `a list of tags that is ${about}`,
    outcome: 'ACC',
    run: async () => {
      const registry = await registryWith({ quirks: { tagList: () => list, tagsOfBlobs: true } })
      await registry.putBlob('acme/app', Buffer.from('x'))
      const found = await listTags(repositoryOf(testClient(), registry.host))
      if (about === 'a million') expect(found).toHaveLength(1_000_000)
      else expect(found).toEqual(expected)
    },
  })),
  {
    id: 'R-48',
    about: 'a repository that is not there has no tags',
    outcome: 'ACC',
    run: async () => {
      const registry = await registryWith()
      expect(await listTags(repositoryOf(testClient(), registry.host))).toEqual([])
    },
  },
]
