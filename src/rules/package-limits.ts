import { LABEL } from '../cnb/labels.js'
import { packageLabels } from '../plan/package-labels.js'
import type { PackageInput } from '../plan/package-input.js'
import { planPackage } from '../plan/plan-package.js'
import { LABEL_RESERVED, reportReserved } from './base.js'
import { LABEL_SIZE, LAYERS_NOTE, OVERLAY, reportLargeLabels, SOME_DIFF_ID } from './limits.js'
import { packageRule, type Rule } from './rule.js'

/** Labels that a package gets from what is in it. */
const OWN_LABELS: ReadonlySet<string> = new Set([LABEL.packageMetadata, LABEL.buildpackLayers, LABEL.extensionLayers])

const labelReserved = packageRule({
  ...LABEL_RESERVED,
  needs: ['labels'],
  check: ({ labels }, report) => reportReserved(labels, OWN_LABELS, report),
})

const labelSize = packageRule({
  ...LABEL_SIZE,
  needs: ['kind', 'locate', 'buildpacks', 'extensions', 'target', 'labels', 'limits'],
  check(input, report) {
    if (input[`${input.kind}s`][0] === undefined) return
    const plan = planPackage(input)
    reportLargeLabels(
      packageLabels(plan, () => SOME_DIFF_ID),
      input,
      report,
    )
  },
})

const layerLimit = packageRule({
  id: 'package-layer-limit',
  severity: 'warning',
  summary: 'the package has more layers than container engines take, or comes close',
  reference: OVERLAY,
  needs: ['kind', 'locate', 'buildpacks', 'extensions', 'target', 'labels'],
  check(input, report) {
    const { kind, locate, limits } = input
    if (input[`${kind}s`][0] === undefined) return
    const count = planPackage(input).layers.length
    if (count <= limits.layers && count < limits.layersWarning) return
    report({
      message: `the package gets ${count} layers, and ${limits.layers} are allowed`,
      place: locate([`${kind}s`, 0]),
      value: String(count),
      notes: [LAYERS_NOTE, 'registries and files take more; a builder that has all of these modules does not'],
      fix: 'put modules into one layer with --flatten, or leave some out',
    })
  },
})

/** The labels and layers of a package. */
export const PACKAGE_LIMIT_RULES: readonly Rule<PackageInput>[] = [labelReserved, labelSize, layerLimit]
