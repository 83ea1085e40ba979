import { expect } from 'vitest'
import { digestOf, type Digest } from '#src/oci/digest.js'
import { referrersOf, referrersTag } from '#src/registry/referrers.js'
import { OCI } from '../support/layout.js'
import type { Quirks } from '../support/registry/quirks.js'
import type { Registry } from '../support/registry/registry.js'
import type { Behaviour } from './behaviour.js'
import { testClient } from './client.js'
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

/** Things that refer to the subject: signatures and lists of parts. */
const REFERRERS = ['a/sig', 'a/sig', 'a/parts', 'a/sig', 'a/parts'].map((artifactType, n) => {
  const config = descriptorOf('{}', 'application/vnd.oci.empty.v1+json')
  return manifestOf({ artifactType, config, layers: [], subject: SUBJECT.descriptor, annotations: { n: String(n) } })
})

/** A registry in which they refer to one manifest; where it has no endpoint for that, a tag lists them. */
async function attached(quirks: Quirks): Promise<Registry> {
  const registry = await registryWith({ quirks })
  for (const { bytes } of [SUBJECT, ...REFERRERS]) registry.putManifest('acme/app', bytes, OCI.manifest)
  if (quirks.noReferrers === undefined) return registry
  const manifests = REFERRERS.map(({ descriptor }) => descriptor)
  const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests })
  registry.putManifest('acme/app', Buffer.from(index), OCI.index, referrersTag(subject))
  return registry
}

const digests = (found: readonly { digest: string }[]): string[] => found.map(({ digest }) => digest).toSorted()

const LISTS: readonly (readonly [string, Quirks])[] = [
  ['the endpoint', {}],
  ['pages', { referrersPage: 2 }],
  ...([404, 400, 405, 501, 'html'] as const).map(
    (noReferrers) => [`no endpoint: ${noReferrers}`, { noReferrers }] as const,
  ),
]

const EMPTY_INDEX = { schemaVersion: 2, mediaType: OCI.index, manifests: [] }

/** A registry whose lists go on at another place. */
function registryThatGoesOn(link: string): Promise<Registry> {
  return registryWith({
    intercept: (exchange) => {
      if (!exchange.url.pathname.includes('/referrers/')) return false
      exchange.json(200, EMPTY_INDEX, { link: `<${link}>; rel="next"` })
      return true
    },
  })
}

/** lists. */
export const LIST_BEHAVIOURS: readonly Behaviour[] = [
  ...LISTS.map(([about, quirks]): Behaviour => ({
    id: 'R-43',
    about: `what refers to a manifest is found: ${about}`,
    outcome: 'ACC',
    run: async () => {
      const { host } = await attached(quirks)
      const found = await referrersOf(repositoryOf(testClient(), host), subject)
      expect(digests(found)).toEqual(digests(REFERRERS.map(({ descriptor }) => descriptor)))
    },
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
    id: 'R-46',
    about: 'a stand-in tag that holds something else',
    outcome: 'REJ',
    code: 'E_IMAGE_KIND',
    run: async () => {
      const registry = await registryWith({ quirks: { noReferrers: 404 } })
      registry.putManifest('acme/app', SUBJECT.bytes, OCI.manifest, referrersTag(subject))
      await expect(referrersOf(repositoryOf(testClient(), registry.host), subject)).rejects.toMatchObject({
        value: OCI.manifest,
      })
      await referrersOf(repositoryOf(testClient(), registry.host), subject)
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
        const listed = referrersOf(repositoryOf(testClient(), registry.host), subject)
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
      const registry = await registryThatGoesOn(`/v2/acme/app/referrers/${subject}`)
      const listed = referrersOf(repositoryOf(testClient(), registry.host), subject)
      const asked = (): unknown[] => registry.requests.filter(({ path }) => path.includes('/referrers/'))
      await listed.finally(() => expect(asked()).toHaveLength(1))
    },
  },
]
