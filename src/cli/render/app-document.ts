import type { AppModuleFacts, InspectedApp, InspectedProcess, Inspection, Side } from '../../operations/inspected.js'
import { runImageObjects } from './builder-document.js'
import { Lists, type Document, type DocumentObject, type Format } from './document.js'

/** An application as pack's structured outputs have it. */
export function appDocument({ name, remote, local }: Inspection<InspectedApp>, format: Format): DocumentObject {
  const side = (found: Side<InspectedApp>): DocumentObject | null =>
    found.kind === 'found' ? appObject(found.value, new Lists(format)) : null
  const document = { image_name: name, remote_info: side(remote), local_info: side(local) }
  return format === 'toml' ? sorted(document) : document
}

function appObject(app: InspectedApp, lists: Lists): DocumentObject {
  const { stackId, base, runImages, buildpacks = [], extensions = [], processes, isRebasable } = app
  return {
    stack: stackId,
    base_image: { top_layer: base.topLayer, reference: base.reference },
    run_images: lists.objects(runImageObjects(runImages) ?? []),
    buildpacks: lists.objects(buildpacks.map(moduleObject)),
    extensions: lists.objects(extensions.map(moduleObject)),
    processes: lists.objects(processes.map((process) => processObject(process, lists))),
    rebasable: isRebasable,
  }
}

function moduleObject({ id, version, homepage }: AppModuleFacts): DocumentObject {
  return { id: id || undefined, version: version || undefined, homepage: homepage || undefined }
}

function processObject(process: InspectedProcess, lists: Lists): DocumentObject {
  const { type, command, args, isDirect, isDefault, workingDirectory } = process
  return {
    type,
    shell: isDirect ? '' : 'bash',
    command,
    default: isDefault,
    args: lists.texts(args.length === 0 ? undefined : args),
    'working-dir': workingDirectory,
  }
}

/** Keys in order, as pack has them in TOML. */
function sorted(object: DocumentObject): DocumentObject {
  const keys = Object.keys(object).sort()
  return Object.fromEntries(keys.map((key) => [key, sortedValue(object[key])]))
}

function sortedValue(value: Document | undefined): Document | undefined {
  if (Array.isArray(value)) return value.map((item: Document) => sortedValue(item) ?? null)
  return typeof value === 'object' && value !== null ? sorted(value as DocumentObject) : value
}
