/** Lines of `before` that became lines of `after`: those from `start` to `end` by those from `newStart` to `newEnd`. */
export interface LineChange {
  readonly start: number
  readonly end: number
  readonly newStart: number
  readonly newEnd: number
}

/** Lines times lines up to which a stretch is compared line by line; a longer one is replaced as a whole where nothing marks it. */
const TABLE_CELLS = 250_000

/**
 * What changed between two texts, in the order of the text. Lines that are there once in both mark the stretches in which a
 * difference is looked for, so that the time grows with the text and not with its square.
 */
export function changedLines(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  const changes: LineChange[] = []
  compare({ start: 0, end: before.length, newStart: 0, newEnd: after.length })
  return changes

  function compare(stretch: LineChange): void {
    const { start, end, newStart, newEnd } = trimmed(before, after, stretch)
    if (start === end && newStart === newEnd) return
    const isSmall = (end - start) * (newEnd - newStart) <= TABLE_CELLS
    const pairs = isSmall ? [] : uniquePairs(before, after, { start, end, newStart, newEnd })
    if (isSmall) changes.push(...tableChanges(before, after, { start, end, newStart, newEnd }))
    else if (pairs.length === 0) changes.push({ start, end, newStart, newEnd })
    let at = { start, newStart }
    for (const [line, newLine] of pairs) {
      compare({ ...at, end: line, newEnd: newLine })
      at = { start: line + 1, newStart: newLine + 1 }
    }
    if (pairs.length > 0) compare({ ...at, end, newEnd })
  }
}

/** A stretch without the lines at both of its ends that are the same. */
function trimmed(before: readonly string[], after: readonly string[], stretch: LineChange): LineChange {
  let { start, end, newStart, newEnd } = stretch
  while (start < end && newStart < newEnd && before[start] === after[newStart]) {
    start++
    newStart++
  }
  while (start < end && newStart < newEnd && before[end - 1] === after[newEnd - 1]) {
    end--
    newEnd--
  }
  return { start, end, newStart, newEnd }
}

/** Lines that are there once in both texts, as far as they keep their order. */
function uniquePairs(before: readonly string[], after: readonly string[], stretch: LineChange): [number, number][] {
  const places = placesOfUnique(after, stretch.newStart, stretch.newEnd)
  const pairs: [number, number][] = []
  for (const [text, line] of placesOfUnique(before, stretch.start, stretch.end)) {
    const newLine = places.get(text)
    // Greedy is enough: what was moved is then shown as removed and added.
    if (newLine !== undefined && newLine > (pairs.at(-1)?.[1] ?? -1)) pairs.push([line, newLine])
  }
  return pairs
}

function placesOfUnique(lines: readonly string[], start: number, end: number): Map<string, number> {
  const places = new Map<string, number>()
  const repeated = new Set<string>()
  for (let line = start; line < end; line++) {
    const text = lines[line] ?? ''
    if (places.has(text)) repeated.add(text)
    places.set(text, line)
  }
  for (const text of repeated) places.delete(text)
  return places
}

/** The shortest change of a stretch, from the table of the longest common subsequences of its ends. */
function tableChanges(before: readonly string[], after: readonly string[], stretch: LineChange): LineChange[] {
  const { start, end, newStart, newEnd } = stretch
  const width = newEnd - newStart + 1
  const common = new Uint32Array((end - start + 1) * width)
  const commonAt = (line: number, newLine: number): number => common[(line - start) * width + newLine - newStart] ?? 0
  for (let line = end - 1; line >= start; line--) {
    for (let newLine = newEnd - 1; newLine >= newStart; newLine--) {
      common[(line - start) * width + newLine - newStart] =
        before[line] === after[newLine]
          ? commonAt(line + 1, newLine + 1) + 1
          : Math.max(commonAt(line + 1, newLine), commonAt(line, newLine + 1))
    }
  }
  const changes: LineChange[] = []
  for (let line = start, newLine = newStart; line < end || newLine < newEnd;) {
    const from = { start: line, newStart: newLine }
    while (
      (line < end || newLine < newEnd) &&
      (line === end || newLine === newEnd || before[line] !== after[newLine])
    ) {
      if (newLine === newEnd || (line < end && commonAt(line + 1, newLine) >= commonAt(line, newLine + 1))) line++
      else newLine++
    }
    if (line > from.start || newLine > from.newStart) changes.push({ ...from, end: line, newEnd: newLine })
    while (line < end && newLine < newEnd && before[line] === after[newLine]) {
      line++
      newLine++
    }
  }
  return changes
}
