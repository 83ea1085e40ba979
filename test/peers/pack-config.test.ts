import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { compareBytes } from '#src/bytes.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { peer } from './peer.js'

/** How many homes; `TROWEL_CASES=300` is the long form. */
const CASES = Number(process.env['TROWEL_CASES'] ?? 8)
/** The same in every run of the suite, whose result must not depend on luck; `TROWEL_SEED` tries others. */
const SEED = Number(process.env['TROWEL_SEED'] ?? 20_261_121)

const name = fc.constantFrom('one', 'two', 'official')
const host = fc.constantFrom('a.test', 'b.test:5000', '*')
const image = fc.constantFrom('acme/run', 'r.test/run:1')
const mirror = fc.constantFrom('m.test/run', 'n.test/run')
const words = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))

const command = fc.oneof(
  words('registries', 'add', name, 'https://x.test/index', '--type', fc.constantFrom('git', 'github', 'svn')),
  words('registries', 'add', name, 'https://y.test/index', '--default'),
  words('registries', 'remove', name),
  words('registries', 'default', name),
  words('registries', 'default', '--unset'),
  words('registry-mirrors', 'add', host, '--mirror', fc.constantFrom('m.test', 'n.test:5000')),
  words('registry-mirrors', 'remove', host),
  words('run-image-mirrors', 'add', image, '--mirror', mirror),
  words('run-image-mirrors', 'remove', image, '--mirror', mirror),
  words('run-image-mirrors', 'remove', image),
  words('trusted-builders', 'add', fc.constantFrom('acme/b', 'acme/c:1')),
  words('trusted-builders', 'remove', fc.constantFrom('acme/b', 'acme/c:1', 'heroku/builder:24')),
  words('pull-policy', fc.constantFrom('always', 'never', 'if-not-present', 'hourly', '--unset')),
  words('lifecycle-image', fc.constantFrom('l.test/i:1', '--unset', 'UPPER')),
  words('experimental', fc.constantFrom('true', 'false', 'yes')),
)

/** What a config.toml says, as one text, whatever the order of its keys and lists: pack changes that of registries. */
function settingsIn(home: string): string {
  const file = join(home, 'config.toml')
  const said = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}
  const lines = Object.entries(said).flatMap(([key, value]) => {
    // The folder of the home itself, which is not the same.
    if (key === 'layout-repo-dir') return []
    if (!isTable(value)) return (Array.isArray(value) ? value : [value]).map((item) => `${key} ${canonical(item)}`)
    return Object.entries(value).map(([below, item]) => `${key}.${below} ${canonical(item)}`)
  })
  return lines.toSorted().join('\n')
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function canonical(value: unknown): string {
  if (!isTable(value)) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => compareBytes(a, b)))
}

test('config makes of settings what pack config makes of them', { timeout: 3_600_000 }, async (context) => {
  const pack = peer(context, 'pack')
  const wrong: string[] = []
  let taken = 0
  for (const commands of fc.sample(fc.array(command, { minLength: 3, maxLength: 10 }), {
    numRuns: CASES,
    seed: SEED,
  })) {
    const [ours, theirs] = [temporaryDirectory(), temporaryDirectory()]
    for (const [i, one] of commands.entries()) {
      const { status } = await trowelHere(['config', ...one], { cwd: ours, env: { TROWEL_HOME: ours } })
      const isTaken = await pack.runBeside(['config', ...one], { PACK_HOME: theirs }).then(
        () => true,
        () => false,
      )
      if (isTaken) taken++
      const [us, them] = [settingsIn(ours), settingsIn(theirs)]
      if ((status === 0) === isTaken && us === them) continue
      const said = commands.slice(0, i + 1).map((words) => words.join(' '))
      wrong.push(`${said.join('; ')}\nours ${status}\n${us}\ntheirs ${isTaken}\n${them}`)
      break
    }
  }
  expect(wrong.join('\n')).toBe('')
  expect(taken).toBeGreaterThan(CASES)
})
