import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextLink } from '#src/registry/link-header.js'

describe('the next page', () => {
  test.each([
    ['</v2/x?last=a&n=2>; rel="next"', '/v2/x?last=a&n=2'],
    ['</a>; rel=next', '/a'],
    ['</a>; REL="NEXT"', '/a'],
    ['</p>; rel="prev", </n>; rel="next"', '/n'],
    ['</p>; title="a, </x>; rel=\\"next\\""; rel="prev", </n>; rel="next"', '/n'],
    ['</a>; rel="first next"', '/a'],
    ['</a>;rel="next";type="x"', '/a'],
    ['</a>; type="x"; rel="next"', '/a'],
    ['</a,b>; rel="next"', '/a,b'],
    ['<>; rel="next"', ''],
    ['</a>; rel="prev"', undefined],
    ['</a>', undefined],
    ['/a; rel="next"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, expected) => {
    expect(nextLink(header)).toBe(expected)
  })

  test('is found among any other links', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('prev', 'last', 'first')), fc.webPath(), fc.nat(), (others, path, at) => {
        const links = others.map((rel) => `</${rel}>; rel="${rel}"`)
        links.splice(at % (links.length + 1), 0, `<${path}>; rel="next"`)
        expect(nextLink(links.join(', '))).toBe(path)
      }),
    ))

  test('takes no time to look for, whatever the header', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', ';', '"', '=', 'rel', 'next', ' ', ',', '\\') }),
        (text) => {
          expect([undefined, 'string']).toContain(nextLink(text) === undefined ? undefined : 'string')
        },
      ),
    ))
})
