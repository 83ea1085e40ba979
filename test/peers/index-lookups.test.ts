import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { isSemver } from '#src/cnb/semver.js'
import { indexRepository, line } from '../support/index-repository.js'
import { anIndex } from '../sources/an-index.js'
import { groundFor, packOn } from './pack-ground.js'
import { peer, startRegistry } from './peer.js'

/** How many indexes; `TROWEL_CASES=500` is the long form. */
const CASES = Number(process.env['TROWEL_CASES'] ?? 20)
/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 20_261_121)

const VERSIONS =
  '0.0.1 1.0.0 1.9.0 1.10.0 1.10.0+a 1.10.0+b 2.0.0-alpha 2.0.0-rc.9 2.0.0-rc.10 2.0.0-1 2.0.0 99 1.11 v3.0.0 latest 01.0.0'.split(
    ' ',
  )

/** Lines of an index, and which version is wanted; none for the latest. */
const lookup = fc.record({
  versions: fc.uniqueArray(fc.constantFrom(...VERSIONS), { minLength: 1, maxLength: 6 }),
  yanked: fc.array(fc.nat({ max: 5 }), { maxLength: 1 }),
  wanted: fc.oneof(fc.constant(''), fc.constantFrom(...VERSIONS)),
  name: fc.constantFrom('acme/x', 'acme/go', 'acme/foo', 'acme/java', 'acme/nodejs', 'a.b/c-d.e'),
})
type Lookup = typeof lookup extends fc.Arbitrary<infer L> ? L : never

/** An image that is nowhere, from which its version can be told. */
const addressOf = (version: string): string =>
  `registry.test/acme/x@sha256:${Buffer.from(version).toString('hex').padEnd(64, 'f')}`

function versionIn(text: string): string | undefined {
  const [, hex] = /@sha256:([0-9a-f]{64})/.exec(text) ?? []
  return hex === undefined ? undefined : Buffer.from(hex.replace(/f+$/, ''), 'hex').toString()
}

async function ours(url: string, wanted: string): Promise<string> {
  try {
    return versionIn(await anIndex({ url }).find(wanted)) ?? ''
  } catch (error) {
    if (error instanceof CnbError) return error.code
    throw error
  }
}

/** Why another version may be found; the rows are in docs/differences-from-pack.md. */
function reasonFor({ versions, yanked, wanted }: Lookup, theirs: string): string | undefined {
  if (wanted !== '') return undefined
  const at = versions.findIndex((version) => version === theirs)
  if (yanked.includes(at)) return 'yanked versions are not chosen'
  if (!isSemver(theirs)) return 'what is no semver is not chosen'
  return theirs.startsWith('1.10.0') ? 'builds of one version are told apart' : undefined
}

test(
  'a lookup finds what pack finds, but for the differences that are listed',
  { timeout: 3_600_000 },
  async (context) => {
    const pack = peer(context, 'pack')
    const registry = await startRegistry(peer(context, 'crane'))
    try {
      const seen = new Map<string, number>()
      const wrong: string[] = []
      for (const [i, one] of fc.sample(lookup, { numRuns: CASES, seed: SEED }).entries()) {
        const { name, versions, yanked, wanted } = one
        const lines = versions.map((version, at) =>
          line(name, version, { addr: addressOf(version), yanked: yanked.includes(at) }),
        )
        const { url } = indexRepository({ [name]: lines })
        const text = wanted === '' ? name : `${name}@${wanted}`
        const said = await packOn(`urn:cnb:registry:${text}`, 'package.toml', groundFor(pack, registry, url))
        const them = versionIn(said) ?? (/could not find version/.test(said) ? 'E_INDEX_MISSING' : said)
        const us = await ours(url, text)
        const outcome =
          us === them ? `both ${us.startsWith('E_') ? us : 'found'}` : (reasonFor(one, them) ?? 'not the same')
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
        if (outcome === 'not the same') wrong.push(`${i}: ${JSON.stringify(one)}\n  ours   ${us}\n  theirs ${them}`)
      }
      console.log([...seen].map(([outcome, count]) => `${count} ${outcome}`).join(', '))
      expect(wrong.join('\n')).toBe('')
      expect(seen.get('both found')).toBeGreaterThan(0)
    } finally {
      await registry.stop()
    }
  },
)
