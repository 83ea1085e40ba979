import { expect, test } from 'vitest'
import { parsePlace } from '#src/transports/image-place.js'

test.each([
  ['oci:out', 'out', undefined],
  ['oci:/a/b:latest', '/a/b', 'latest'],
  ['oci:a:b:1.0', 'a:b', '1.0'],
  ['oci:a:b/c', 'a:b/c', undefined],
  ['oci:dir with space:x', 'dir with space', 'x'],
  ['oci:out:', 'out:', undefined],
])('%s is directory %s and tag %s', (text, directory, tag) => {
  expect(parsePlace(text)).toEqual({ kind: 'layout', directory, tag })
})

test.each(['', 'out', 'oci:', 'docker', 'oci-archive:x.tar', 'oci:a\0b'])('%j is no place to write to', (text) => {
  expect(() => parsePlace(text)).toThrow(expect.objectContaining({ code: 'E_USAGE', value: text }) as Error)
})
