import { type LineChange, changedLines } from './line-diff.js'

/** Lines shown around a change. */
const CONTEXT = 3

/**
 * What changed in the file `name`, as `git apply` and `patch -p1` take it; empty when nothing did.
 *
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 */
export function unifiedDiff(before: string, after: string, name: string): string {
  const old = linesOf(before)
  const fresh = linesOf(after)
  const hunks = hunksOf(changedLines(old, fresh))
  if (hunks.length === 0) return ''
  const head = `--- ${pathOf('a', name)}\n+++ ${pathOf('b', name)}\n`
  return head + hunks.map((hunk) => printHunk(hunk, old, fresh)).join('')
}

/** Lines with their line ends; the last may have none. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** A name below the folder that tools take off, in quotes where it would be misread. */
function pathOf(folder: string, name: string): string {
  const path = `${folder}/${name.replace(/^(?:\.\/)+|^\/+/, '')}`
  // oxlint-disable-next-line no-control-regex
  if (/["\\\u0000-\u001f\u007f]/.test(path)) return JSON.stringify(path)
  // A tab tells where a name with blanks ends.
  return path.includes(' ') ? `${path}\t` : path
}

/** Changes that are so near to each other that what is shown around them meets. */
function hunksOf(changes: readonly LineChange[]): LineChange[][] {
  const hunks: LineChange[][] = []
  for (const change of changes) {
    const before = hunks.at(-1)?.at(-1)
    if (before !== undefined && change.start - before.end <= 2 * CONTEXT) hunks.at(-1)?.push(change)
    else hunks.push([change])
  }
  return hunks
}

function printHunk(hunk: readonly LineChange[], old: readonly string[], fresh: readonly string[]): string {
  const [first] = hunk
  const last = hunk.at(-1)
  if (first === undefined || last === undefined) return ''
  const start = Math.max(0, first.start - CONTEXT)
  const end = Math.min(old.length, last.end + CONTEXT)
  const newStart = first.newStart - (first.start - start)
  const newEnd = last.newEnd + (end - last.end)
  let at = start
  const body = hunk.map((change) => {
    const kept = printLines(' ', old.slice(at, change.start))
    at = change.end
    return (
      kept +
      printLines('-', old.slice(change.start, change.end)) +
      printLines('+', fresh.slice(change.newStart, change.newEnd))
    )
  })
  const header = `@@ -${range(start, end)} +${range(newStart, newEnd)} @@\n`
  return header + body.join('') + printLines(' ', old.slice(at, end))
}

/** The first line, from 1, and how many; where there are none, the line before. */
function range(start: number, end: number): string {
  const count = end - start
  return `${count === 0 ? start : start + 1},${count}`
}

function printLines(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`).join('')
}
