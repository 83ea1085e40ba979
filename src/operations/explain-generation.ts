import type { ApiVersion } from '../cnb/api-version.js'
import { type ModuleId, moduleName } from '../cnb/module.js'
import type { Selection } from '../detect/detect.js'
import type { ExtensionOutput } from '../detect/extension-output.js'
import { generate, type Generation } from '../detect/generate.js'
import type { FoundOrder } from './order-facts.js'
import type { Outcomes } from './order-outcomes.js'
import type { OrderGeneration } from './order-report.js'

/** What is known of a selection, and of what its extensions put out. */
export interface ExplainedGeneration {
  readonly found: FoundOrder
  readonly outcomes: Outcomes
  readonly platformApi: ApiVersion
  readonly selection: Selection
}

/** Nothing, which is what an extension is taken to put out of which nobody knows more. */
const NOTHING: ExtensionOutput = { kind: 'script', exit: 0, files: new Map() }

/** What the extensions of a selection lead to; undefined when there are none. */
export function explainGeneration({
  found,
  outcomes,
  platformApi,
  selection,
}: ExplainedGeneration): { readonly generation: Generation; readonly shown: OrderGeneration } | undefined {
  const extensions = selection.groupExt
  if (extensions.length === 0) return undefined
  const known = (extension: ModuleId) =>
    outcomes.given({ ...extension, kind: 'extension' })?.generate ?? found.outputs.get(moduleName(extension))
  const generation = generate({
    platformApi,
    extensions,
    outputOf: (extension) => known(extension) ?? NOTHING,
    plan: selection.plan,
    runImage: found.runImages[0],
    knownRunImages: found.runImages,
  })
  const { runImage = null, dockerfiles, given, files, warnings } = generation
  const unknown = extensions.filter((extension) => known(extension) === undefined).map(moduleName)
  return { generation, shown: { runImage, dockerfiles, given, files: [...files.keys()].sort(), unknown, warnings } }
}
