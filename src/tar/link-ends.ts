import { parentOf } from './names.js'

/** The following of one link: where it has come to, and which parts of its target are still to be walked. */
interface Walk {
  readonly link: string
  readonly parts: readonly string[]
  next: number
  /** From the root of the tree, without a slash at either end. */
  at: string
}

/** Where a link leads that is a loop, or that is let out of the tree on purpose: nowhere in it. */
const NOWHERE = null

/**
 * A symbolic link that leaves the tree when it is followed through the other links of the tree, as an operating system does.
 * Each of them may look harmless: `up -> .` and `out -> up/../x`. Nothing is looked up on a disk, and every link is followed
 * once, so that a hostile tree costs no more time than its size.
 *
 * @param links target by name, of all links; absolute targets lead nowhere here
 */
export function linkThatLeaves(links: ReadonlyMap<string, string>): string | undefined {
  const ends = new Map<string, string | typeof NOWHERE>()
  for (const link of links.keys()) {
    const walks = ends.has(link) ? [] : [walkOf(link, links)]
    const walked = new Set([link])
    for (let walk = walks.at(-1); walk !== undefined; walk = walks.at(-1)) {
      const step = follow(walk, links, ends)
      if (step === 'outside') return walk.link
      if (typeof step === 'string' || walked.has(step.link)) {
        ends.set(walk.link, step === 'end' ? walk.at : NOWHERE)
        walks.pop()
      } else {
        walked.add(step.link)
        walks.push(walkOf(step.link, links))
      }
    }
  }
  return undefined
}

function walkOf(link: string, links: ReadonlyMap<string, string>): Walk {
  const target = links.get(link) ?? ''
  // An absolute link was refused already, or let through with a warning.
  return target.startsWith('/')
    ? { link, parts: ['/'], next: 0, at: '' }
    : { link, parts: target.split('/'), next: 0, at: parentOf(link) }
}

/** Walks on: to the end, out of the tree, into a loop, or to another link that has to be followed first, which is returned. */
function follow(
  walk: Walk,
  links: ReadonlyMap<string, string>,
  ends: ReadonlyMap<string, string | typeof NOWHERE>,
): 'end' | 'outside' | 'nowhere' | { readonly link: string } {
  for (; walk.next < walk.parts.length; walk.next++) {
    const part = walk.parts[walk.next] ?? ''
    if (part === '/') return 'nowhere'
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (walk.at === '') return 'outside'
      walk.at = parentOf(walk.at)
      continue
    }
    const name = walk.at === '' ? part : `${walk.at}/${part}`
    const end = ends.get(name)
    if (end === NOWHERE) return 'nowhere'
    if (end === undefined && links.has(name)) return { link: name }
    walk.at = end ?? name
  }
  return 'end'
}
