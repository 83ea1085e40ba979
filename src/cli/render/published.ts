import type { PublishedResult } from '../../operations/image-result.js'
import { printable } from './text.js'

/** What each name of an image stands for now, and stood for before: a line each. */
export function printPublished(published: readonly PublishedResult[]): string[] {
  return published.map(({ name, before, after }) => {
    if (before === after) return printable(`${name}: already there, nothing to do`)
    return printable(before === null ? `${name}: new, ${after}` : `${name}: ${before} -> ${after}`)
  })
}
