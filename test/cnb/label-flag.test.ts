import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLabelFlags } from '#src/cnb/label-flag.js'
import { CnbError } from '#src/errors.js'
import { flagValues, readVerdicts } from './verdicts.js'

const FLAGS = readVerdicts()
  .map((verdict) => ({ verdict, values: flagValues(verdict, '-l', '--label') }))
  .filter(({ values }) => values.length > 0)

describe('--label', () => {
  test.each(FLAGS.map((flag) => [flag.verdict.id, flag.verdict.about, flag] as const))(
    'is read as pack reads it in %s: %s',
    (_id, _about, { verdict, values }) => {
      if (verdict.pack.reason === 'label-format') {
        expect(() => parseLabelFlags(values)).toThrow(expect.objectContaining({ code: 'E_USAGE' }))
        return
      }
      const labels = parseLabelFlags(values)
      // What pack owns it writes itself, whatever the flag says; the recording leaves large labels out.
      const ours = [...labels].filter(([key]) => !key.startsWith('io.buildpacks.bu'))
      for (const [key, value] of verdict.pack.exit === 0 ? ours : []) expect(verdict.pack.labels?.[key]).toBe(value)
    },
  )

  test('reads a line of CSV when there is more than one equals sign', () => {
    expect([...parseLabelFlags(['"a=1,2",b=z', 'c=1,d=2'])]).toEqual([
      ['a', '1,2'],
      ['b', 'z'],
      ['c', '1'],
      ['d', '2'],
    ])
    expect([...parseLabelFlags(['"a=say ""x""",b='])]).toEqual([
      ['a', 'say "x"'],
      ['b', ''],
    ])
  })

  test.each(['a=1,b="2"', '"a=1"x,b=2', '"a=1,b=2', 'a=1\nb=2', 'a=1,b=2,c', 'a=b=c,'])('refuses %j', (value) => {
    expect(() => parseLabelFlags([value])).toThrow(expect.objectContaining({ code: 'E_USAGE', value }))
  })

  test('gives back any labels that were written as CSV', () => {
    const pair = fc.tuple(
      fc.string().filter((key) => !key.includes('=')),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2 }), (pairs) => {
        const line = pairs.map(([key, value]) => `"${`${key}=${value}`.replaceAll('"', '""')}"`).join(',')
        expect(parseLabelFlags([line])).toEqual(new Map(pairs))
      }),
    )
  })

  test('throws nothing but a usage error', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '=', ',', '"', '\n', ' ') })), (values) => {
        try {
          parseLabelFlags(values)
        } catch (error) {
          expect(error).toBeInstanceOf(CnbError)
        }
      }),
    )
  })
})
