import { expect, test } from 'vitest'
import { parseLayoutPlace } from '#src/oci/layout-place.js'

test.each([
  ['oci:out', 'out', undefined],
  ['oci:/a/b:latest', '/a/b', 'latest'],
  ['oci:a:b:1.0', 'a:b', '1.0'],
  ['oci:a:b/c', 'a:b/c', undefined],
  ['oci:dir with space:x', 'dir with space', 'x'],
])('%s is directory %s and tag %s', (text, directory, tag) => {
  expect(parseLayoutPlace(text)).toEqual({ kind: 'layout', directory, tag })
})

test.each(['oci:out:', 'oci:out:bad tag', 'oci:out:-x', 'oci:', 'out'])('%s is no place', (text) => {
  expect(parseLayoutPlace(text)).toBeUndefined()
})
