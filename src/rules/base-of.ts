import { readBaseBuilder, startingLabels, type BaseBuilder } from '../plan/base-builder.js'
import { derived } from './derived.js'
import type { Finding, Judged } from './rule.js'

/** What there must be of a base to look at its labels. */
export type BaseParts = Pick<Judged, 'base' | 'labels' | 'config' | 'limits'>

/** What the labels of the base say, with those of `--label` before them; undefined when the base could not be read. */
export const baseOf = derived(({ base, labels, config, limits }: BaseParts): BaseBuilder | undefined => {
  if (base === undefined) return undefined
  const before = startingLabels(base.config.labels, labels ?? new Map())
  return readBaseBuilder({ labels: before, from: config?.buildImage ?? '', limits })
})

/**
 * How much is known of what an order could name: all of it; all but what the base brings, which was not read; or too little to
 * say that anything is missing, because an entry was not read.
 */
export type Known = 'all' | 'all-but-base' | 'some'

/** How much that is; `entries` are those of the kind that is named. */
export function knownOf({ base, config }: Pick<Judged, 'base' | 'config'>, entries: readonly unknown[]): Known {
  if (entries.includes(undefined)) return 'some'
  return base !== undefined || config?.buildImage === '' ? 'all' : 'all-but-base'
}

/** What is said of a module that is missing: with less certainty when the base could bring it. */
export function saidWhen<Said extends Omit<Finding, 'place'>>(known: Known, finding: Said): Said {
  if (known === 'all') return finding
  const notes = [...(finding.notes ?? []), 'the build image was not read: it may be a builder that brings it']
  return { ...finding, severity: 'warning', isUncertain: true, notes }
}
