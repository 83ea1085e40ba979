import type { Diagnostic, Place } from '../errors.js'

/**
 * The same findings, but those of one rule for which `isCommon` holds as one: it stands where the first of them does, and
 * names the places of the others.
 */
export function grouped<Finding extends Diagnostic>(
  findings: readonly Finding[],
  isCommon: (rule: string) => boolean,
): Finding[] {
  const groups = new Map<string, Finding[]>()
  const heads = findings.filter((finding, index) => {
    const key = isCommon(finding.rule) ? `${finding.rule} ${finding.severity}` : String(index)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
    return group === undefined
  })
  const members = [...groups.values()]
  return heads.map((head, index) => withOthers(head, members[index] ?? []))
}

function withOthers<Finding extends Diagnostic>(head: Finding, [, ...others]: readonly Finding[]): Finding {
  const places = others.flatMap(({ place, also = [] }) => [place, ...also])
  const known = new Set([head.place, ...(head.also ?? [])].map(printKey))
  // Of an image for several platforms each has the same to say.
  const further = [...new Map(places.map((place) => [printKey(place), place]))].filter(([key]) => !known.has(key))
  if (further.length === 0) return head
  const more = further.map(([, place]) => place)
  const files = new Set(more.map(({ file }) => file).filter((file) => file !== head.place.file)).size
  return {
    ...head,
    ...(files > 0 && {
      message: `${head.message}; the same holds for ${files} more ${files === 1 ? 'file' : 'files'}`,
    }),
    also: [...(head.also ?? []), ...more],
  }
}

function printKey({ file, line, column }: Place): string {
  return JSON.stringify([file, line, column])
}
