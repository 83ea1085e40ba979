import type { Content } from '../cnb/content.js'
import { encodeUtf8 } from '../bytes.js'
import { limitHint, type Limits } from '../limits.js'
import { parseDiffId, type DiffId } from '../oci/digest.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import type { BuilderPlan } from '../plan/builder-plan.js'
import { builderLabels } from '../plan/labels.js'
import { planBuilder } from '../plan/plan-builder.js'
import { derived } from './derived.js'
import { rule, type Judged, type ReportFinding, type Rule } from './rule.js'

/** Why layers are counted. */
export const OVERLAY = 'overlay file systems of container engines stop at 127 lower layers'
/** The same for whoever has too many: the number that is allowed is the user's own. */
export const LAYERS_NOTE = 'overlay file systems of container engines take 127'
const MANIFESTS = 'https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests (4 MiB)'

/** All that a plan is made of. */
const PLAN_PARTS = [
  'config',
  'locate',
  'buildpacks',
  'extensions',
  'base',
  'runImages',
  'lifecycle',
  'flatten',
  'labels',
  'createdBy',
  'buildConfigDir',
  'experimental',
  'limits',
] as const satisfies readonly (keyof BuilderFacts)[]

type PlanParts = Judged & Pick<BuilderFacts, (typeof PLAN_PARTS)[number]>

/** Layers and labels are counted and measured here, whatever is in them. */
const UNSEEN: Content = { kind: 'directory', path: '' }

const planOf = derived((input: PlanParts): BuilderPlan => {
  const lifecycle = { ...input.lifecycle, content: UNSEEN }
  return planBuilder({ ...input, lifecycle })
})

const labelsOf = derived((plan: BuilderPlan) => builderLabels(plan, () => SOME_DIFF_ID))

/** Stands for every diffID: all of them are equally long. */
export const SOME_DIFF_ID: DiffId = parseDiffId(`sha256:${'0'.repeat(64)}`)

/** Bytes that one layer takes in an image config: its diffID and its line of history. */
const CONFIG_BYTES_A_LAYER = 120

const layerLimit = rule({
  id: 'builder-layer-limit',
  severity: 'error',
  summary: 'the builder has more layers than container engines take, or comes close',
  reference: OVERLAY,
  needs: PLAN_PARTS,
  check(input, report) {
    const { base, limits, locate } = input
    const added = planOf(input).layers.length
    const count = base.layers.length + added
    const isTooMany = count > limits.layers
    if (!isTooMany && count < limits.layersWarning) return
    report({
      severity: isTooMany ? 'error' : 'warning',
      message: `the builder gets ${count} layers, ${base.layers.length} of the build image and ${added} new ones, and ${limits.layers} are allowed`,
      place: locate([input.config.buildpacks.length > 0 ? 'buildpacks' : 'extensions']),
      value: String(count),
      notes: [LAYERS_NOTE],
      fix: 'put modules into one layer with --flatten, or leave some out',
    })
  },
})

/** What there is to say of a rule about the sizes of labels. */
export const LABEL_SIZE = {
  id: 'label-size',
  severity: 'error',
  summary: 'a label, or all labels together, are larger than registries and engines take',
  reference: MANIFESTS,
} as const

const labelSize = rule({
  ...LABEL_SIZE,
  needs: PLAN_PARTS,
  check(input, report) {
    reportLargeLabels(labelsOf(planOf(input)), input, report)
  },
})

/** Reports each label that is too large, and all of them when they are too large together. */
export function reportLargeLabels(
  labels: ReadonlyMap<string, string>,
  { limits, locate }: Pick<BuilderFacts, 'limits' | 'locate'>,
  report: ReportFinding,
): void {
  let total = 0
  for (const [label, value] of labels) {
    const size = encodeUtf8(value).length
    total += size
    if (size > limits.labelBytes) report(tooLarge(`label ${label}`, size, 'labelBytes', limits, locate([])))
  }
  if (total > limits.labelsBytes) report(tooLarge('all labels together', total, 'labelsBytes', limits, locate([])))
}

const configSize = rule({
  id: 'config-size',
  severity: 'error',
  summary: 'the image config is larger than registries and engines take',
  reference: MANIFESTS,
  needs: PLAN_PARTS,
  check(input, report) {
    const plan = planOf(input)
    const size = configBytes(plan, labelsOf(plan))
    if (size > input.limits.jsonBytes) {
      report(tooLarge('the image config', size, 'jsonBytes', input.limits, input.locate([])))
    }
  },
})

/** Bytes of the config, by estimate: what the base has, and what labels and layers add. */
function configBytes({ base, layers }: BuilderPlan, labels: ReadonlyMap<string, string>): number {
  const own = [...labels].filter(([label, value]) => base.config.labels.get(label) !== value)
  const labelBytes = own.map(([label, value]) => encodeUtf8(JSON.stringify(label) + JSON.stringify(value)).length + 2)
  return (
    base.configBytes.length + layers.length * CONFIG_BYTES_A_LAYER + labelBytes.reduce((sum, size) => sum + size, 0)
  )
}

function tooLarge(
  what: string,
  size: number,
  limit: 'labelBytes' | 'labelsBytes' | 'jsonBytes',
  limits: Limits,
  place: ReturnType<BuilderFacts['locate']>,
): Parameters<ReportFinding>[0] {
  return {
    message: `${what} would have ${size} bytes, more than ${limits[limit]}`,
    place,
    value: String(size),
    fix: `leave modules or labels out, or ${limitHint(limit)}`,
  }
}

/** What engines and registries take. */
export const LIMIT_RULES: readonly Rule[] = [layerLimit, labelSize, configSize]
