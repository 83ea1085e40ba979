import type { CheckFinding } from '../../operations/check-report.js'

type RefusedBy = NonNullable<CheckFinding['refusedBy']>

const REFUSERS: readonly (readonly [keyof RefusedBy, string])[] = [
  ['pack', 'pack'],
  ['lifecycle', 'the lifecycle'],
  ['kpack', 'kpack'],
  ['cf', 'Cloud Foundry'],
  ['spec', 'the specification'],
]

/** `pack (builder create), the lifecycle (detect, exit 21)`; undefined when nobody refuses it. */
export function refusers(refusedBy: RefusedBy | undefined): string | undefined {
  const named = REFUSERS.flatMap(([key, name]) => {
    const how = refusedBy?.[key]
    return how === undefined ? [] : [`${name} (${how})`]
  })
  return named.length === 0 ? undefined : named.join(', ')
}
