import { describe, expect, test } from 'vitest'
import { parseFlatten } from '#src/cnb/flatten-flag.js'

describe('--flatten', () => {
  test('takes blanks around its names, as pack does', () => {
    expect(parseFlatten('acme/a@1, acme/b@2 ,x @ 3', '--flatten')).toEqual([
      { id: 'acme/a', version: '1' },
      { id: 'acme/b', version: '2' },
      { id: 'x', version: '3' },
    ])
  })

  test.each(['', 'acme/a', 'acme/a@', '@1', ' @1', 'acme/a@1@2', 'acme/a@1,'])('refuses %j', (text) => {
    expect(() => parseFlatten(text, '--flatten')).toThrowError(expect.objectContaining({ code: 'E_USAGE' }))
  })
})
