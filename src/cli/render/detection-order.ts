import type { InspectedEntry, InspectedOrder } from '../../operations/inspected.js'
import { printable } from './text.js'
import type { Branch } from './tree.js'

/**
 * The order of a builder as pack shows it: a composite stands there once for each of its groups, with that group below it. Groups
 * in one place are numbered through, whatever composites they are of; one without members has neither name nor number.
 */
export function builderOrder(order: InspectedOrder): readonly Branch[] {
  let number = 0
  return order.map((group) => (group.length === 0 ? NOTHING : { text: groupName(++number), below: repeated(group) }))
}

const NOTHING: Branch = { text: '', below: [] }

function repeated(group: readonly InspectedEntry[]): readonly Branch[] {
  let number = 0
  return group.flatMap((entry) => {
    const opened = entry.groups.map((below): Branch => {
      const named = below.length === 0 ? [] : [{ text: groupName(++number), below: repeated(below) }]
      return { ...lineOf(entry), below: named }
    })
    return opened.length > 0 ? opened : [{ ...lineOf(entry), below: [] }]
  })
}

/** The order of a package: every group of a composite below the one line of it. */
export function packageOrder(order: InspectedOrder): readonly Branch[] {
  return order.map((group, i) => ({
    text: groupName(i + 1),
    below: group.map((entry) => ({ ...lineOf(entry), below: packageOrder(entry.groups) })),
  }))
}

/** The order of extensions: a group of one is that one, as pack shows it, which of others shows the last one only. */
export function extensionOrder(order: InspectedOrder): readonly Branch[] {
  return order.map((group, i): Branch => {
    const lines = group.map((entry): Branch => ({ ...lineOf(entry), below: [] }))
    const [only = NOTHING] = lines
    return lines.length > 1 ? { text: groupName(i + 1), below: lines } : only
  })
}

function groupName(number: number): string {
  return `Group #${number}:`
}

function lineOf({ id, version, optional, isCyclic }: InspectedEntry): Omit<Branch, 'below'> {
  const note = `${optional ? '(optional)' : ''}${isCyclic ? '[cyclic]' : ''}`
  return { text: printable(version === '' ? id : `${id}@${version}`), note }
}
