import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '#src/bytes.js'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { parseJson, printJson } from '#src/oci/json.js'
import type { Json } from '#src/oci/image.js'

function parse(text: string | Uint8Array, jsonDepth = DEFAULT_LIMITS.jsonDepth): Json {
  const bytes = typeof text === 'string' ? encodeUtf8(text) : text
  return parseJson(bytes, { file: 'x.json', limits: { ...DEFAULT_LIMITS, jsonDepth } })
}

function refusal(text: string | Uint8Array): CnbError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof CnbError) return error
    throw error
  }
  throw new Error(`accepted: ${String(text)}`)
}

/** Our value as `JSON.parse` would have it. */
function plain(value: Json): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...(value as ReadonlyMap<string, Json>)].map(([key, item]) => [key, plain(item)]))
  }
  return Array.isArray(value) ? (value as readonly Json[]).map(plain) : value
}

const wellFormed = fc.string({ unit: 'binary' })
const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Json>(null, true, false),
    fc.maxSafeInteger(),
    wellFormed,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(wellFormed, tie('value')), { maxLength: 5 }).map((members) => new Map(members)),
  ),
}))

const NOISE = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  'u',
  '0',
  '1',
  'e',
  '-',
  '.',
  ' ',
  '\n',
  'true',
  '\ufeff',
  'é',
  '/',
]

describe('parseJson', () => {
  test('reads back what printJson wrote', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parse(printJson(value))).toEqual(value)
      }),
    )
  })

  test('agrees with JSON.parse on any JSON whose numbers are safe', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        let ours: Json
        try {
          ours = parse(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_JSON', message: expect.stringContaining('too large') as unknown })
          return
        }
        expect(JSON.stringify(plain(ours))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  test('accepts no text that JSON.parse refuses, and throws nothing but CnbError', () => {
    const noise = fc.array(fc.constantFrom(...NOISE), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(noise, (parts) => {
        const text = parts.join('')
        let accepted = true
        try {
          parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(CnbError)
          accepted = false
        }
        if (accepted) expect(() => JSON.parse(text) as unknown).not.toThrow()
      }),
      { numRuns: 2_000 },
    )
  })

  test('any bytes give a value or a CnbError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parse(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(CnbError)
        }
      }),
    )
  })

  test('keeps the order of keys, integer-like ones too', () => {
    expect([...(parse('{"b":1,"10":2,"a":3,"__proto__":4}') as Map<string, Json>).keys()]).toEqual([
      'b',
      '10',
      'a',
      '__proto__',
    ])
  })

  test.each([
    ['{"a":1,"b":{},"a":2}', 'E_JSON_DUP', 'at byte 14', 15],
    ['{"\\u0061":1,"a":2}', 'E_JSON_DUP', 'at byte 12', 13],
    ['\ufeff{}', 'E_JSON', 'at byte 0', 1],
    ['// no\n{}', 'E_JSON', 'at byte 0', 1],
    ['[1,]', 'E_JSON', 'at byte 3', 4],
    ['{"a":1,}', 'E_JSON', 'at byte 7', 8],
    ['[NaN]', 'E_JSON', 'at byte 1', 2],
    ['[1e999]', 'E_JSON', 'at byte 1', 2],
    ['[9007199254740993]', 'E_JSON', 'at byte 1', 2],
    ['[01]', 'E_JSON', 'at byte 2', 3],
    ['["\\ud800"]', 'E_JSON', 'at byte 1', 2],
    ['["\\udc00\\ud800"]', 'E_JSON', 'at byte 1', 2],
    ['["a\nb"]', 'E_JSON', 'at byte 3', 4],
    ['["\\x"]', 'E_JSON', 'at byte 3', 4],
    ['["\\u12g4"]', 'E_JSON', 'at byte 4', 5],
    ['{} {}', 'E_JSON', 'at byte 3', 4],
    ['', 'E_JSON', 'at byte 0', 1],
  ])('refuses %j', (text, code, offset, column) => {
    const error = refusal(text)
    expect(error).toMatchObject({ code, place: { file: 'x.json', column } })
    expect(error.message).toContain(offset)
  })

  test('counts bytes from the start of the file and lines from 1', () => {
    const error = refusal('{"é":\n  tru}')
    expect(error.place).toEqual({ file: 'x.json', line: 2, column: 3 })
    expect(error.message).toBe('x.json at byte 9: expected a value, found "t"')
  })

  test.each([
    [[0x22, 0x61, 0xff, 0x22], 2],
    [[0x22, 0xc3, 0x28, 0x22], 2],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 2],
    [[0x22, 0xc0, 0x80, 0x22], 1],
  ])('names the byte that is not UTF-8 in %j', (bytes, offset) => {
    expect(refusal(Uint8Array.from(bytes)).message).toContain(`at byte ${offset}: not UTF-8`)
  })

  test('refuses nesting beyond the limit, and needs no stack when the limit is lifted', () => {
    expect(parse('['.repeat(64) + ']'.repeat(64))).toBeDefined()
    expect(refusal('['.repeat(65) + ']'.repeat(65)).code).toBe('E_OCI_LIMIT')
    expect(refusal('{"a":'.repeat(1_000_000)).code).toBe('E_OCI_LIMIT')
    expect(parse('['.repeat(500_000) + ']'.repeat(500_000), 1_000_000)).toBeDefined()
  })

  test('refuses more bytes than the limit', () => {
    const limits = { ...DEFAULT_LIMITS, jsonBytes: 4 }
    expect(parseJson(encodeUtf8('[12]'), { file: 'x.json', limits })).toEqual([12])
    expect(() => parseJson(encodeUtf8('[123]'), { file: 'x.json', limits })).toThrow(
      expect.objectContaining({ code: 'E_OCI_LIMIT' }) as Error,
    )
  })
})

describe('printJson', () => {
  test('escapes as Go does', () => {
    expect(printJson('a"\\/<>&\b\f\n\r\t\u0000\u001b\u007f\u0085\u2028\u2029é😀')).toBe(
      '"a\\"\\\\/\\u003c\\u003e\\u0026\\b\\f\\n\\r\\t\\u0000\\u001b\u007f\u0085\\u2028\\u2029é😀"',
    )
  })

  test('writes keys in Map order without spaces', () => {
    expect(
      printJson(
        new Map<string, Json>([
          ['b', [1, null, true]],
          ['a', new Map()],
        ]),
      ),
    ).toBe('{"b":[1,null,true],"a":{}}')
  })
})
