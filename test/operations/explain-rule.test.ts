import { describe, expect, test } from 'vitest'
import { explanationText } from '#src/cli/render/explain-text.js'
import { PLAIN } from '#src/cli/render/style.js'
import { ERROR_KINDS } from '#src/errors.js'
import { explain, explainedCatalogue } from '#src/operations/explain-rule.js'
import { CATALOGUE, RULES_LEFT_OUT } from '#src/rules/catalogue.js'

describe('explain', () => {
  test('knows rules, what is left out, and codes', () => {
    expect(explain('stack-unsupported')).toMatchObject({ kind: 'rule', severity: 'error', family: 'Stacks and mixins' })
    expect(explain('E_OFFLINE')).toMatchObject({ kind: 'code', exitStatus: 4 })
    const [leftOut] = RULES_LEFT_OUT.keys()
    if (leftOut !== undefined) expect(explain(leftOut)).toMatchObject({ kind: 'left out' })
  })

  test('knows rows of the checklist, which findings about images begin with', () => {
    expect(explain('DIST-BI-08')).toEqual({
      kind: 'row',
      id: 'DIST-BI-08',
      level: 'SHOULD',
      summary: 'a build image says who made it, when, and what it is',
      authority: ['the Platform specification'],
      rules: ['artifact-conformance'],
    })
    const text = explanationText(explain('DIST-BI-08'), PLAIN)
    expect(text).toContain('DIST-BI-08 a build image says')
    expect(text).toContain('wanted by   the Platform specification')
    expect(() => explain('DIST-BI-8')).toThrow(expect.objectContaining({ hint: expect.stringContaining('DIST-BI-') }))
  })

  test.each([
    ['order-ref-unkown', /did you mean order-ref-unknown\?/],
    ['E_OFLINE', /did you mean E_OFFLINE\?/],
    ['__proto__', /trowel explain lists them/],
    ['', /trowel explain lists them/],
    ['x'.repeat(100_000), /trowel explain lists them/],
  ])('says what is near to %s', (id, hint) => {
    const failure = expect.objectContaining({ code: 'E_USAGE', hint: expect.stringMatching(hint) as string }) as Error
    expect(() => explain(id)).toThrow(failure)
  })

  test('lists every rule, all that is left out, and every code, once each', () => {
    const { families, codes } = explainedCatalogue()
    const listed = families.flatMap(({ rules, leftOut }) => [...rules, ...leftOut].map(({ id }) => id))
    expect(listed.toSorted()).toEqual([...new Set([...CATALOGUE.keys(), ...RULES_LEFT_OUT.keys()])].toSorted())
    expect(codes.map(({ id }) => id)).toEqual(Object.keys(ERROR_KINDS))
  })
})
