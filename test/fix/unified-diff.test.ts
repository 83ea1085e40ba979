import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unifiedDiff } from '#src/fix/unified-diff.js'
import { temporaryDirectory } from '../support/directories.js'

const NUMBERS = Array.from({ length: 20 }, (_, i) => `${i + 1}\n`).join('')

test('shows what changed, with three lines around it', () => {
  expect(unifiedDiff(NUMBERS, NUMBERS.replace('10\n', 'ten\n'), 'a/b.toml')).toBe(
    '--- a/a/b.toml\n+++ b/a/b.toml\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n',
  )
})

test('changes that are near to each other are shown together, others apart', () => {
  const hunks = (text: string): string[] => unifiedDiff(NUMBERS, text, 'x').match(/^@@.*@@$/gm) ?? []
  expect(hunks(NUMBERS.replace('5\n', '').replace('12\n', 'x\ny\n'))).toEqual(['@@ -2,14 +2,14 @@'])
  expect(hunks(NUMBERS.replace('5\n', '').replace('13\n', 'x\ny\n'))).toEqual(['@@ -2,7 +2,6 @@', '@@ -10,7 +9,8 @@'])
})

test('says where a file does not end with a line end', () => {
  expect(unifiedDiff('a', 'a\n', 'x')).toBe('--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n')
})

test('is empty when nothing changed', () => expect(unifiedDiff(NUMBERS, NUMBERS, 'x')).toBe(''))

test.each([
  ['./a.toml', 'a/a.toml'],
  ['/a.toml', 'a/a.toml'],
  ['a b.toml', 'a/a b.toml\t'],
  ['a"b.toml', '"a/a\\"b.toml"'],
])('the file %s is called %s', (name, shown) => {
  expect(unifiedDiff('a\n', 'b\n', name).split('\n')[0]).toBe(`--- ${shown}`)
})

describe('other tools make the same of it', () => {
  /** What `git apply` makes of `before`, in a file of `directory`. */
  function applied(directory: string, before: string, diff: string): string {
    const file = join(directory, 'x.toml')
    writeFileSync(file, before)
    const { status, stderr } = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: directory,
      input: diff,
      encoding: 'utf8',
      // No repository: the folders above are none of its business.
      env: { PATH: process.env['PATH'], GIT_CEILING_DIRECTORIES: directory, GIT_DIR: join(directory, 'none') },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return readFileSync(file, 'utf8')
  }

  test('git apply, of any two texts', () => {
    const directory = temporaryDirectory()
    const text = fc.array(fc.constantFrom('a\n', 'b\n', '\n', ' \r\n', '-c\n', '+d\n'), { maxLength: 40 })
    const end = fc.constantFrom('', 'end', '\\ no\n')
    fc.assert(
      fc.property(text, end, text, end, (lines, last, newLines, newLast) => {
        const before = lines.join('') + last
        const after = newLines.join('') + newLast
        // git tells a file that is there and empty from one that is not.
        fc.pre(before !== after && before !== '' && after !== '')
        expect(applied(directory, before, unifiedDiff(before, after, 'x.toml'))).toBe(after)
      }),
      { numRuns: 60 },
    )
  })

  test('git apply, of a text that is too long to be compared line by line', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `id = "${i}"\n[[group]]\n`)
    const before = lines.join('')
    const after = lines.map((line, i) => (i % 7 === 3 ? line.replace('\n', '\nversion = "1"\n') : line)).join('')
    const diff = unifiedDiff(before, after, 'x.toml')
    expect(applied(temporaryDirectory(), before, diff)).toBe(after)
    expect(diff.match(/^-/gm)?.length).toBe(1)
  })
})
