import { readBaseBuilder, startingLabels, type BaseBuilder } from '../plan/base-builder.js'
import { derived } from './derived.js'
import type { Judged } from './rule.js'

/** What there must be of a base to look at its labels. */
export type BaseParts = Pick<Judged, 'base' | 'labels' | 'config'>

/** What the labels of the base say, with those of `--label` before them; undefined when the base could not be read. */
export const baseOf = derived(
  ({ base, labels, config }: BaseParts): BaseBuilder | undefined =>
    base && readBaseBuilder(startingLabels(base.config.labels, labels ?? new Map()), config?.buildImage ?? ''),
)

/**
 * True when all that an order could name is known: each entry was read, and the base too, unless none is named. Only then
 * a missing module is missing for sure.
 */
export function isComplete({ base, config }: Pick<Judged, 'base' | 'config'>, entries: readonly unknown[]): boolean {
  return (base !== undefined || config?.buildImage === '') && entries.every((entry) => entry !== undefined)
}
