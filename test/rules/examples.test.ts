import { expect, test } from 'vitest'
import { CATALOGUE } from '#src/rules/catalogue.js'
import { COMMAND_NOTICES, NOTICES } from '#src/rules/notices.js'
import { EXAMPLES } from '#src/rules/examples/all.js'
import { checkProject, makeProject } from '../support/example-project.js'

const all = Object.entries(EXAMPLES)

/**
 * What flags of create say, and what is too large to be shown: test/rules/rules.test.ts has examples of them, and
 * test/rules/distribution.test.ts those that it takes a whole builder or a registry for.
 */
const NOT_IN_FILES = [
  'artifact-label-file-drift',
  'artifact-provenance-missing',
  'builder-flattened',
  'check-allow-unused',
  'builder-layer-limit',
  'package-layer-limit',
  'config-size',
  'flatten-ref-unknown',
  'label-reserved',
  'label-size',
]

test.each(all)(
  '%s finds its failing example where it stands, and nothing once that is put right',
  async (id, example) => {
    const [file, text] = example.at
    const failing = makeProject(example, 'failing')
    const found = (await checkProject(failing, example)).filter(({ rule }) => rule === id)
    expect(found.map(({ place }) => place.file)).toContain(file === example.check ? failing.name : file)
    for (const { message, fix } of found) {
      expect(message).toMatch(/^[^\s].*[^.]$/su)
      expect(fix).toBeDefined()
    }
    if (text !== undefined) {
      const lines = failing.textOf(file).split('\n')
      const there = found.map(({ place: { line = 0, column = 1 } }) => lines[line - 1]?.slice(column - 1) ?? '')
      expect(
        there.filter((rest) => rest.startsWith(text)),
        there.join('\n'),
      ).not.toEqual([])
    }
    const after = await checkProject(makeProject(example, 'fixed'), example)
    expect(after.filter(({ rule }) => rule === id)).toEqual([])
    expect(after.filter(({ severity }) => severity === 'error')).toEqual([])
  },
)

test('of the sound project nothing is to be said', async () => {
  const sound = { failing: {}, fixed: {}, at: ['builder.toml'] } as const
  expect(await checkProject(makeProject(sound, 'failing'), sound)).toEqual([])
})

test('every rule has an example', () => {
  const shown = new Set([
    ...all.map(([id]) => id),
    ...NOT_IN_FILES,
    ...[...NOTICES, ...COMMAND_NOTICES].map(({ id }) => id),
  ])
  expect([...CATALOGUE.keys()].filter((id) => !shown.has(id))).toEqual([])
})

test('an id reads like a name, or like the code of what reads archives', () => {
  expect([...CATALOGUE.keys()].filter((id) => !/^W_[A-Z_]+$|^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id))).toEqual([])
})
