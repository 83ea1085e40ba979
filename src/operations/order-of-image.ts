import { type ApiLists, apiSupportOf, readBuilderLabel } from '../cnb/builder-label.js'
import { LABEL, type LabelSource, readOrderLabel, readSystemLabel } from '../cnb/labels.js'
import { readLayersLabel } from '../cnb/layers-label.js'
import type { LifecycleDescriptor } from '../cnb/lifecycle.js'
import type { ModuleKind } from '../cnb/module.js'
import { extensionOrder } from '../detect/descriptor.js'
import type { DetectModule } from '../detect/module.js'
import { detectModuleOf, type FoundOrder, lifecycleOf, membersOf, Versions } from './order-facts.js'

const NOTES: readonly string[] = [
  'of a published builder only its labels are read: they do not say for which execution environments a module is, nor whether it has bin/detect',
]

/** The orders of a published builder; undefined when the image is none. @throws CnbError E_LABEL and others for broken labels */
export function orderOfImage(labels: LabelSource): FoundOrder | undefined {
  const label = readBuilderLabel(labels)
  if (label === undefined) return undefined
  const modules = [...modulesIn(labels, 'buildpack'), ...modulesIn(labels, 'extension')]
  const { pin } = new Versions(modules)
  const groups = (name: string, kind: ModuleKind): FoundOrder['order'] =>
    (readOrderLabel(labels, name) ?? []).map(({ refs }) => membersOf(kind, refs).map(pin))
  const system = readSystemLabel(labels)
  return {
    from: labels.from,
    refused: undefined,
    order: groups(LABEL.order, 'buildpack'),
    orderExtensions: extensionOrder(groups(LABEL.orderExtensions, 'extension')),
    system: {
      pre: membersOf('buildpack', system.pre).map(pin),
      post: membersOf('buildpack', system.post).map(pin),
    },
    modules,
    lifecycle: lifecycleIn(label.lifecycle),
    outputs: new Map(),
    runImages: label.runImages.flatMap(({ image, mirrors = [] }) => [image, ...mirrors]),
    notes: NOTES,
  }
}

function modulesIn(labels: LabelSource, kind: ModuleKind): DetectModule[] {
  return (readLayersLabel(labels, kind) ?? []).map((layer) => detectModuleOf({ ...layer, kind }))
}

function lifecycleIn({
  version = '',
  platformApis,
  buildpackApis,
}: {
  readonly version: string | undefined
  readonly platformApis: ApiLists
  readonly buildpackApis: ApiLists
}): LifecycleDescriptor {
  const apis = { platform: apiSupportOf(platformApis), buildpack: apiSupportOf(buildpackApis) }
  const isSilent = Object.values(apis).some(({ supported = [] }) => supported.length === 0)
  return isSilent ? lifecycleOf(version) : { ...lifecycleOf(version), version, apis }
}
