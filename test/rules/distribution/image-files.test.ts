import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDiffId } from '#src/oci/digest.js'
import { fileAt, filesOfLayers, pathOf, type LayerFile, type LayerFiles } from '#src/rules/distribution/image-files.js'
import type { EntryType } from '#src/tar/entry.js'

describe('the files of an image', () => {
  const diffId = parseDiffId(`sha256:${'0'.repeat(64)}`)
  const file = (type: EntryType, linkname = ''): LayerFile => ({
    type,
    linkname,
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    content: undefined,
  })
  const layer = (entries: Readonly<Record<string, LayerFile>>): LayerFiles => ({
    diffId,
    roots: new Set(),
    entries: new Map(Object.entries(entries)),
  })

  test('are those of the upper layers where two have one', () => {
    const files = filesOfLayers([layer({ '/cnb': file('directory') }), layer({ '/cnb': file('file') })])
    expect(fileAt(files, '/cnb')?.type).toBe('file')
  })

  test('are without what an upper layer hides, and all that is below it', () => {
    const below = layer({ '/home': file('directory'), '/home/cnb': file('directory'), '/homes': file('directory') })
    expect([...filesOfLayers([below, layer({ '/.wh.home': file('file') })]).entries.keys()]).toEqual(['/homes'])
    const opaque = filesOfLayers([below, layer({ '/home/.wh..wh..opq': file('file') })])
    expect([...opaque.entries.keys()]).toEqual(['/home', '/homes'])
  })

  test('are found behind links, also of folders', () => {
    const files = filesOfLayers([
      layer({
        '/lifecycle': file('symlink', 'cnb/lifecycle'),
        '/cnb/lifecycle': file('directory'),
        '/cnb/lifecycle/detector': file('symlink', '../lifecycle/launcher'),
        '/cnb/lifecycle/launcher': file('file'),
      }),
    ])
    expect(fileAt(files, '/lifecycle/detector')?.type).toBe('file')
  })

  test('are not looked for forever', () => {
    const files = filesOfLayers([layer({ '/a': file('symlink', 'b'), '/b': file('symlink', 'a') })])
    expect(fileAt(files, '/a')).toBeUndefined()
  })

  test('have no name that climbs', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '', 'cnb', 'order.toml')), (parts) => {
        expect(pathOf(parts.join('/'))).toBe(
          parts.includes('..') ? undefined : `/${parts.filter((part) => part.length > 1).join('/')}`,
        )
      }),
    )
  })
})
