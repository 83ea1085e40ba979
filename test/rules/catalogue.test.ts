import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CATALOGUE, RULES_LEFT_OUT } from '#src/rules/catalogue.js'
import { FAMILIES, familyOf } from '#src/rules/families.js'
import { CATALOGUE_IDS } from './catalogue-ids.js'

const WANTED: readonly (readonly [family: string, ids: readonly string[]])[] = Object.entries(CATALOGUE_IDS)

describe('the catalogue of rules', () => {
  test.each(WANTED)('%s: each is a rule, or is left out for a reason', (_, ids) => {
    const isThere = (id: string): boolean => CATALOGUE.has(id) || RULES_LEFT_OUT.has(id)
    expect(ids.filter((id) => !isThere(id))).toEqual([])
  })

  test.each(WANTED)('%s: its ids are of that family', (family, ids) => {
    expect(ids.filter((id) => familyOf(id).title !== family)).toEqual([])
  })

  test('every id belongs to a family: families.ts knows how it begins', () => {
    const others = FAMILIES.at(-1)
    const ids = [...CATALOGUE.keys(), ...RULES_LEFT_OUT.keys()]
    expect(ids.filter((id) => familyOf(id) === others)).toEqual([])
  })

  test('whatever the code reports can be looked up', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    const reported = files.flatMap((file) =>
      [...readFileSync(join('src', file), 'utf8').matchAll(/\brule: '([a-z-]+)',\s+severity|'(W_[A-Z_]+)'/g)].map(
        ([, id = '', code = '']) => id || code,
      ),
    )
    expect(reported.length).toBeGreaterThan(40)
    expect([...new Set(reported)].filter((id) => !CATALOGUE.has(id))).toEqual([])
  })

  test('nothing is both a rule and left out', () => {
    expect([...RULES_LEFT_OUT.keys()].filter((id) => CATALOGUE.has(id))).toEqual([])
  })

  test('where pack says nothing, docs/differences-from-pack.md says what is an error', () => {
    const page = readFileSync('docs/differences-from-pack.md', 'utf8')
    const ours = [...CATALOGUE.values()].filter(
      ({ severity, refusedBy }) => severity === 'error' && refusedBy?.pack === undefined,
    )
    expect(ours.filter(({ id }) => !page.includes(`\`${id}\``)).map(({ id }) => id)).toEqual([])
  })

  test('what is left out has its reason, which is one sentence without its full stop', () => {
    expect([...RULES_LEFT_OUT].filter(([, reason]) => !/^.{20,}[^.]$/.test(reason))).toEqual([])
  })
})
