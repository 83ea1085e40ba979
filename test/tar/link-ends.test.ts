import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linkThatLeaves } from '#src/tar/link-ends.js'

/** Folders that every tree has, so that most targets lead somewhere. */
const FOLDERS = ['a', 'a/b', 'c'] as const
const NAMES = ['a/x', 'a/b/y', 'c/z', 'w', 'end', 'outside'] as const

const target = fc
  .array(fc.constantFrom('..', '.', 'a', 'b', 'c', 'x', 'y', 'z', 'w', 'end', 'outside'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join('/'))

/** Whether the operating system comes out of the tree by a link. Only where it arrives can be asked. */
function leavesOnDisk(root: string, link: string): boolean | undefined {
  try {
    const end = relative(root, realpathSync(join(root, link)))
    return end === '..' || end.startsWith('../')
  } catch {
    return undefined
  }
}

test('a link is said to leave whenever the operating system follows one out', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), target), { selector: ([name]) => name }),
      (links) => {
        const outer = mkdtempSync(join(tmpdir(), 'trowel-links-'))
        try {
          // Deep enough that what climbs out is still in a folder of ours, with the same names in it.
          const root = join(outer, 'p', 'q', 'r', 's', 't', 'u', 'root')
          for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true })
          for (const [name, to] of links) {
            mkdirSync(dirname(join(root, name)), { recursive: true })
            symlinkSync(to, join(root, name))
          }
          const out = links.some(([name]) => leavesOnDisk(root, name) === true)
          const said = linkThatLeaves(new Map(links))
          if (out) expect(said).toBeDefined()
          // What never climbs by the text of any link, or of links through links, is let through.
          if (links.every(([, to]) => !to.includes('..'))) expect(said).toBeUndefined()
        } finally {
          rmSync(outer, { recursive: true })
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('a hundred thousand links that go through each other are followed in no time worth telling', () => {
  const links = new Map(Array.from({ length: 100_000 }, (_, i) => [`l${i}`, `l${i + 1}/../l${i + 1}`]))
  expect(linkThatLeaves(links)).toBeUndefined()
  expect(linkThatLeaves(new Map([...links, ['l100000', '../x']]))).toBe('l100000')
})

test('links in a circle, and names like our own words, lead nowhere', () => {
  expect(
    linkThatLeaves(
      new Map([
        ['a', 'b'],
        ['b', 'a'],
      ]),
    ),
  ).toBeUndefined()
  expect(
    linkThatLeaves(
      new Map([
        ['end', 'outside'],
        ['outside', 'nowhere'],
      ]),
    ),
  ).toBeUndefined()
})
