import { expect, test } from 'vitest'
import { parseOutput } from '#src/operations/outputs.js'

test('a directory is relative to where the user stands', () => {
  expect(parseOutput('oci:out:1', '/somewhere')).toMatchObject({
    directory: '/somewhere/out',
    tag: '1',
    text: 'oci:out:1',
  })
})

test.each(['', 'out', 'oci:', 'docker', 'oci-archive:x.tar', 'oci:a\0b'])('%j is no place to write to', (text) => {
  expect(() => parseOutput(text, '/somewhere')).toThrow(
    expect.objectContaining({ code: 'E_USAGE', value: text }) as Error,
  )
})
