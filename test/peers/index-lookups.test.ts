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

/** How a file of an index holds its lines. */
const FORMS = {
  plain: (lines: readonly string[]) => `${lines.join('\n')}\n`,
  'without the last end': (lines: readonly string[]) => lines.join('\n'),
  'with the ends of Windows': (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`,
  'with a blank line': (lines: readonly string[]) => `${lines.join('\n\n')}\n\n`,
  'with blanks around': (lines: readonly string[]) => lines.map((text) => ` ${text}\t\n`).join(''),
  'with a member more': (lines: readonly string[]) =>
    lines.map((text) => `${text.replace('{', '{"by":{"a":[1e3]},')}\n`).join(''),
  'with every line twice': (lines: readonly string[]) => lines.map((text) => `${text}\n${text}\n`).join(''),
  'with a line that is cut off': (lines: readonly string[]) => `${lines.join('\n')}\n{"ns":"acme"`,
  'with a line of another': (lines: readonly string[]) =>
    `${line('else/where', '0.0.1', { addr: addressOf('else') })}\n${lines.join('\n')}\n`,
  'with an address that is none': (lines: readonly string[], name: string) =>
    `${lines.join('\n')}\n${line(name, '0.0.0', { addr: 'registry.test/acme/x:1' })}\n`,
  'with a long line': (lines: readonly string[]) =>
    `${lines.map((text) => text.replace('{', `{"why":"${'x'.repeat(60_000)}",`)).join('\n')}\n`,
  'with too long a line': (lines: readonly string[]) =>
    `${lines.map((text) => text.replace('{', `{"why":"${'x'.repeat(70_000)}",`)).join('\n')}\n`,
}

/** Lines of an index, and which version is wanted; none for the latest. */
const lookup = fc.record({
  versions: fc.uniqueArray(fc.constantFrom(...VERSIONS), { minLength: 1, maxLength: 6 }),
  yanked: fc.array(fc.nat({ max: 5 }), { maxLength: 1 }),
  wanted: fc.oneof(fc.constant(''), fc.constantFrom(...VERSIONS)),
  form: fc.constantFrom<keyof typeof FORMS>(...(Object.keys(FORMS) as (keyof typeof FORMS)[])),
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

/** Why pack finds nothing, in our codes. */
function refusalIn(said: string): string {
  if (/could not find version/.test(said)) return 'E_INDEX_MISSING'
  return /unmarshal|unexpected end of JSON|token too long|invalid entry/.test(said) ? 'E_INDEX' : said
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
function reasonFor({ versions, yanked, wanted, form }: Lookup, theirs: string): string | undefined {
  if (form === 'with a line of another') return 'a line of another buildpack is refused'
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
        const { name, versions, yanked, wanted, form } = one
        const lines = versions.map((version, at) =>
          line(name, version, { addr: addressOf(version), yanked: yanked.includes(at) }),
        )
        const { url } = indexRepository({ [name]: FORMS[form](lines, name) })
        const text = wanted === '' ? name : `${name}@${wanted}`
        const said = await packOn(`urn:cnb:registry:${text}`, 'package.toml', groundFor(pack, registry, url))
        const them = versionIn(said) ?? refusalIn(said)
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
